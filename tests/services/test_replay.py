"""Follow-ups in virtual time, from recorded events to what became of them, on a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

import pytest

from assistant import store
from assistant.app import opened_desks
from assistant.services import replay as service
from assistant.services.desks import Desks
from assistant.settings import Settings
from assistant.store.kpi import ListedFollowUp, fact_counts, follow_up_list
from tests.databases import Databases
from tests.events_of_a_day import Event, agent, at, buyer, closed, lines, order

T = TypeVar("T")
ASK = "亲，您平时喜欢宽松的还是修身的呀？"
TELL = "亲，现在全场满两件9折，活动今晚结束哦"


@pytest.fixture
def desks(database_url: str) -> Iterator[Desks]:
    with opened_desks(Settings(), database_url) as opened:
        yield opened


def play(desks: Desks, *events: Event, until: str | None = None) -> list[ListedFollowUp]:
    """The follow-ups after these events, timers run up to `until` (default: a day later)."""
    end = datetime.fromisoformat(at(until)) if until else None
    report = service.replay(desks, lines(events).splitlines(), end)
    assert report.refused == []
    return desks.store.read_now(lambda tx: follow_up_list(tx, None))


def clock(moment: datetime | None) -> str:
    assert moment is not None
    return (moment + timedelta(hours=8)).strftime("%H:%M:%S")


@pytest.mark.parametrize(
    ("events", "armed", "before", "due"),
    [
        ([agent("10:00:00", ASK)], "10:00:00", "10:04:59", "10:05:00"),
        ([agent("10:00:00", TELL)], "10:00:00", "10:14:59", "10:15:00"),
        ([order("10:00:00", "unpaid")], "10:00:00", "10:14:59", "10:15:00"),
    ],
    ids=["asked", "told", "unpaid"],
)
def test_a_follow_up_comes_up_at_its_second_and_not_before(
    desks: Desks, events: list[Event], armed: str, before: str, due: str
) -> None:
    (waiting,) = play(desks, *events, until=before)
    assert (waiting.state, clock(waiting.armed_at), clock(waiting.due_at)) == ("armed", armed, due)
    (shown,) = play(desks, *events, until=due)
    assert (shown.id, shown.state) == (waiting.id, "due")
    assert shown.text


def test_an_answer_of_the_buyer_ends_the_five_minutes(desks: Desks) -> None:
    (found,) = play(desks, agent("10:00:00", ASK), buyer("10:04:59", "修身的"))
    assert (found.state, found.reason, clock(found.closed_at)) == ("cancelled", "buyer.spoke", "10:04:59")


def test_at_equal_times_the_event_comes_before_the_timer(desks: Desks) -> None:
    (found,) = play(desks, agent("10:00:00", ASK), buyer("10:05:00", "修身的"))
    assert (found.state, found.text) == ("cancelled", None)


def test_asking_again_restarts_the_same_clock(desks: Desks) -> None:
    (found,) = play(desks, agent("10:00:00", ASK), agent("10:03:00", ASK))
    assert (found.state, clock(found.armed_at), clock(found.due_at)) == ("due", "10:03:00", "10:08:00")


def test_a_buyer_message_restarts_the_fifteen_minutes_of_a_promotion(desks: Desks) -> None:
    (found,) = play(desks, agent("10:00:00", TELL), buyer("10:10:00", "我看看"), until="10:24:59")
    assert (found.state, clock(found.due_at)) == ("armed", "10:25:00")


@pytest.mark.parametrize(
    ("event", "reason"),
    [(order("10:05:00", "unpaid"), "order.created"), (buyer("10:05:00", "太贵了，不要了"), "buyer.objected")],
    ids=["an order", "an objection"],
)
def test_an_order_or_an_objection_ends_the_promotions_clock(desks: Desks, event: Event, reason: str) -> None:
    told = next(f for f in play(desks, agent("10:00:00", TELL), event) if f.touchpoint == "promotion-15-minutes")
    assert (told.state, told.reason) == ("cancelled", reason)


def test_a_closed_conversation_ends_the_five_minutes(desks: Desks) -> None:
    (found,) = play(desks, agent("10:00:00", ASK), closed("10:01:00"))
    assert (found.state, found.reason) == ("cancelled", "conversation.closed")


@pytest.mark.parametrize(
    ("status", "reason"), [("paid", "order.paid"), ("closed_unpaid", "order.closed")], ids=["paid", "closed"]
)
@pytest.mark.parametrize("clock_time", ["10:14:59", "10:20:00"], ids=["before it is due", "after"])
def test_a_settled_order_needs_no_reminder(desks: Desks, status: str, reason: str, clock_time: str) -> None:
    (found,) = play(desks, buyer("09:50:00"), order("10:00:00", "unpaid"), order(clock_time, status))
    assert (found.state, found.reason) == ("cancelled", reason)


@pytest.mark.parametrize(
    ("created_at", "reminded"),
    [("2026-11-08T10:15:00+08:00", True), ("2026-11-08T10:14:59+08:00", False)],
)
def test_an_order_of_more_than_three_days_is_not_reminded_of(desks: Desks, created_at: str, reminded: bool) -> None:
    found = play(desks, {**order("10:00:00", "unpaid"), "created_at": created_at}, until="10:15:00")
    assert [row.state for row in found] == (["due"] if reminded else ["withheld"])


def test_news_of_a_payment_may_come_before_that_of_the_order(desks: Desks) -> None:
    late = {**order("10:00:00", "unpaid"), "at": at("10:06:00"), "modified": at("10:00:00")}
    assert play(desks, order("10:05:00", "paid"), late) == []


def test_two_unpaid_orders_of_a_buyer_become_one_reminder(desks: Desks) -> None:
    both = [order("10:00:00", "unpaid"), order("10:05:00", "unpaid", name="o2")]
    (found,) = play(desks, *both, until="10:15:00")
    assert (found.state, clock(found.due_at)) == ("due", "10:15:00")


def test_a_merged_reminder_goes_on_with_the_order_that_is_left(desks: Desks) -> None:
    both = [order("10:00:00", "unpaid"), order("10:05:00", "unpaid", name="o2")]
    (found,) = play(desks, *both, order("10:10:00", "paid"))
    assert (found.state, found.order, clock(found.due_at)) == ("due", "o2", "10:20:00")


def test_another_buyers_payment_changes_nothing(desks: Desks) -> None:
    events = [order("10:00:00", "unpaid"), order("10:01:00", "paid", name="o9", who="b9")]
    assert [found.state for found in play(desks, *events)] == ["due"]


def test_outside_its_window_a_reminder_waits_for_the_morning_and_a_question_is_dropped(desks: Desks) -> None:
    found = play(desks, order("23:00:00", "unpaid"), agent("23:00:00", ASK, who="b2"))
    by_name = {each.touchpoint: each for each in found}
    asked, unpaid = by_name["no-answer-5-minutes"], by_name["unpaid-15-minutes"]
    assert (asked.state, str(asked.reason).split(":")[0]) == ("withheld", "window")
    assert (unpaid.state, clock(unpaid.due_at)) == ("due", "08:00:00")
    assert unpaid.due_at.date() > datetime.fromisoformat(at("23:00:00")).date()


def test_a_buyer_who_is_talking_is_followed_up_at_night_as_well(desks: Desks) -> None:
    (found,) = play(desks, buyer("22:29:00"), agent("22:30:00", ASK))
    assert found.state == "due"


def test_the_message_really_sent_carries_out_a_follow_up(desks: Desks) -> None:
    script = "no-answer-after-asking/easier-question"
    (found,) = play(desks, agent("10:00:00", ASK), agent("10:06:00", "还在吗", script=script))
    assert (found.state, found.reason, clock(found.closed_at)) == ("done", "sent", "10:06:00")


def test_a_robot_starts_no_clock(desks: Desks) -> None:
    assert play(desks, agent("10:00:00", ASK, origin="robot"), agent("10:01:00", ASK, origin="auto")) == []


def test_replays_in_parts_and_whole_end_the_same(desks: Desks, databases: Databases) -> None:
    day = [
        buyer("10:00:00", "能便宜点嘛"),
        agent("10:00:30", TELL),
        order("10:05:00", "unpaid"),
        buyer("10:12:00", "我看看"),
        order("10:40:00", "paid"),
    ]
    whole = play(desks, *day)
    with opened_desks(Settings(), databases.fresh()) as others:
        for count in range(1, len(day) + 1):
            parts = play(others, *day[:count], until=day[count - 1]["at"][11:19])
        parts = play(others, *day)
    assert parts == whole


def test_nothing_is_missed_in_virtual_time(desks: Desks) -> None:
    first, days_later = agent("10:00:00", ASK), buyer("10:00:00", day=14)
    assert "missed" not in [found.state for found in play(desks, first, days_later)]
    facts = desks.store.read_now(fact_counts)
    assert (facts["follow_up.due"], "follow_up.missed" in facts) == (1, False)


def test_a_shop_exists_although_its_first_event_was_refused(desks: Desks) -> None:
    unknown = {"id": "1", "type": "rating", "at": at("10:00:00"), "conversation": "nobody", "score": 5}
    report = service.replay(desks, lines([unknown, buyer("10:01:00")]).splitlines())
    assert (report.accepted, len(report.refused)) == (1, 1)
    assert [shop.id for shop in desks.store.read_now(store.shops.every)] == ["default"]


class Undone(Exception):
    """A deadlock, as far as whoever works in the transaction can tell."""


class Repeating:
    """A store that undoes every request once and carries it out again, as PostgreSQL does after a deadlock."""

    def __init__(self, database: store.Store) -> None:
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    def write_now(self, work: Callable[[store.Transaction], T], about: Any = None) -> T:
        def undone(tx: store.Transaction) -> None:
            work(tx)
            raise Undone

        with suppress(Undone):
            self._database.write_now(undone)
        return self._database.write_now(work)


def test_what_the_database_has_carried_out_twice_is_told_once(desks: Desks) -> None:
    repeated = Desks(cast(store.Store, Repeating(desks.store)), desks.library)
    report = service.replay(repeated, [*lines([buyer("10:00:00"), agent("10:01:00")]).splitlines(), "{"])
    assert (report.events, report.accepted, report.duplicates, len(report.refused)) == (3, 2, 0, 1)
