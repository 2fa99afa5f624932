"""Sums by day: those that are kept where they hold, worked out from raw rows where they do not.

So figures are exact at every moment, and kept sums only make them fast. Not for figures (`kpi.py`), nor for keeping the
sums up (`kpi_follower.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from assistant import store
from assistant.domain.inquiries import known_at
from assistant.domain.kpi_group import Rules
from assistant.domain.kpi_rolls import GRAINS, Grain, Roll, rolled
from assistant.domain.kpi_rows import Inputs
from assistant.domain.kpi_sums import DEFINITION
from assistant.domain.moments import midnight, shop_day
from assistant.domain.reminders import Reminding
from assistant.services.kpi_inputs import EVERYTHING, Part, parts, read, reminders_of
from assistant.store.kpi import Between
from assistant.store.kpi_rollups import MARKS, Kept, Mark

# A day is over so long after its midnight: requests that began before it are stored by then.
OVER: Final = timedelta(minutes=10)

DaySection = tuple[date, str]


def rolls(
    tx: store.Transaction,
    between: Between,
    now: datetime,
    rules: Rules,
    grains: Collection[Grain] = GRAINS,
    sections: Collection[str] = EVERYTHING,
) -> list[Roll]:
    """The sums of a time by day. `now` says which days are over, `rules` how to count the one that runs."""
    shops = [between.shop] if between.shop is not None else [shop.id for shop in store.shops.every(tx)]
    return [roll for shop in shops for roll in _of_shop(tx, replace(between, shop=shop), now, rules, grains, sections)]


def _of_shop(
    tx: store.Transaction,
    between: Between,
    now: datetime,
    rules: Rules,
    grains: Collection[Grain],
    sections: Collection[str],
) -> list[Roll]:
    assert between.shop is not None
    zone = rules.zone
    found, days = [], list(parts(tx, between, zone))
    whole = [shop_day(part.began, zone) for part in days if part.whole]
    holding = holds(tx, between.shop, zone, whole, now)
    if holding:
        kept = store.kpi_rollups.rolls(tx, between.shop, min(whole), max(whole), grains, sections, between.platform)
        found = [roll for roll in kept if (roll.day, roll.section) in holding]
    known, rules = None, replace(rules, profiles=store.platforms.profiles(tx, between.shop).on)
    for part in days:
        day = shop_day(part.began, zone)
        missing = [one for one in sections if not part.whole or (day, one) not in holding]
        if missing:
            known = reminders_of(tx, between.shop) if known is None else known
            found += rolled(read(tx, part, zone, rules.now, known, missing), day, rules, missing, grains)
    return found


def holds(tx: store.Transaction, shop: str, zone: tzinfo, days: Collection[date], now: datetime) -> set[DaySection]:
    """Which sections of these days are kept and still true."""
    if not days:
        return set()
    wanted = set(days)
    kept = store.kpi_rollups.days(tx, shop, min(days), max(days))
    true = {(one.day, one.section) for one in kept if still(one, now)}
    marks = store.kpi_rollups.marks(tx, shop) if true else []
    if len(marks) == MARKS:
        return set()  # there are more than were read
    return {(day, section) for day, section in true - marked(tx, marks, zone) if day in wanted}


def still(kept: Kept, now: datetime) -> bool:
    """Whether what is kept is of this definition, and nothing of it was to settle since."""
    return kept.definition == DEFINITION and (kept.settles_at is None or now < kept.settles_at)


def marked(tx: store.Transaction, marks: Iterable[Mark], zone: tzinfo) -> set[DaySection]:
    """The days that marks are about."""
    found: set[DaySection] = set()
    for one in marks:
        if one.buyer is not None:
            wrote = store.kpi_rollups.written_at(tx, one.buyer, one.first_at, one.last_at)
            found |= {(shop_day(at, zone), one.section) for at in wrote}
        else:
            first, last = shop_day(one.first_at, zone), shop_day(one.last_at, zone)
            found |= {(first + timedelta(days=n), one.section) for n in range((last - first).days + 1)}
    return found


def running(zone: tzinfo, now: datetime) -> date:
    """The day that is not yet so long over that it can be summed up."""
    return shop_day(now - OVER, zone)


# --- one day ---------------------------------------------------------------------------------------------------------


def summed_up(
    tx: store.Transaction, shop: str, zone: tzinfo, day: date, sections: Collection[str], now: datetime,
    known: Mapping[str, Reminding],
) -> dict[str, tuple[list[Roll], datetime | None]]:  # fmt: skip
    """The sums of each of these sections of a day that is over, from one reading, and when something of it is to
    settle."""
    began, until = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    found = read(tx, Part(Between(shop, began, until), began, until), zone, now, known, sections)
    rules = Rules(zone=zone, now=now, profiles=store.platforms.profiles(tx, shop).on)
    sums = rolled(found, day, rules, sections)
    return {
        section: ([roll for roll in sums if roll.section == section], _settles_at(found, section, day, zone, now))
        for section in sections
    }


def _settles_at(found: Inputs, section: str, day: date, zone: tzinfo, now: datetime) -> datetime | None:
    """Asking settles with the day after, reminders when their time is over; what is settled never changes by itself."""
    moments = []
    if section == "sold":
        moments = [row.settles_at for row in found.reminders if row.settles_at is not None]
    if section == "asked" and any(row.settling for row in found.contacts):
        moments = [known_at(day, zone)]
    return min((at for at in moments if at > now), default=None)
