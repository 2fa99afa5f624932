"""Notes about buyers, among them what was recorded when something was out of stock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from assistant.store.statements import Insertion, Statement, Transaction
from assistant.store.tables import notes

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Note:
    id: int
    author: str
    text: str
    record: dict[str, Any] | None
    at: datetime


_ADD = Insertion(notes, "buyer", "author", "text", "record", "at")
_OF = Statement[Note](
    select(notes.c.id, notes.c.author, notes.c.text, notes.c.record, notes.c.at)
    .where(notes.c.buyer == bindparam("buyer"))
    .order_by(notes.c.id.desc())
    .limit(SHOWN + 1),
    Note,
)


def add(
    tx: Transaction, buyer: int, author: str, text: str, now: datetime, record: dict[str, Any] | None = None
) -> int:
    return _ADD.add(tx, buyer=buyer, author=author, text=text, record=record, at=now)


def of(tx: Transaction, buyer: int) -> list[Note]:
    """The newest notes: `SHOWN` at most, and one more where there are older ones."""
    return _OF.all(tx, buyer=buyer)
