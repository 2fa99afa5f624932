"""The raw rows that figures of a time are made of, read day by day. Not for sums that were kept (`kpi_rollups.py`).

A day is judged by what happened until its end: who earned its orders and when its unanswered sessions ended.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from pydantic_core import from_json

from assistant import store
from assistant.domain.inquiries import judge
from assistant.domain.kpi_rows import ContactRow, Inputs, RoundRow, split, without_filtered
from assistant.domain.kpi_sums import SECTIONS
from assistant.domain.moments import midnight, shop_day
from assistant.domain.platform_changes import Profiles
from assistant.domain.reminders import Reminding, reminding
from assistant.domain.rounds import session_end
from assistant.services import closing_words
from assistant.store.kpi import Between, FoundRound

EVERYTHING = tuple(SECTIONS)


@dataclass(frozen=True, slots=True)
class Part:
    """A day of the shop or a piece of one; `began` and `until` are the whole day's."""

    between: Between
    began: datetime
    until: datetime

    @property
    def whole(self) -> bool:
        return (self.between.start, self.between.end) == (self.began, self.until)


def parts(tx: store.Transaction, between: Between, zone: tzinfo) -> Iterator[Part]:
    """A time by days of the shop, without those on which nothing happened."""
    at = between.start
    while (found := store.kpi.next_at(tx, between.shop, at, between.end)) is not None:
        part = of_day(shop_day(found, zone), between, zone)
        at = part.until
        yield part


def of_day(day: date, between: Between, zone: tzinfo) -> Part:
    """What of a time lies on a day."""
    began, until = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    return Part(replace(between, start=max(between.start, began), end=min(between.end, until)), began, until)


def inputs(
    tx: store.Transaction,
    between: Between,
    zone: tzinfo,
    now: datetime | None,
    sections: Collection[str] = EVERYTHING,
) -> Inputs:
    """Everything the figures of these sections are made of between two moments; `now` None: all of it is over."""
    known = reminders_of(tx, between.shop)
    return _joined(read(tx, part, zone, now, known, sections) for part in parts(tx, between, zone))


def apart(
    tx: store.Transaction, between: Between, zone: tzinfo, now: datetime | None
) -> Iterator[tuple[date, str, Inputs]]:
    """The rows of every day and agent (`NOBODY`: held by no one), without what was said with filtered buyers."""
    known = reminders_of(tx, between.shop)
    for part in parts(tx, between, zone):
        rows = without_filtered(read(tx, part, zone, now, known))
        for agent, theirs in split(rows, "agent", zone).items():
            yield shop_day(part.began, zone), agent, theirs


def read(
    tx: store.Transaction,
    part: Part,
    zone: tzinfo,
    now: datetime | None,
    known: Mapping[str, Reminding],
    sections: Collection[str] = EVERYTHING,
) -> Inputs:
    """The same of a day or a piece of it. `known` are the touchpoints that remind of paying."""
    found, between = Inputs(), part.between
    if "said" in sections:
        rounds = store.kpi.found_rounds(tx, between, part.until)
        profiles = store.platforms.profiles(tx, between.shop)
        found = replace(found, rounds=[_judged(tx, one, part.until, profiles) for one in rounds])
    if "said" in sections or "asked" in sections:
        contacts = _with_spoken(store.kpi.contacts(tx, between), zone)
        if "asked" in sections:
            contacts = judge(contacts, store.kpi_orders.bought(tx, between), zone, now)
        found = replace(found, contacts=contacts)
    if "sold" in sections:
        found = replace(
            found,
            orders=store.kpi_orders.made(tx, between, part.until),
            payments=store.kpi_orders.paid(tx, between, part.began, part.until),
            reminders=store.kpi_reminders.reminded(tx, between, known, now),
        )
    return _with_done(tx, found, between, known) if "done" in sections else found


def reminders_of(tx: store.Transaction, shop: str | None) -> dict[str, Reminding]:
    """The touchpoints that remind of paying, of a shop or of all together, as they are published now."""
    known: dict[str, Reminding] = {}
    for row in store.shops.every(tx):
        if shop in (None, row.id):
            known.update(reminding(touchpoints_of(tx, row.id)))
    return known


def touchpoints_of(tx: store.Transaction, shop: str) -> list[dict[str, Any]]:
    """The touchpoints of a shop as they are published now, as JSON values; none before its first tables."""
    version = store.scripts.newest(tx, shop)
    content = None if version is None else store.scripts.content(tx, shop, version)
    return [] if content is None else list(from_json(content)["touchpoints"])


def _with_done(tx: store.Transaction, found: Inputs, between: Between, known: Mapping[str, Reminding]) -> Inputs:
    told = store.kpi_done.found_facts(tx, between)
    return replace(
        found,
        suggestions=store.kpi_done.suggestion_rows(tx, between),
        follow_ups=store.kpi_done.follow_up_rows(tx, between),
        checks=told.checks,
        ratings=told.ratings,
        sent=store.kpi_reminders.sent(tx, between, known) if known else (),
    )


def _joined(found: Iterable[Inputs]) -> Inputs:
    every = list(found)
    return Inputs(**{one.name: [row for part in every for row in getattr(part, one.name)] for one in fields(Inputs)})


def _judged(tx: store.Transaction, found: FoundRound, until: datetime, profiles: Profiles) -> RoundRow:
    """A wait without an answer that day ends when the session does, and it is said whether an answer was owed."""
    row, last = found.row, found.last_at
    if last is None or (row.answered_at is not None and row.answered_at < until):
        return row
    ended = session_end(last, found.closed_at, profiles.at(row.platform, row.asked_at))
    return replace(row, ended_at=ended, closing=closing_words.nothing_was_asked(tx, row, until))


def _with_spoken(contacts: Sequence[ContactRow], zone: tzinfo) -> list[ContactRow]:
    """Mark the contacts of buyers who wrote that day, to whichever agent."""
    spoke = {(shop_day(row.at, zone), row.buyer) for row in contacts if row.buyer_messages}
    return [replace(row, buyer_spoke=(shop_day(row.at, zone), row.buyer) in spoke) for row in contacts]
