"""Reviews of orders."""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import reviews

_NAMES = [c.name for c in reviews.c if c.name != "id"]
_ADD = Statement[int](insert(reviews).values({name: bindparam(name) for name in _NAMES}).on_conflict_do_nothing())


def add(tx: Transaction, **row: object) -> bool:
    """False if the review is known."""
    return _ADD.run(tx, **row) == 1
