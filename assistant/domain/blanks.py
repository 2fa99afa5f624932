"""What the agent fills in: `___`, or `{{?尺码}}` that says what belongs there.

Not for values that are known (`templates.py`).
"""

from __future__ import annotations

import re

# What an agent goes through with Tab: nameless blanks, and those that say what belongs there.
BLANK = re.compile(r"_{3,}|__[^_\s]{1,20}__")
_NAMED = re.compile(r"\{\{\s*\?\s*([^\s{}_?][^{}_\n]{0,19}?)\s*\}\}")


def shown(text: str) -> str:
    """The text with `{{?尺码}}` written as the agent sees it: `__尺码__`."""
    return _NAMED.sub(lambda found: f"__{found[1].replace(' ', '')}__", text) if "?" in text else text


def has_blank(text: str) -> bool:
    """Whether something is left to fill in."""
    return BLANK.search(shown(text)) is not None
