"""Begins series of follow-ups for buyers to whom what begins them happened before the table said so.

Each version of a shop's tables is looked at once by each node, and each buyer is begun for once, whoever looks. Not for
going on with what has begun (`series.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from assistant import store
from assistant.domain.facts import Fact
from assistant.domain.scripts import Touchpoint
from assistant.services import follow_ups
from assistant.services.clocks import Clock
from assistant.services.desk import Desk, Shop
from assistant.services.desks import Desks

log = structlog.get_logger(__name__)

LOOK_SECONDS = 5.0
# What has no end is begun for whom it happened to within a year.
LONGEST = timedelta(days=366)
TOGETHER = 100


async def keep(desks: Desks, clock: Clock) -> None:
    """Look at each new version, until cancelled."""
    seen = dict[str, int]()
    while True:
        for shop in desks.library.shops():
            if seen.get(shop.id) != shop.version:
                try:
                    await begin(desks, shop, clock.now())
                    seen[shop.id] = shop.version
                except Exception:
                    log.exception("series.not_begun", shop=shop.id)
        await asyncio.sleep(LOOK_SECONDS)


async def begin(desks: Desks, shop: Shop, now: datetime) -> int:
    """Begin all series of a shop's tables for those who were there before; returns for how many buyers."""
    begun = 0
    for touchpoint in shop.scripts.touchpoints:
        if touchpoint.series is None:
            continue
        wanted = await desks.store.read(partial(_wanted, shop=shop.id, touchpoint=touchpoint, now=now))
        for at in range(0, len(wanted), TOGETHER):
            await desks.write(
                shop.id, now, partial(begin_for, touchpoint=touchpoint.id, found=wanted[at : at + TOGETHER])
            )
        begun += len(wanted)
    return begun


def _wanted(tx: store.Transaction, shop: str, touchpoint: Touchpoint, now: datetime) -> list[tuple[int, datetime]]:
    """Buyers for whom it has never begun, each with when what begins it happened last."""
    assert touchpoint.series is not None
    since = now - (touchpoint.series.lasts or LONGEST)
    begun = store.follow_ups.begun_for(tx, shop, touchpoint.id)
    found = store.facts.last_of_each(tx, shop, touchpoint.on, since)
    return [(buyer, at) for buyer, at in found if buyer not in begun]


def begin_for(desk: Desk, touchpoint: str, found: Sequence[tuple[int, datetime]]) -> None:
    """Begin for these buyers, each with the moment at which it happened."""
    row = desk.shop.scripts.touchpoint(touchpoint)
    if row is None or row.series is None:
        return  # published otherwise meanwhile
    for buyer, at in found:
        follow_ups.begin(desk, row, Fact(row.on, at, desk.buyer_of(buyer).platform, buyer=buyer))
