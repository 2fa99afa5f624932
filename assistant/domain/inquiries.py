"""Whether a buyer's writing on a day was asking before buying, and what became of it.

Not for who earns the order (`credit.py`). DOMAIN 1.2: who bought within the last 21 days and asks without ordering
again writes after the sale; what becomes of asking is known when the next day is over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple

from assistant.domain.kpi_rows import ContactRow
from assistant.domain.moments import midnight, shop_day

AFTER_SALES: Final = timedelta(days=21)


@dataclass(frozen=True, slots=True)
class Bought:
    """An order of a buyer: when it was made, and when paid."""

    buyer: str
    made_at: datetime
    paid_at: datetime | None


class Became(NamedTuple):
    """What is said of a buyer's day, by the names it has in a `ContactRow`."""

    inquiry: bool
    settling: bool
    ordered_same_day: bool
    ordered: bool
    paid_next_day: bool
    paid: bool


def judge(
    contacts: Sequence[ContactRow], bought: Iterable[Bought], zone: tzinfo, now: datetime | None = None
) -> list[ContactRow]:
    """The contacts with what became of them, as it holds for the buyer's whole day; `now` None: all is over."""
    orders: defaultdict[str, list[Bought]] = defaultdict(list)
    for order in bought:
        orders[order.buyer].append(order)
    asked: dict[tuple[object, str], datetime] = {}
    for row in contacts:
        if row.asked_at is not None:
            key = shop_day(row.at, zone), row.buyer
            asked[key] = min(row.asked_at, asked.get(key, row.asked_at))
    found = {key: _became(at, orders.get(key[1], []), zone, now) for key, at in asked.items()}
    return [_judged(row, found.get((shop_day(row.at, zone), row.buyer))) for row in contacts]


def known_at(day: date, zone: tzinfo) -> datetime:
    """When the day after a day is over, and with it what became of asking on it."""
    return midnight(day + timedelta(days=2), zone)


def _judged(row: ContactRow, became: Became | None) -> ContactRow:
    return row if became is None else replace(row, **became._asdict())


def _became(asked_at: datetime, orders: Sequence[Bought], zone: tzinfo, now: datetime | None) -> Became:
    day = shop_day(asked_at, zone)
    tonight, end = midnight(day + timedelta(days=1), zone), known_at(day, zone)
    new = [order for order in orders if asked_at <= order.made_at < end]
    recent = any(order.paid_at and asked_at - AFTER_SALES <= order.paid_at < asked_at for order in orders)
    return Became(
        inquiry=bool(new) or not recent,
        settling=now is not None and now < end,
        ordered_same_day=any(order.made_at < tonight for order in new),
        ordered=bool(new),
        paid_next_day=any(order.paid_at and order.paid_at < end for order in new),
        paid=any(order.paid_at for order in new),
    )
