"""What buyers looked at."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from assistant.store.statements import Statement, Transaction, adding
from assistant.store.tables import views

_ADD = adding(views, "shop", "buyer", "item", "at")
_LAST = Statement[str](
    select(views.c.item)
    .where(views.c.buyer == bindparam("buyer"), views.c.at >= bindparam("since"))
    .order_by(views.c.at.desc(), views.c.id.desc())
    .limit(1)
)


def add(tx: Transaction, shop: str, buyer: int, item: str, at: datetime) -> None:
    _ADD.put(tx, shop=shop, buyer=buyer, item=item, at=at)


def last(tx: Transaction, buyer: int, since: datetime) -> str | None:
    """What the buyer looked at last."""
    return _LAST.one(tx, buyer=buyer, since=since)
