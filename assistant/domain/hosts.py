"""What of a chat host's words may be kept, and how: ids that fit, texts that are not too long, times not ahead.

Not for what any one host means by its payloads (`connectors/`).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from assistant.domain.blanks import BLANK

# Where an agent's click can send through the host's own interface, once the shop is connected.
SENDING = ("matrix", "chatwoot")
# These call nobody: they are asked.
ASKED = ("matrix",)
LONGEST_ID, LONGEST_TEXT = 128, 10_000
# A failed message is tried again after so many seconds, then a person decides.
WAITS = (1, 2, 4, 8, 15, 30, 60, 120)
_TEMPLATE = re.compile(r"\{\{|\{%")


def fitting_id(id: str) -> str:
    """The host's id, or one of the right length that is the same for the same id and for no other."""
    clean = id.replace("\x00", "")
    if clean == id and 0 < len(id) <= LONGEST_ID:
        return id
    return f"{clean[:60]}~{sha256(id.encode('utf-8', 'surrogatepass')).hexdigest()[:40]}"


def fitting_text(text: str) -> str:
    """What of a text can be kept."""
    return text.replace("\x00", "")[:LONGEST_TEXT]


def not_ahead(at: datetime, now: datetime) -> datetime:
    """A host's clock may run ahead of ours; what has come has happened."""
    return min(at, now)


def from_millis(value: int) -> datetime:
    """Milliseconds since 1970."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=value)


def unsendable(text: str) -> str | None:
    """Why a text must not reach a buyer as it stands: `empty`, `blank_left` or `template_left`; None: it may."""
    if not text.strip():
        return "empty"
    if _TEMPLATE.search(text):
        return "template_left"  # hosts that render templates would put something else in its place
    return "blank_left" if BLANK.search(text) else None
