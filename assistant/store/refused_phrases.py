"""Words that trainers did not want as examples, by a mark that tells them apart (`domain/example_phrases.py`)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from assistant.store.statements import Statement, Transaction, insertion
from assistant.store.tables import refused_phrases

_of_shop = refused_phrases.c.shop == bindparam("shop")
_ADD = Statement[int](insertion(refused_phrases, *[c.name for c in refused_phrases.c]).on_conflict_do_nothing())
_OF = Statement[str](select(refused_phrases.c.mark).where(_of_shop))
_newest = (
    select(refused_phrases.c.mark)
    .where(_of_shop)
    .order_by(refused_phrases.c.refused_at.desc(), refused_phrases.c.mark)
    .limit(bindparam("most"))
)
_KEEP = Statement[int](delete(refused_phrases).where(_of_shop, refused_phrases.c.mark.not_in(_newest)))


def of(tx: Transaction, shop: str) -> frozenset[str]:
    """All marks of a shop."""
    return frozenset(_OF.all(tx, shop=shop))


def add(tx: Transaction, shop: str, marks: Iterable[str], author: str, now: datetime, most: int) -> None:
    """Remember these; of all that are known the newest `most` stay."""
    _ADD.many(tx, ({"shop": shop, "mark": mark, "author": author, "refused_at": now} for mark in marks))
    _KEEP.run(tx, shop=shop, most=most)
