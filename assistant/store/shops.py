"""Shops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, ColumnElement, bindparam, select
from sqlalchemy.dialects.postgresql import insert

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import shops


@dataclass(frozen=True, slots=True)
class Shop:
    id: str
    name: str
    timezone: str


_ADD = Statement[int](
    insert(shops).values({n: bindparam(n) for n in ("id", "name", "timezone", "created_at")}).on_conflict_do_nothing()
)
_GET = Statement[Shop](select(shops.c.id, shops.c.name, shops.c.timezone).where(shops.c.id == bindparam("key")), Shop)
_ALL = Statement[Shop](select(shops.c.id, shops.c.name, shops.c.timezone).order_by(shops.c.id), Shop)


def add(tx: Transaction, id: str, now: datetime, *, name: str = "", timezone: str = "Asia/Shanghai") -> bool:
    """False if the shop exists."""
    return _ADD.run(tx, id=id, name=name or id, timezone=timezone, created_at=now) == 1


def get(tx: Transaction, id: str) -> Shop | None:
    return _GET.one(tx, key=id)


def every(tx: Transaction) -> list[Shop]:
    return _ALL.all(tx)


def meant(column: Column[str], shop: str | None) -> ColumnElement[bool]:
    """Rows of one shop, or (None) of all shops that are listed: those in which agents practise are not."""
    return column.in_(select(shops.c.id)) if shop is None else column == shop
