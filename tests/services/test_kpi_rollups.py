"""Kept sums say what the raw rows say: however late, often and out of order things come, and whoever works them out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import store
from assistant.domain import kpi_sums
from assistant.domain.kpi_group import Rules
from assistant.domain.kpi_rolls import GRAINS, Roll
from assistant.services import kpi, kpi_follower
from assistant.services.intake import read, receive
from assistant.services.kpi_follower import catch_up_now, claim, keep, rebuild, work_out
from assistant.services.kpi_rollups import holds, rolls
from assistant.store.kpi import Between
from tests.conftest import SOAK
from tests.services.generated_days import PLAIN, Compared, chats
from tests.services.rounds_by_hand import Event
from tests.services.shop import Shop, moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
MORNING = moment("09:00:00", 14)  # the 11th to the 13th are over
GROUPS = ("all", "day", "hour", "agent")


def figures(shop: Shop, *, now: datetime = MORNING, **asked: Any) -> list[dict[str, Any]]:
    start, end = moment("00:00:00", 10), moment("00:00:00", 15)
    return shop.read(lambda tx: kpi.rows(tx, shop.id, start, end, now=now, **asked))


def from_raw_rows(shop: Shop, *, now: datetime = MORNING, **asked: Any) -> list[dict[str, Any]]:
    """The same with nothing kept."""
    shop.desks.store.write_now(lambda tx: store.kpi_rollups.forget_all(tx, shop.id, date.min, date.max))
    return figures(shop, now=now, **asked)


def same_as_raw(shop: Shop, *, now: datetime = MORNING) -> None:
    kept = {by: figures(shop, now=now, by=by) for by in GROUPS}
    assert kept == {by: from_raw_rows(shop, now=now, by=by) for by in GROUPS}


def kept_days(shop: Shop, section: str, now: datetime = MORNING) -> list[int]:
    days = [date(2026, 11, day) for day in range(10, 15)]
    found = shop.read(lambda tx: holds(tx, shop.id, SHANGHAI, days, now))
    return sorted(day.day for day, one in found if one == section)


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """Three days of talk, an order, a payment on the next day; the sums are kept."""
    shop.now = moment("09:00:00")
    shop.buyer_says("在吗", "10:00:00")
    shop.agent_says("在的，亲", "10:00:20")
    shop.order("o1", "unpaid", "10:05:00")
    shop.buyer_says("多久发货", "10:10:00", conversation="c2", buyer="b2")
    shop.now = moment("09:00:00", 12)
    shop.receives(event("buyer", "09:10:00", 12), event("agent", "09:10:30", 12), paid("o1", "09:20:00", 12))
    shop.now = moment("09:00:00", 13)
    shop.receives(event("buyer", "08:10:00", 13, conversation="c3", buyer="b3"))
    shop.now = MORNING
    catch_up_now(shop.desks.store, MORNING)
    return shop


def event(side: str, clock: str, day: int, **more: Any) -> dict[str, Any]:
    known = {"type": "message", "platform": "taobao", "conversation": "c1", "buyer": "b1", "side": side, "text": "好"}
    at = moment(clock, day).isoformat()
    return {**known, "id": f"{side} {at}", "at": at, **({"agent": "a1"} if side == "agent" else {}), **more}


def paid(order: str, clock: str, day: int, **more: Any) -> dict[str, Any]:
    at = moment(clock, day).isoformat()
    known: dict[str, Any] = {
        "type": "order",
        "platform": "taobao",
        "order": order,
        "buyer": "b1",
        "status": "paid",
        "amount": "59.00",
    }
    known |= {"items": [{"sku": "s", "title": "衬衫", "quantity": 2, "price": "29.50"}]}
    return {**known, "id": f"{order} paid {at}", "at": at, "paid_at": at, **more}


def test_days_that_are_over_are_kept_and_say_the_same(busy: Shop) -> None:
    assert kept_days(busy, "said") == [11, 12, 13]
    assert figures(busy)[0]["sales_amount"] == "59.00"
    same_as_raw(busy)


def test_a_day_is_kept_from_ten_minutes_after_it_ended_and_what_happens_today_changes_nothing(busy: Shop) -> None:
    busy.buyer_says("在吗")
    assert catch_up_now(busy.desks.store, MORNING) == 0
    busy.desks.store.write_now(lambda tx: store.kpi_rollups.forget_all(tx, busy.id, date.min, date.max))
    catch_up_now(busy.desks.store, moment("00:09:59", 14))
    assert kept_days(busy, "said") == [11, 12]
    catch_up_now(busy.desks.store, moment("00:10:00", 14))
    assert kept_days(busy, "said") == [11, 12, 13]


def test_what_is_taken_out_between_and_beyond_days_that_stand_is_summed_up_again_and_nothing_else(busy: Shop) -> None:
    busy.receives(event("buyer", "09:00:00", 2, conversation="c9", buyer="b9"))
    catch_up_now(busy.desks.store, MORNING)
    taken = [(date(2026, 11, 12), "done"), (date(2026, 11, 2), "said")]
    busy.desks.store.write_now(lambda tx: store.kpi_rollups.forget(tx, busy.id, taken))
    assert catch_up_now(busy.desks.store, MORNING) == len(taken)
    kept = busy.read(lambda tx: store.kpi_rollups.days(tx, busy.id, date.min, date.max))
    assert {(one.day.day, one.section) for one in kept} == {
        (day, section) for day in (2, 11, 12, 13) for section in kpi_sums.SECTIONS
    }


LATE: dict[str, tuple[dict[str, Any], dict[str, list[int]]]] = {
    "an answer that comes late": (
        event("agent", "10:10:30", 11, conversation="c2", buyer="b2"),
        {"said": [12, 13], "asked": [12, 13]},
    ),
    "a payment of an old order": (paid("o9", "11:00:00", 11), {"sold": [13], "asked": [13]}),
    "a refund": (
        {
            "type": "refund", "platform": "taobao", "refund": "r1", "order": "o1", "buyer": "b1", "status": "SUCCESS",
            "id": "r1", "at": MORNING.isoformat(), "reason": "不喜欢",
        },
        {"sold": [11, 13]},
    ),
    "a rating": (
        {
            "type": "rating", "platform": "taobao", "conversation": "c1", "score": 5, "id": "s1",
            "at": moment("11:00:00", 12).isoformat(),
        },
        {"done": [11, 13]},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LATE)
def test_late_news_take_exactly_the_days_they_change_out_and_nobody_sees_old_figures(busy: Shop, name: str) -> None:
    late, left = LATE[name]
    before = figures(busy)
    busy.receives(late)
    for section in kpi_sums.SECTIONS:
        assert kept_days(busy, section) == left.get(section, [11, 12, 13])
    now = figures(busy)
    assert now != before
    assert catch_up_now(busy.desks.store, MORNING) > 0
    assert figures(busy) == now
    same_as_raw(busy)


def test_what_settles_by_time_alone_is_summed_up_again_then(shop: Shop) -> None:
    shop.now, night, next_night = moment("09:00:00"), moment("00:20:00", 12), moment("00:20:00", 13)
    shop.buyer_says("在吗", "10:00:00")
    shop.order("o1", "unpaid", "10:05:00")
    catch_up_now(shop.desks.store, night)
    assert figures(shop, now=night)[0]["inquiry_to_order_rate"] is None
    assert kept_days(shop, "asked", next_night - timedelta(minutes=21)) == [11]
    assert kept_days(shop, "asked", next_night) == []
    assert kept_days(shop, "said", next_night) == [11]
    assert figures(shop, now=next_night)[0]["inquiry_to_order_rate"] == 1
    catch_up_now(shop.desks.store, next_night)
    assert kept_days(shop, "asked", next_night) == [11]
    same_as_raw(shop, now=next_night)


def test_a_changed_definition_counts_for_every_day_at_once(busy: Shop) -> None:
    busy.desks.store.write_now(lambda tx: tx.connection.exec_driver_sql("UPDATE kpi_days SET definition = 99"))
    assert kept_days(busy, "said") == []
    same_as_raw(busy)
    assert rebuild(busy.desks.store, busy.id, MORNING) == 3


def test_of_two_who_work_a_day_out_only_who_saw_the_latest_news_keeps_it(busy: Shop) -> None:
    database = busy.desks.store
    database.write_now(lambda tx: store.kpi_rollups.forget_all(tx, busy.id, date.min, date.max))
    slow = database.write_now(lambda tx: claim(tx, MORNING))
    old = database.read_now(lambda tx: work_out(tx, slow, MORNING))
    assert {one.day.day for one in slow} == {12, 13}
    busy.receives(event("agent", "09:15:00", 12))
    quick = database.write_now(lambda tx: claim(tx, MORNING))
    new = database.read_now(lambda tx: work_out(tx, quick, MORNING))
    database.write_now(lambda tx: keep(tx, new, MORNING))
    database.write_now(lambda tx: keep(tx, old, MORNING))
    same_as_raw(busy)


def test_who_was_given_up_is_taken_over(busy: Shop) -> None:
    database = busy.desks.store
    database.write_now(lambda tx: store.kpi_rollups.forget_all(tx, busy.id, date.min, date.max))
    lost = database.write_now(lambda tx: claim(tx, MORNING))
    assert {(one.day, one.section) for one in lost}.isdisjoint(
        (one.day, one.section) for one in database.write_now(lambda tx: claim(tx, MORNING))
    )
    later = MORNING + kpi_follower.PATIENCE
    catch_up_now(database, later)
    assert kept_days(busy, "said") == [11, 12, 13]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=500 if SOAK else 10
)
@given(events=chats(), data=st.data())
def test_sums_are_those_of_the_raw_rows_after_any_history(
    compared: Compared, events: list[Event], data: st.DataObject
) -> None:
    """Part of the events come in time, the sums are kept, and the rest comes late, shuffled and partly twice."""
    zone = ZoneInfo(events[0]["zone"])
    days = sorted({one["moment"].astimezone(zone).date() for one in events})
    late = data.draw(st.sets(st.sampled_from(range(len(events)))))
    shop = compared.shop(str(zone), [one for number, one in enumerate(events) if number not in late])
    now = datetime.combine(days[-1] + timedelta(days=2), time(12), zone)
    catch_up_now(compared.desks.store, now)
    again = data.draw(st.permutations([*(events[number] for number in late), *events[:2]]))
    halves = again[: len(again) // 2], again[len(again) // 2 :]
    span = Between(
        shop, datetime.combine(days[0], time(), zone), datetime.combine(days[-1] + timedelta(days=1), time(), zone)
    )
    for half in halves:
        _receive(compared, shop, half, now)
        _agree(compared, span, zone, now)
        catch_up_now(compared.desks.store, now)
        _agree(compared, span, zone, now)


def _receive(compared: Compared, shop: str, events: Sequence[Event], now: datetime) -> None:
    told = read([{name: value for name, value in one.items() if name not in PLAIN} for one in events], None, shop)
    compared.desks.write_now(shop, now, lambda desk: receive(desk, told))


def _agree(compared: Compared, span: Between, zone: ZoneInfo, now: datetime) -> None:
    """What is told now is what is told where nothing is kept."""

    def told(tx: store.Transaction) -> list[Roll]:
        found = rolls(tx, span, now, Rules(zone=zone, now=now), GRAINS)
        return sorted(found, key=lambda roll: (roll.day, roll.section, roll.grain, roll.platform))

    assert span.shop is not None
    assert compared.desks.store.read_now(told) == compared.raw(told, span.shop)
