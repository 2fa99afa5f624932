"""Promotions and when they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import promotions
from assistant.store.upserts import newest


@dataclass(frozen=True, slots=True)
class Promotion:
    title: str | None
    text: str | None
    ends_at: datetime | None


_SAVE = newest(promotions, ["shop", "platform", "external"])
_RUNNING = Statement[Promotion](
    select(promotions.c.title, promotions.c.text, promotions.c.ends_at)
    .where(
        promotions.c.shop == bindparam("shop"),
        promotions.c.platform.in_([bindparam("platform"), bindparam("anywhere", "other")]),
        or_(promotions.c.starts_at.is_(None), promotions.c.starts_at <= bindparam("now")),
        or_(promotions.c.ends_at.is_(None), promotions.c.ends_at > bindparam("now")),
    )
    .order_by(promotions.c.ends_at.is_(None), promotions.c.ends_at, promotions.c.external)
    .limit(1),
    Promotion,
)


def save(tx: Transaction, **row: object) -> bool:
    """False if something newer is known."""
    return _SAVE.run(tx, **row) == 1


def running(tx: Transaction, shop: str, platform: str, now: datetime) -> Promotion | None:
    """The promotion that ends first among those that hold now."""
    return _RUNNING.one(tx, shop=shop, platform=platform, now=now)
