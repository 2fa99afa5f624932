"""Keeps sums of past days up: when a day is over, when something in it has changed, when something of it settles.

Three steps: claim what is to be done, work it out from one reading, keep it unless it has changed meanwhile. Several
nodes share the work by claims. Not for reading the sums (`kpi_rollups.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import islice
from secrets import token_hex
from typing import Final
from zoneinfo import ZoneInfo

from assistant import store
from assistant.domain.kpi_rolls import Roll
from assistant.domain.kpi_sums import DEFINITION
from assistant.domain.moments import midnight, shop_day
from assistant.services.kpi_inputs import EVERYTHING, reminders_of
from assistant.services.kpi_rollups import DaySection, marked, running, still, summed_up
from assistant.store.kpi_rollups import Kept

EVER: Final = datetime(1900, 1, 1, tzinfo=UTC)
DAY: Final = timedelta(days=1)
# Done together: whoever asks for figures meanwhile works these days out alone.
AT_ONCE: Final = 8
# Who claimed a day and has not kept it by then is gone.
PATIENCE: Final = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Claim:
    """A section of a day of a shop that is to be worked out."""

    shop: str
    zone: tzinfo
    day: date
    section: str
    token: str


@dataclass(frozen=True, slots=True)
class Result:
    claim: Claim
    rolls: list[Roll]
    settles_at: datetime | None


async def catch_up(database: store.Store, now: datetime, *, thorough: bool = True) -> int:
    """Bring up some of what is behind; returns how many sections of days were worked out. Unless `thorough`, only if
    something was marked as changed."""
    if not await database.read(lambda tx: is_behind(tx, now, thorough=thorough)):
        return 0
    claims = await database.write(lambda tx: claim(tx, now))
    results = await database.read(lambda tx: work_out(tx, claims, now))
    await database.write(lambda tx: keep(tx, results, now))
    return len(claims)


def catch_up_now(database: store.Store, now: datetime) -> int:
    """The same without an event loop, until nothing is behind."""
    done = 0
    while claims := database.write_now(lambda tx: claim(tx, now)):
        results = database.read_now(lambda tx: work_out(tx, claims, now))  # called at once
        database.write_now(lambda tx: keep(tx, results, now))  # noqa: B023
        done += len(claims)
    return done


def is_behind(tx: store.Transaction, now: datetime, *, thorough: bool = True) -> bool:
    """Whether anything is to be done."""
    if store.kpi_rollups.any_marks(tx):
        return True
    shops = store.shops.every(tx) if thorough else []
    return any(next(_behind(tx, shop.id, ZoneInfo(shop.timezone), now), None) for shop in shops)


def claim(tx: store.Transaction, now: datetime) -> list[Claim]:
    """Heed what has changed, and take on some of what is to be worked out, the newest days first."""
    token, claims = token_hex(8), list[Claim]()
    for shop in store.shops.every(tx):
        zone = ZoneInfo(shop.timezone)
        store.locks.alone(tx, f"figures of {shop.id}")
        _heed_marks(tx, shop.id, zone)
        for day, section in islice(_behind(tx, shop.id, zone, now), AT_ONCE - len(claims)):
            store.kpi_rollups.claim(tx, shop.id, day, section, token, now)
            claims.append(Claim(shop.id, zone, day, section, token))
    return claims


def work_out(tx: store.Transaction, claims: list[Claim], now: datetime) -> list[Result]:
    """The sums of what was claimed, all from one moment; each day's rows are read once."""
    known = {shop: reminders_of(tx, shop) for shop in {one.shop for one in claims}}
    days: defaultdict[tuple[str, tzinfo, date], list[Claim]] = defaultdict(list)
    for one in claims:
        days[one.shop, one.zone, one.day].append(one)
    results = []
    for (shop, zone, day), theirs in days.items():
        found = summed_up(tx, shop, zone, day, [one.section for one in theirs], now, known[shop])
        results += [Result(one, *found[one.section]) for one in theirs]
    return results


def keep(tx: store.Transaction, results: list[Result], now: datetime) -> None:
    """Put the sums in the place of older ones, except where something has changed since they were claimed."""
    for one in results:
        what = one.claim
        store.kpi_rollups.keep(
            tx, what.shop, what.day, what.section, what.token, DEFINITION, now, one.settles_at, one.rolls
        )


def rebuild(database: store.Store, shop: str | None, now: datetime) -> int:
    """Work out anew everything that is kept of a shop, or of all; returns how many days that were."""
    database.write_now(lambda tx: _forget(tx, shop))
    return catch_up_now(database, now) // len(EVERYTHING)


def _forget(tx: store.Transaction, shop: str | None) -> None:
    for row in store.shops.every(tx):
        if shop in (None, row.id):
            store.kpi_rollups.forget_all(tx, row.id, date.min, date.max)


def _heed_marks(tx: store.Transaction, shop: str, zone: tzinfo) -> None:
    marks = store.kpi_rollups.marks(tx, shop)
    store.kpi_rollups.forget(tx, shop, marked(tx, marks, zone))
    store.kpi_rollups.unmark(tx, marks)


def _behind(tx: store.Transaction, shop: str, zone: tzinfo, now: datetime) -> Iterator[DaySection]:
    """What of the past is not kept, or not true any more, the newest first."""
    day = running(zone, now)
    standing = {(one.day, one.section) for one in store.kpi_rollups.days(tx, shop, date.min, day) if _stands(one, now)}
    # Of a shop of years nearly every day stands whole: no table is asked whether anything happened on those.
    whole = {day for day, sections in Counter(day for day, _ in standing).items() if sections == len(EVERYTHING)}
    while (found := store.kpi.last_at(tx, shop, EVER, midnight(day, zone))) is not None:
        day = shop_day(found, zone)
        yield from ((day, one) for one in EVERYTHING if (day, one) not in standing)
        while day - DAY in whole:
            day -= DAY


def _stands(kept: Kept, now: datetime) -> bool:
    """Whether a day's section needs nothing: it is true, or somebody is at it."""
    return still(kept, now) or (kept.definition == 0 and now - kept.at < PATIENCE)
