"""Keeps what people wrote a text where spreadsheets open it: a cell that begins like a formula would be worked out.
Says how wide a text is there.

Not for file formats (`services/exchange.py`, `web/kpi_files.py`).
"""

from __future__ import annotations

import re
from unicodedata import east_asian_width

# Excel reads the full-width signs too, and skips what cannot be seen.
_FORMULA = re.compile(r"'*[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")
_QUOTED = re.compile(r"''*[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20\t\r\n]")


def cell(value: object) -> object:
    """A value as a cell of a CSV file: a text that begins like a formula gets a ' before it, numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def width(text: str) -> int:
    """The longest line of a text in figures' widths: a Chinese character takes two."""
    lines = text.split("\n")
    return max(sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line) for line in lines)


def uncell(text: str) -> str:
    """What `cell` was given."""
    return text[1:] if _QUOTED.match(text) else text
