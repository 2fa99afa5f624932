"""Figures of a period, from what is stored now. Not for formulas (`domain/kpi.py`) nor for rollups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import cast, get_args
from zoneinfo import ZoneInfo

from assistant import store
from assistant.domain.errors import InvalidInput
from assistant.domain.kpi import NAMES, figures
from assistant.domain.kpi_group import Rules
from assistant.domain.kpi_rows import By, ContactRow, Inputs, RoundRow
from assistant.domain.platforms import profile_of
from assistant.domain.rounds import SHANGHAI, session_end, shop_day
from assistant.store import kpi as found_in_store
from assistant.store.kpi import Between, FoundRound

BYS: tuple[str, ...] = get_args(By)
# The door refuses events further ahead, so what lies beyond was replayed: that period is over.
AHEAD = timedelta(minutes=5)


def rows(
    tx: store.Transaction,
    shop: str | None,
    start: datetime,
    end: datetime,
    *,
    now: datetime,
    by: str = "all",
    platform: str | None = None,
) -> list[dict[str, object]]:
    """One {"key", …every KPI name} per group; what has no denominator or is not computed yet is None.

    `shop` None means all shops together. Raises InvalidInput for an unknown `by`.
    """
    if by not in BYS:
        raise InvalidInput(f"figures cannot be grouped by {by!r}: choose one of {', '.join(BYS)}")
    between, zone = Between(shop, start, end, platform), zone_of(tx, shop)
    replayed = found_in_store.recorded_after(tx, between, now + AHEAD)
    rules = Rules(tz=zone, now=None if replayed else now)
    found = figures(inputs(tx, between, zone), cast("By", by), rules)
    return [{"key": key, **{name: values.get(name) for name in NAMES}} for key, values in found]


def zone_of(tx: store.Transaction, shop: str | None) -> tzinfo:
    """The time zone of a shop, or the one that all shops share. Raises InvalidInput if there are several."""
    zones = {row.timezone for row in store.shops.every(tx) if shop in (None, row.id)}
    if len(zones) > 1:
        raise InvalidInput("these shops live in different time zones: choose one of them")
    return ZoneInfo(zones.pop()) if zones else SHANGHAI


def inputs(tx: store.Transaction, between: Between, zone: tzinfo = SHANGHAI) -> Inputs:
    """Everything the figures between two moments are made of."""
    return Inputs(
        rounds=[_ended(found) for found in found_in_store.found_rounds(tx, between)],
        contacts=_with_spoken(found_in_store.contacts(tx, between), zone),
        suggestions=found_in_store.suggestion_rows(tx, between),
        follow_ups=found_in_store.follow_up_rows(tx, between),
        checks=found_in_store.check_rows(tx, between),
    )


def _ended(found: FoundRound) -> RoundRow:
    """An unanswered wait ends when the session does."""
    row, last = found.row, found.last_at
    if row.answered_at is not None or last is None:
        return row
    return replace(row, ended_at=session_end(last, found.closed_at, profile_of(row.platform)))


def _with_spoken(contacts: Sequence[ContactRow], zone: tzinfo) -> list[ContactRow]:
    """Mark the contacts of buyers who wrote that day, to whichever agent."""
    spoke = {(shop_day(row.at, zone), row.buyer) for row in contacts if row.buyer_messages}
    return [replace(row, buyer_spoke=(shop_day(row.at, zone), row.buyer) in spoke) for row in contacts]
