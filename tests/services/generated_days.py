"""Days of a shop that hypothesis draws, and shops in which they happen: chats, transfers, robots, orders, refunds.

Not for what is to come of them (`figures_by_hand.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from assistant import store
from assistant.domain.scripts import Scripts
from assistant.services import kpi
from assistant.services.desks import Desks
from assistant.services.intake import read, receive
from assistant.services.scripts import Library
from tests.services.figures_by_hand import Figures
from tests.services.rounds_by_hand import QUESTION, THANKS, Event

T = TypeVar("T")
LONG_AFTER = datetime(2027, 6, 1, tzinfo=UTC)
NUMBERS = count(1)
STEPS = (0.4, 1.0, 5.0, 15.0, 16.0, 30.0, 31.0, 61.0, 121.0, 180.0, 180.5, 181.0, 599.0, 600.0, 900.0, 3700.0, 30000.0)
# A day of twenty-five hours, an odd zone, and the usual one; days begin at odd hours of UTC in all of them.
PLACES = (
    ("Asia/Shanghai", date(2026, 11, 11)),
    ("America/New_York", date(2026, 11, 1)),
    ("Asia/Kathmandu", date(2026, 11, 11)),
)
BEGINNINGS = (time(7, 58), time(8, 59), time(12), time(22, 57), time(23, 40))
HOURS = (-600, -40, -1, 0, 1, 5, 26, 47, 49, 60)
PLAIN = ("moment", "zone", "made", "paid")
KINDS: tuple[dict[str, Any], ...] = (
    {"side": "buyer"}, {"side": "buyer", "text": "有货吗"}, {"side": "buyer", "text": THANKS},
    {"side": "agent", "agent": "a1", "origin": "human"}, {"side": "agent", "agent": "a2", "origin": "human"},
    {"side": "agent", "agent": "a1", "origin": "human", "script": "hello", "text": QUESTION},
    {"side": "agent", "agent": "a1", "origin": "auto"}, {"side": "agent", "agent": "bot", "origin": "robot"},
    {"side": "agent", "agent": "a2", "origin": "robot_assist"}, {"side": "system"},
    {"state": "transferred", "agent": "a2"}, {"state": "assigned", "agent": "a1"}, {"state": "closed"},
)  # fmt: skip


@st.composite
def chats(draw: st.DrawFn) -> list[Event]:
    """The events of some conversations over two days or so."""
    zone, first = draw(st.sampled_from(PLACES))
    events: list[Event] = []
    for number in range(draw(st.integers(1, 3))):
        platform = draw(st.sampled_from(["taobao", "jd", "douyin", "kuaishou", "wecom"]))
        at = datetime.combine(first, draw(st.sampled_from(BEGINNINGS)), ZoneInfo(zone)).astimezone(UTC)
        buyer = f"b{draw(st.integers(1, 2))}"
        for kind in draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=14)):
            at += timedelta(seconds=draw(st.sampled_from(STEPS)))
            events.append(_event(kind, platform, f"c{number}-{buyer}", buyer, at, zone))
    return events + draw(sales([one for one in events if one["type"] == "message"], zone)) if events else events


@st.composite
def sales(draw: st.DrawFn, said: list[Event], zone: str) -> list[Event]:
    """Orders of the buyers who talked, made and paid near what was said; some refunded."""
    events: list[Event] = []
    for number in range(draw(st.integers(0, 3)) if said else 0):
        near = draw(st.sampled_from(said))
        made = near["moment"] + timedelta(hours=draw(st.sampled_from(HOURS)), seconds=0.25)
        paid = draw(st.sampled_from([None, *(made + timedelta(hours=hours) for hours in HOURS if hours >= 0)]))
        known = {"platform": near["platform"], "buyer": near["buyer"], "order": f"o{number}", "zone": zone}
        pieces = draw(st.integers(1, 3))
        about = {
            **known, "type": "order", "made": made, "created_at": made.isoformat(), "amount": f"{number + 1}9.10",
            "items": [{"sku": "s", "title": "t", "quantity": pieces, "price": "1.00"}],
        }  # fmt: skip
        events.append({**about, **_told(made, number, "unpaid"), "status": "unpaid", "paid": None})
        if paid is not None:
            paid_at = {"status": "paid", "paid": paid, "paid_at": paid.isoformat()}
            events.append({**about, **_told(paid, number, "paid"), **paid_at})
            if draw(st.booleans()):
                back = {"type": "refund", "refund": f"r{number}", "reason": draw(st.sampled_from(["缺货", "不喜欢"]))}
                when = _told(paid + timedelta(hours=30), number, "back")
                events.append({**known, **back, **when, "status": draw(st.sampled_from(["SUCCESS", "CLOSED"]))})
    return events


def _told(moment: datetime, number: int, what: str) -> Event:
    return {"moment": moment, "at": moment.isoformat(), "id": f"o{number} {what}"}


def _event(kind: dict[str, Any], platform: str, chat: str, buyer: str, at: datetime, zone: str) -> Event:
    known = {"platform": platform, "conversation": chat, "buyer": buyer, "at": at.isoformat(), "moment": at}
    known |= {"id": f"{chat} {at.isoformat()}", "zone": zone}
    if "state" in kind:
        return {"type": "conversation", **known, **kind}
    return {"type": "message", "text": "在吗" if kind["side"] == "buyer" else "好", "origin": "human", **known, **kind}


class Compared:
    """One database in which each example is a shop of its own."""

    def __init__(self, url: str) -> None:
        self.desks = Desks(store.open_store(url), Library(Scripts()))

    def shop(self, zone: str, events: Sequence[Event]) -> str:
        """A shop in which this has happened, told in this order."""
        id = f"s{next(NUMBERS)}"
        self.desks.store.write_now(lambda tx: store.shops.add(tx, id, LONG_AFTER, timezone=zone))
        plain = [{name: value for name, value in one.items() if name not in PLAIN} for one in events]
        told = read(plain, None, id)
        self.desks.write_now(id, LONG_AFTER, lambda desk: receive(desk, told))
        return id

    def rows(self, shop: str, first: date, last: date, zone: ZoneInfo, **asked: Any) -> dict[str, Figures]:
        start, end = (datetime.combine(at, time(0), zone) for at in (first, last + timedelta(days=1)))
        found = self.desks.store.read_now(lambda tx: kpi.rows(tx, shop, start, end, now=LONG_AFTER, **asked))
        return {str(row["key"]): row for row in found}

    def raw(self, work: Callable[[store.Transaction], T], shop: str) -> T:
        """What would be read if no sums were kept."""
        found: list[T] = []

        def read_and_undo(tx: store.Transaction) -> None:
            store.kpi_rollups.forget_all(tx, shop, date.min, date.max)
            found.append(work(tx))
            raise Undone

        with suppress(Undone):
            self.desks.store.write_now(read_and_undo)
        return found[0]


class Undone(Exception):
    """Leaves nothing of a transaction."""
