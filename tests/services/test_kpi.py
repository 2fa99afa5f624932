"""Figures of a period from real rows: what is fetched, whose it is, and what the period leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from assistant.app import opened_desks
from assistant.domain.errors import InvalidInput
from assistant.domain.kpi import NAMES
from assistant.services import kpi, replay
from assistant.services.desks import Desks
from assistant.settings import Settings
from tests.events_of_a_day import Event, agent, at, buyer, closed, lines, order

LONG_AFTER = datetime(2027, 1, 1, tzinfo=UTC)
BEFORE = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def desks(database_url: str) -> Iterator[Desks]:
    with opened_desks(Settings(), database_url) as opened:
        yield opened


def rows(
    desks: Desks,
    *events: Event,
    start: str = at("00:00:00"),
    end: str = at("00:00:00", 12),
    now: datetime = LONG_AFTER,
    **asked: Any,
) -> dict[str, dict[str, Any]]:
    """The figures after these events, by key."""
    report = replay.replay(desks, lines(events).splitlines())
    assert report.refused == []
    moments = datetime.fromisoformat(start), datetime.fromisoformat(end)
    found = desks.store.read_now(lambda tx: kpi.rows(tx, "default", *moments, now=now, **asked))
    return {str(row["key"]): row for row in found}


def test_each_row_has_every_name_and_nothing_is_made_up(desks: Desks) -> None:
    row = rows(desks)["all"]
    assert list(row) == ["key", *NAMES]
    assert row["reply_rate"] is row["amount_per_buyer"] is None
    assert (row["buyers_received"], row["sales_amount"]) == (0, "0.00")


def test_buyers_and_messages_are_counted(desks: Desks) -> None:
    row = rows(
        desks,
        buyer("10:00:00"),
        buyer("10:00:05"),
        agent("10:00:20"),
        agent("10:00:21", origin="auto"),
        buyer("10:30:00", who="b2"),
        agent("11:00:00", who="b3"),
    )["all"]
    assert (row["buyers_consulted"], row["buyers_received"], row["effective_receptions"]) == (3, 3, 1)
    assert (row["unanswered_buyers"], row["reply_rate"]) == (1, pytest.approx(2 / 3))
    assert row["answer_question_ratio"] == pytest.approx(2 / 3)
    assert row["first_response_seconds"] == 20


def test_automatic_text_answers_nobody(desks: Desks) -> None:
    row = rows(desks, buyer("10:00:00"), agent("10:00:01", origin="auto"), agent("10:00:30"))["all"]
    assert row["average_response_seconds"] == 30


def test_the_period_is_from_inclusive_to_exclusive(desks: Desks) -> None:
    events = [buyer("09:59:59"), agent("10:00:10"), buyer("10:00:20"), buyer("11:00:00", who="b2")]
    row = rows(desks, *events, start=at("10:00:20"), end=at("11:00:00"))["all"]
    assert row["buyers_received"] == 1
    assert row["answer_question_ratio"] == 0


def test_by_agent_the_buyers_words_belong_to_who_answered_them(desks: Desks) -> None:
    found = rows(
        desks,
        buyer("10:00:00"),
        agent("10:00:10", by="lin"),
        buyer("10:20:00"),
        agent("10:20:40", by="mei"),
        buyer("10:40:00", who="b2"),
        by="agent",
    )
    assert {key: row["average_response_seconds"] for key, row in found.items()} == {"": None, "lin": 10, "mei": 40}
    assert {key: row["answer_question_ratio"] for key, row in found.items()} == {"": 0, "lin": 1, "mei": 1}
    assert found["mei"]["effective_receptions"] == 1


def test_by_day_and_hour_the_shops_calendar_counts(desks: Desks) -> None:
    events = [buyer("10:00:00"), agent("10:00:10"), buyer("09:00:00", day=12), agent("09:00:20", day=12)]
    days = rows(desks, *events, end=at("00:00:00", 13), by="day")
    assert {key: row["average_response_seconds"] for key, row in days.items()} == {"2026-11-11": 10, "2026-11-12": 20}
    hours = rows(desks, end=at("00:00:00", 13), by="hour")
    assert set(hours) == {"09", "10"}


def test_one_platform_may_be_asked_for(desks: Desks) -> None:
    events = [buyer("10:00:00"), buyer("10:00:00", who="b2", platform="jd")]
    assert rows(desks, *events, platform="jd")["all"]["buyers_received"] == 1
    assert rows(desks, platform="pdd")["all"]["buyers_received"] == 0


def test_an_unanswered_wait_ends_when_the_conversation_does(desks: Desks) -> None:
    row = rows(desks, buyer("10:00:00"), buyer("10:03:00"), closed("10:05:00"))["all"]
    assert row["longest_wait_seconds"] == 300
    assert row["within_180s_rate"] == 0


def test_cards_and_their_use_are_counted(desks: Desks) -> None:
    events = [buyer("10:00:00", "能便宜点嘛"), buyer("10:00:00", "能便宜点嘛", who="b2")]
    sent = agent("10:00:20", "亲，全店满99元包邮哦", script="price-too-high/multi-buy")
    found = rows(desks, *events, sent, agent("10:00:20", who="b2"), by="situation")["price-too-high"]
    assert (found["suggestions_shown"], found["suggestion_adoption_rate"]) == (2, 0.5)
    assert rows(desks)["all"]["script_usage_rate"] == 0.5


def test_follow_ups_are_counted_by_touchpoint(desks: Desks) -> None:
    found = rows(desks, order("10:00:00", "unpaid"), by="touchpoint")["unpaid-15-minutes"]
    assert (found["follow_ups_due"], found["follow_ups_done"], found["follow_ups_on_time_rate"]) == (1, 0, 0)


def test_a_replay_that_lies_ahead_of_the_clock_is_a_period_that_is_over(desks: Desks) -> None:
    assert rows(desks, buyer("10:00:00"), now=BEFORE)["all"]["within_180s_rate"] == 0


def test_a_question_still_within_its_time_is_not_judged_yet(desks: Desks) -> None:
    soon = datetime.fromisoformat(at("10:01:00"))
    assert rows(desks, buyer("10:00:00"), now=soon)["all"]["within_180s_rate"] is None


def test_an_unknown_grouping_is_refused(desks: Desks) -> None:
    with pytest.raises(InvalidInput):
        rows(desks, by="mood")


def test_an_order_is_earned_by_who_last_wrote_to_its_buyer_within_two_days(desks: Desks) -> None:
    found = rows(
        desks,
        buyer("10:00:00", day=9),
        agent("10:00:10", by="a1", day=9),
        agent("09:00:00", by="a2", day=10),
        order("09:30:00", "unpaid", amount="100.10", day=11),
        order("09:40:00", "paid", amount="100.10", day=11, paid_at=at("09:40:00")),
        agent("09:50:00", by="a1"),
        order("10:00:00", "paid", name="o2", who="silent", amount="7.00", paid_at=at("10:00:00")),
        by="agent",
    )
    assert (found["a2"]["sales_amount"], found["a2"]["buyers_paid"]) == ("100.10", 1)
    assert (found["a2"]["amount_per_buyer"], found["a2"]["order_to_paid_rate"]) == ("100.10", 1)
    assert (found["a1"]["sales_amount"], found[""]["sales_amount"]) == ("0.00", "0.00")


def test_an_order_long_after_the_chat_or_without_a_word_of_the_buyer_is_nobodys(desks: Desks) -> None:
    row = rows(
        desks,
        buyer("08:00:00", day=8),
        agent("08:00:10", day=8),
        order("09:40:00", "paid", paid_at=at("09:40:00")),
        agent("10:00:00", who="b2"),
        order("10:40:00", "paid", name="o2", who="b2", paid_at=at("10:40:00")),
    )["all"]
    assert (row["sales_amount"], row["buyers_paid"], row["order_to_paid_rate"]) == ("0.00", 0, None)


def test_asking_leads_to_orders_and_payments(desks: Desks) -> None:
    row = rows(
        desks,
        buyer("10:00:00"),
        agent("10:00:10"),
        order("10:05:00", "unpaid"),
        order("10:06:00", "paid", paid_at=at("10:06:00")),
        buyer("10:10:00", who="b2"),
        agent("10:10:10", who="b2"),
        order("10:15:00", "unpaid", name="o2", who="b2"),
        buyer("10:20:00", who="b3"),
    )["all"]
    assert row["inquiry_buyers"] == 3
    assert (row["inquiry_to_order_rate"], row["inquiry_to_paid_rate"]) == (pytest.approx(2 / 3), pytest.approx(1 / 3))
