"""What became of quick replies: inserted into a composer, sent as they stood or changed. Not for which they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select

from assistant.store.statements import Insertion, Statement, Transaction, saving
from assistant.store.tables import quick_reply_uses


@dataclass(slots=True)
class Use:
    """One use. `text` is what was inserted, or the message itself where nobody told of an insertion; `message` is
    the platform's id of the message that was sent, `at` when all this began."""

    id: int
    shop: str
    conversation: int
    buyer: int
    agent: str | None
    name: str
    text: str
    at: datetime
    inserted_at: datetime | None = None
    message: str | None = None
    edited: bool = False


_ADD = Insertion(quick_reply_uses, *(c.name for c in quick_reply_uses.c if c.name != "id"))
_GET = Statement[Use](select(quick_reply_uses).where(quick_reply_uses.c.id == bindparam("key")), Use)
_SAVE = saving(quick_reply_uses, "agent", "message", "edited")


def add(tx: Transaction, use: Use) -> None:
    use.id = _ADD.write(tx, use)


def get(tx: Transaction, id: int) -> Use | None:
    return _GET.one(tx, key=id)


def save(tx: Transaction, use: Use) -> None:
    """Keep that it was sent."""
    _SAVE.write(tx, use)
