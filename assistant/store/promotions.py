"""Promotions and when they hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import promotions
from assistant.store.upserts import Newest


@dataclass(frozen=True, slots=True)
class Promotion:
    title: str | None
    text: str | None
    ends_at: datetime | None


_SAVE = Newest(promotions, ["shop", "platform", "external"])
# A shop with more than so many is asked each time.
KNOWN = 200
_here = (
    promotions.c.shop == bindparam("shop"),
    promotions.c.platform.in_([bindparam("platform"), bindparam("anywhere", "other")]),
)
_ends_first = (promotions.c.ends_at.is_(None), promotions.c.ends_at, promotions.c.external)
_shown = (promotions.c.title, promotions.c.text, promotions.c.ends_at)
_RUNNING = Statement[Promotion](
    select(*_shown)
    .where(
        *_here,
        or_(promotions.c.starts_at.is_(None), promotions.c.starts_at <= bindparam("now")),
        or_(promotions.c.ends_at.is_(None), promotions.c.ends_at > bindparam("now")),
    )
    .order_by(*_ends_first)
    .limit(1),
    Promotion,
)
_ALL = Statement[tuple[datetime | None, Promotion]](
    select(promotions.c.starts_at, *_shown).where(*_here).order_by(*_ends_first).limit(KNOWN + 1),
    lambda starts_at, *shown: (starts_at, Promotion(*shown)),
)


def save(tx: Transaction, **row: object) -> bool:
    """False if something newer is known; what that left out is taken over."""
    return _SAVE.save(tx, **row)


def running(tx: Transaction, shop: str, platform: str, now: datetime) -> Promotion | None:
    """The promotion that ends first among those that hold now."""
    known = tx.kept.answer("promotions", (shop, platform), lambda: _ALL.all(tx, shop=shop, platform=platform))
    if len(known) > KNOWN:
        return _RUNNING.one(tx, shop=shop, platform=platform, now=now)
    return next((one for starts_at, one in known if _holds(starts_at, one.ends_at, now)), None)


def ask(tx: Transaction, shop: str, platform: str) -> Callable[[], list[tuple[datetime | None, Promotion]]]:
    """The same question under way for later ones of this transaction (`statements.Statement.ask`)."""
    return _ALL.ask(tx, shop=shop, platform=platform)


def _holds(starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> bool:
    return (starts_at is None or starts_at <= now) and (ends_at is None or ends_at > now)
