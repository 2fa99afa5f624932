"""Promotions and when they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import promotions
from assistant.store.upserts import Newest


@dataclass(frozen=True, slots=True)
class Promotion:
    title: str | None
    text: str | None
    ends_at: datetime | None


class Times(NamedTuple):
    starts_at: datetime | None
    ends_at: datetime | None


_SAVE = Newest(promotions, ["shop", "platform", "external"])
# A shop with more than so many is asked each time.
KNOWN = 200
# Where a promotion holds that is told of no platform.
ANYWHERE = "other"
_here = (
    promotions.c.shop == bindparam("shop"),
    promotions.c.platform.in_([bindparam("platform"), bindparam("anywhere", ANYWHERE)]),
)
_TIMES = Statement[Times](
    select(promotions.c.starts_at, promotions.c.ends_at).where(
        *(promotions.c[name] == bindparam(name) for name in ("shop", "platform", "external"))
    ),
    Times,
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

_ranked = (
    select(
        promotions,
        func.row_number()
        .over(partition_by=(promotions.c.shop, promotions.c.platform), order_by=_ends_first)
        .label("place"),
    )
    .where(promotions.c.shop.in_(bindparam("shops", expanding=True)))
    .subquery()
)
_AHEAD = (
    select(_ranked)
    .where(_ranked.c.place <= KNOWN + 1)
    .order_by(_ranked.c.ends_at.is_(None), _ranked.c.ends_at, _ranked.c.external)
)


def save(tx: Transaction, **row: object) -> bool:
    """False if something newer is known; what that left out is taken over."""
    return _SAVE.save(tx, **row)


def times(tx: Transaction, shop: str, platform: str, external: str) -> Times | None:
    """From when to when it holds; None if nothing is known of it."""
    return _TIMES.one(tx, shop=shop, platform=platform, external=external)


def running(tx: Transaction, shop: str, platform: str, now: datetime) -> Promotion | None:
    """The promotion that ends first among those that hold now."""
    known = tx.kept.answer("promotions", (shop, platform), lambda: _ALL.all(tx, shop=shop, platform=platform))
    if len(known) > KNOWN:
        return _RUNNING.one(tx, shop=shop, platform=platform, now=now)
    return next((one for starts_at, one in known if _holds(starts_at, one.ends_at, now)), None)


def ask(tx: Transaction, shop: str, platform: str) -> Callable[[], list[tuple[datetime | None, Promotion]]]:
    """The same question under way for later ones of this transaction (`statements.Statement.ask`)."""
    return _ALL.ask(tx, shop=shop, platform=platform)


def ahead(tx: Transaction, places: Iterable[tuple[str, str]]) -> None:
    """Read what `running` will be asked for in these shops, each with a platform."""
    missing = {place for place in places if place not in tx.kept.rows("promotions")}
    if not missing:
        return
    found = list(tx.connection.execute(_AHEAD, {"shops": sorted({shop for shop, _ in missing})}))
    for shop, platform in missing:
        offered = [row for row in found if row.shop == shop and row.platform in (platform, ANYWHERE)]
        tx.kept.rows("promotions")[shop, platform] = [
            (row.starts_at, Promotion(row.title, row.text, row.ends_at)) for row in offered
        ]


def _holds(starts_at: datetime | None, ends_at: datetime | None, now: datetime) -> bool:
    return (starts_at is None or starts_at <= now) and (ends_at is None or ends_at > now)
