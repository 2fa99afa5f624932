"""Moments at which something becomes so by itself, though nobody sends news of it: one row each until it has come."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import awaited


class Awaited(NamedTuple):
    """The fact that will be observed, and of what: an order's key, or a promotion's platform id."""

    fact: str
    platform: str
    subject: str
    at: datetime


_COLUMNS = [awaited.c[name] for name in Awaited._fields]
_new = insert(awaited).values({c.name: bindparam(c.name) for c in awaited.c})
_SAVE = Statement[int](
    _new.on_conflict_do_update(index_elements=list(awaited.primary_key.columns), set_={"at": _new.excluded.at})
)
_TAKE = Statement[int](
    delete(awaited).where(
        *(awaited.c[name] == bindparam(name) for name in ("shop", "fact", "platform", "subject")),
    )
)
_NEXT = Statement[datetime](select(func.min(awaited.c.at)))
_SHOPS = Statement[str](select(awaited.c.shop).where(awaited.c.at <= bindparam("now")).distinct())
_DUE = Statement[Awaited](
    select(*_COLUMNS)
    .where(awaited.c.shop == bindparam("shop"), awaited.c.at <= bindparam("now"))
    .order_by(awaited.c.at, awaited.c.fact, awaited.c.platform, awaited.c.subject)
    .limit(200),
    Awaited,
)


def save(tx: Transaction, shop: str, one: Awaited) -> None:
    """Wait for it, or wait for it until another moment."""
    _SAVE.put(tx, shop=shop, **one._asdict())


def take(tx: Transaction, shop: str, fact: str, platform: str, subject: str) -> bool:
    """No longer wait for it; whether it was waited for."""
    return _TAKE.run(tx, shop=shop, fact=fact, platform=platform, subject=subject) == 1


def due(tx: Transaction, shop: str, now: datetime) -> list[Awaited]:
    """What has come to pass in a shop, oldest first, at most 200."""
    return _DUE.all(tx, shop=shop, now=now)


def shops_due(tx: Transaction, now: datetime) -> list[str]:
    """The shops in which something has."""
    return _SHOPS.all(tx, now=now)


def next_at(tx: Transaction) -> datetime | None:
    """When the next comes to pass."""
    return _NEXT.one(tx)
