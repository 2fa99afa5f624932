"""Figures of a period, exact at every moment. Not for formulas (`domain/kpi.py`) nor for sums (`kpi_rollups.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo

from assistant import store
from assistant.domain import kpi_sums, platforms
from assistant.domain.errors import InvalidInput
from assistant.domain.kpi import NAMES, figures, told
from assistant.domain.kpi_group import Rules, Value
from assistant.domain.kpi_rolls import Grain, Roll, rolled, summed
from assistant.domain.kpi_rows import By
from assistant.domain.kpi_sales import YUAN
from assistant.domain.moments import SHANGHAI, shop_day
from assistant.domain.teams import Roster, of_team, rows_of
from assistant.services import kpi_inputs
from assistant.services.kpi_rollups import rolls
from assistant.store.kpi import Between

BYS: tuple[str, ...] = get_args(By)
# The door refuses events further ahead, so what lies beyond was replayed: that period is over.
AHEAD = timedelta(minutes=5)
_GRAINS: Mapping[str, Grain] = {"all": "day", "day": "day", "hour": "hour", "agent": "agent"}


def rows(
    tx: store.Transaction,
    shop: str | None,
    start: datetime,
    end: datetime,
    *,
    now: datetime,
    by: str = "all",
    platform: str | None = None,
    team: Roster | None = None,
) -> list[dict[str, object]]:
    """One {"key", …every KPI name} per group; what has no denominator is None.

    `shop` None means all shops together; of a team each of its people counts by their own clock. Raises InvalidInput
    for an unknown `by` or platform.
    """
    if by not in BYS:
        raise InvalidInput(f"figures cannot be grouped by {by!r}: choose one of {', '.join(BYS)}")
    between, zone = Between(shop, start, end, platforms.named(platform)), zone_of(tx, shop)
    rules = rules_for(tx, between, zone, now)
    if by not in _GRAINS:
        raw = kpi_inputs.inputs(tx, between, zone, rules.now, ["done", "sold"])
        raw = raw if team is None else rows_of(raw, team, zone)
        values: Iterable[tuple[str, Mapping[str, Value]]] = figures(raw, cast("By", by), rules)
    elif team is None:
        values = grouped(rolls(tx, between, now, rules, [_GRAINS[by]]), by)
    elif by == "hour":
        values = grouped(_hours_of(tx, between, rules, team), by)
    else:
        values = grouped(of_team(rolls(tx, between, now, rules, ["agent"]), team), by)
    return [{"key": key, **{name: _yuan_as_text(name, found.get(name)) for name in NAMES}} for key, found in values]


def _hours_of(tx: store.Transaction, between: Between, rules: Rules, team: Roster) -> list[Roll]:
    """Hours are not kept by agent: they are worked out from raw rows."""
    own, found = replace(rules, agent_clock=True), list[Roll]()
    for day, agent, theirs in kpi_inputs.apart(tx, between, rules.zone, rules.now):
        if team.has(agent, day):
            found += rolled(theirs, day, own, kpi_inputs.EVERYTHING, ["hour"])
    return found


def grouped(found: Iterable[Roll], by: str) -> list[tuple[str, dict[str, Value]]]:
    """(key, figures) by all, agent, day or hour, ordered by key."""
    return [(key, told(sums)) for key, sums in sums_by(found, by).items()]


def sums_by(found: Iterable[Roll], by: str) -> dict[str, dict[str, Any]]:
    """The same as sums."""
    if by == "all":
        return {by: kpi_sums.nothing()} | summed(found, lambda roll, key: by)
    return summed(found, lambda roll, key: roll.day.isoformat() if by == "day" else key)


def _yuan_as_text(name: str, value: Value) -> Value | str:
    """What is in yuan exact to the cent; all else as it is."""
    return f"{value:.2f}" if name in YUAN and value is not None else value


def rules_for(tx: store.Transaction, between: Between, zone: tzinfo, now: datetime) -> Rules:
    """How to count this period: what still runs `now` is not judged yet."""
    replayed = store.kpi.recorded_after(tx, between, now + AHEAD)
    return Rules(zone=zone, now=None if replayed else now, profiles=store.platforms.profiles(tx, between.shop).on)


def zone_of(tx: store.Transaction, shop: str | None) -> tzinfo:
    """The time zone of a shop, or the one that all shops share. Raises InvalidInput if there are several."""
    zones = {row.timezone for row in store.shops.every(tx) if shop in (None, row.id)}
    if len(zones) > 1:
        raise InvalidInput("these shops live in different time zones: choose one of them")
    return ZoneInfo(zones.pop()) if zones else SHANGHAI


def today(tx: store.Transaction, shop: str, now: datetime) -> date:
    """The day of the shop's calendar that runs now."""
    return shop_day(now, zone_of(tx, shop))
