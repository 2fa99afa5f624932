"""Published versions of the trainers' tables: whole and immutable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from assistant.store.statements import Statement, Transaction, insertion
from assistant.store.tables import scripts


@dataclass(frozen=True, slots=True)
class Version:
    """One version: `content` is the tables as JSON text, `model` the fitted recogniser."""

    shop: str
    version: int
    published_at: datetime
    author: str
    note: str
    content: str
    model: bytes


_ADD = Statement[int](insertion(scripts, *[c.name for c in scripts.c]))
_NEWEST = Statement[int](select(func.max(scripts.c.version)).where(scripts.c.shop == bindparam("shop")))
_GET = Statement[Version](
    select(scripts).where(scripts.c.shop == bindparam("shop"), scripts.c.version == bindparam("version")), Version
)


def add(tx: Transaction, version: Version) -> None:
    _ADD.run(tx, **{c.name: getattr(version, c.name) for c in scripts.c})


def newest(tx: Transaction, shop: str) -> int | None:
    return _NEWEST.one(tx, shop=shop)


def get(tx: Transaction, shop: str, version: int) -> Version | None:
    return _GET.one(tx, shop=shop, version=version)
