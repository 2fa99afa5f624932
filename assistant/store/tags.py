"""Tags on buyers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import tags


@dataclass(frozen=True, slots=True)
class Tag:
    group: str
    tag: str


_OF = Statement[Tag](
    select(tags.c.group, tags.c.tag).where(tags.c.buyer == bindparam("buyer")).order_by(tags.c.at, tags.c.tag), Tag
)
_ADD = Statement[int](insert(tags).on_conflict_do_nothing())
_REMOVE = Statement[int](
    delete(tags).where(
        tags.c.buyer == bindparam("buyer"), tags.c.group == bindparam("group"), tags.c.tag == bindparam("tag")
    )
)


def of(tx: Transaction, buyer: int) -> list[Tag]:
    return tx.kept.answer("tags", buyer, lambda: _OF.all(tx, buyer=buyer))


def add(tx: Transaction, buyer: int, tag: Tag, author: str, now: datetime) -> bool:
    """True if the tag was not there before."""
    return _ADD.run(tx, buyer=buyer, group=tag.group, tag=tag.tag, author=author, at=now) == 1


def remove(tx: Transaction, buyer: int, tag: Tag) -> bool:
    return _REMOVE.run(tx, buyer=buyer, group=tag.group, tag=tag.tag) == 1
