"""Follow-ups: when they start, start anew, stop and come up (DOMAIN.md 0-2, §8.2, §8.11 to §8.14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assistant.domain.errors import InvalidInput, NotFound
from assistant.services import follow_ups
from tests.services.shop import ASKS, POSTPONES, REFUSES, REMINDS, TELLS, Shop, clock, moment

Start = Callable[[Shop], None]


def asks(shop: Shop) -> None:
    shop.agent_says(ASKS, at="10:00:00")


def tells(shop: Shop) -> None:
    shop.agent_says(TELLS, at="10:00:00")


def orders(shop: Shop) -> None:
    shop.order("o1", "unpaid", at="10:00:00")


STARTS: dict[str, tuple[Start, str]] = {
    "no-answer": (asks, "10:05:00"),
    "told": (tells, "10:15:00"),
    "unpaid": (orders, "10:15:00"),
}


@pytest.mark.parametrize("touchpoint", STARTS)
def test_a_card_comes_up_at_its_second_and_not_one_before(shop: Shop, touchpoint: str) -> None:
    start, due = STARTS[touchpoint]
    start(shop)
    assert (clock(shop.only(touchpoint).armed_at), clock(shop.only(touchpoint).due_at)) == ("10:00:00", due)
    shop.passes_until(due.replace("5:00", "4:59"))
    assert shop.only(touchpoint).state == "armed"
    shop.passes("1s")
    assert shop.only(touchpoint).state == "due"
    assert shop.only(touchpoint).text


def test_the_clock_counts_from_the_message_and_not_from_its_arrival(shop: Shop) -> None:
    shop.passes_until("10:03:00")
    shop.agent_says(ASKS, at="10:00:00")
    assert clock(shop.only("no-answer").due_at) == "10:05:00"


# --- what stops them -----------------------------------------------------------------------------------------------

Stop = Callable[[Shop], object]
SPEAKS: Stop = lambda shop: shop.buyer_says("嗯嗯")  # noqa: E731 - a table of these reads better than ten functions
CLOSES: Stop = lambda shop: shop.closes()  # noqa: E731
OBJECTS: Stop = lambda shop: shop.buyer_says(REFUSES)  # noqa: E731
LATER: Stop = lambda shop: shop.buyer_says(POSTPONES)  # noqa: E731
ORDERS: Stop = lambda shop: shop.order("o1", "unpaid")  # noqa: E731
PAYS: Stop = lambda shop: shop.order("o1", "paid")  # noqa: E731
PAYS_ANOTHER: Stop = lambda shop: shop.order("o2", "paid")  # noqa: E731
CANCELS: Stop = lambda shop: shop.order("o1", "closed_unpaid")  # noqa: E731
CLOSES_ANOTHER: Stop = lambda shop: shop.closes("c2")  # noqa: E731

BEARING = [
    ("no-answer", SPEAKS, "cancelled", "buyer.spoke"),
    ("no-answer", CLOSES, "cancelled", "conversation.closed"),
    ("no-answer", CLOSES_ANOTHER, "armed", None),
    ("no-answer", ORDERS, "cancelled", "order.created"),
    ("told", ORDERS, "cancelled", "order.created"),
    ("told", OBJECTS, "cancelled", "buyer.objected"),
    ("told", LATER, "armed", None),
    ("told", CLOSES, "armed", None),
    ("told", SPEAKS, "armed", None),
    ("unpaid", PAYS, "cancelled", "order.paid"),
    ("unpaid", CANCELS, "cancelled", "order.closed"),
    ("unpaid", OBJECTS, "cancelled", "buyer.objected"),
    ("unpaid", LATER, "armed", None),
    ("unpaid", CLOSES, "armed", None),
    ("unpaid", PAYS_ANOTHER, "armed", None),
]


@pytest.mark.parametrize(("touchpoint", "then", "state", "reason"), BEARING)
def test_exactly_what_the_row_names_cancels_it_and_gives_the_reason(
    shop: Shop, touchpoint: str, then: Stop, state: str, reason: str | None
) -> None:
    shop.buyer_says("在吗", at="09:59:00")
    STARTS[touchpoint][0](shop)
    shop.passes("2m")
    then(shop)
    assert (shop.only(touchpoint).state, shop.only(touchpoint).reason) == (state, reason)
    if state == "cancelled":
        assert clock(shop.only(touchpoint).closed_at) == "10:02:00"


@pytest.mark.parametrize(
    ("touchpoint", "then", "reason"), [row[:2] + row[3:] for row in BEARING if row[2] == "cancelled"]
)
def test_a_card_that_is_up_is_taken_back_when_its_reason_vanishes(
    shop: Shop, touchpoint: str, then: Stop, reason: str
) -> None:
    shop.buyer_says("在吗", at="09:59:00")
    STARTS[touchpoint][0](shop)
    shop.passes("16m")
    assert shop.only(touchpoint).state == "due"
    then(shop)
    assert (shop.only(touchpoint).state, shop.only(touchpoint).reason) == ("cancelled", reason)


@pytest.mark.parametrize("touchpoint", ["told", "unpaid"])
def test_a_buyer_message_restarts_the_fifteen_minutes_of_the_same_row(shop: Shop, touchpoint: str) -> None:
    STARTS[touchpoint][0](shop)
    before = shop.only(touchpoint)
    shop.buyer_says("嗯", at="10:09:00")
    assert (shop.only(touchpoint).id, clock(shop.only(touchpoint).due_at)) == (before.id, "10:24:00")
    shop.passes_until("10:23:59")
    assert shop.only(touchpoint).state == "armed"
    shop.passes("1s")
    assert shop.only(touchpoint).state == "due"
    assert shop.names("follow_up.").count("follow_up.restarted") == 1


def test_an_agent_message_restarts_nothing(shop: Shop) -> None:
    orders(shop)
    shop.agent_says("亲，有什么可以帮您", at="10:09:00")
    assert clock(shop.only("unpaid").due_at) == "10:15:00"


def test_telling_again_starts_the_same_row_anew(shop: Shop) -> None:
    tells(shop)
    shop.agent_says(TELLS, at="10:06:00")
    assert clock(shop.only("told").due_at) == "10:21:00"


# --- orders --------------------------------------------------------------------------------------------------------


def test_two_unpaid_orders_of_a_buyer_become_one_card_at_the_earlier_clock(shop: Shop) -> None:
    shop.order("o1", at="10:00:00")
    shop.order("o2", at="10:10:00")
    assert clock(shop.only("unpaid").due_at) == "10:15:00"


def test_paying_one_of_two_orders_leaves_the_other_with_its_own_clock(shop: Shop) -> None:
    shop.order("o1", at="10:00:00")
    shop.order("o2", at="10:10:00")
    shop.order("o1", "paid", at="10:12:00")
    assert (shop.only("unpaid").state, clock(shop.only("unpaid").due_at)) == ("armed", "10:25:00")
    assert shop.only("unpaid").order == "o2"
    shop.order("o2", "paid", at="10:13:00")
    assert (shop.only("unpaid").state, shop.only("unpaid").reason) == ("cancelled", "order.paid")


def test_a_restart_of_merged_orders_holds_for_what_is_left_of_them(shop: Shop) -> None:
    shop.order("o1", at="10:00:00")
    shop.order("o2", at="10:10:00")
    shop.buyer_says("嗯", at="10:11:00")
    shop.order("o1", "paid", at="10:12:00")
    assert clock(shop.only("unpaid").due_at) == "10:26:00"


def test_orders_of_two_buyers_are_not_merged(shop: Shop) -> None:
    shop.order("o1", at="10:00:00")
    shop.order("o2", at="10:01:00", buyer="b2")
    assert [row.buyer for row in shop.follow_ups("unpaid")] == ["b1", "b2"]


STAGES = [{"kind": "deposit", "amount": "10.00"}, {"kind": "balance", "amount": "90.00"}]


@pytest.mark.parametrize("more", [{"stages": STAGES}, {"cod": True}], ids=["presale", "paid on delivery"])
def test_presale_and_cash_on_delivery_are_left_alone(shop: Shop, more: dict[str, Any]) -> None:
    shop.order("o1", at="10:00:00", **more)
    assert shop.follow_ups() == []


def test_an_order_paid_before_it_was_seen_unpaid_is_not_reminded(shop: Shop) -> None:
    shop.order("o1", "paid", at="10:01:00")
    shop.order("o1", "unpaid", at="10:00:00")
    assert shop.follow_ups() == []


# --- carrying them out ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [{"text": "您的单还在哦", "script": "unpaid/remind"}, {"text": REMINDS}, {"text": REMINDS + "～"}],
    ids=["by script", "by text", "by text nearly the same"],
)
def test_the_message_really_sent_completes_a_due_card(shop: Shop, said: dict[str, str]) -> None:
    orders(shop)
    shop.passes("15m")
    shop.agent_says(**said)
    assert (shop.only("unpaid").state, shop.only("unpaid").reason) == ("done", "sent")


def test_other_words_do_not_complete_a_due_card(shop: Shop) -> None:
    orders(shop)
    shop.passes("15m")
    shop.agent_says("亲，今天天气不错")
    assert shop.only("unpaid").state == "due"


def test_a_robot_that_says_the_words_completes_nothing(shop: Shop) -> None:
    orders(shop)
    shop.passes("15m")
    shop.agent_says(REMINDS, origin="robot", script="unpaid/remind")
    assert shop.only("unpaid").state == "due"


def test_a_completing_message_does_not_start_its_own_touchpoint_again(shop: Shop) -> None:
    asks(shop)
    shop.passes("5m")
    shop.agent_says(ASKS, script="asked-again/easier")
    assert (shop.only("no-answer").state, shop.only("no-answer").reason) == ("done", "sent")


def test_a_message_from_before_the_order_completes_nothing(shop: Shop) -> None:
    shop.order("o1", at="10:00:00")
    shop.agent_says(REMINDS, at="09:30:00", script="unpaid/remind")
    assert shop.only("unpaid").state == "armed"


@pytest.mark.parametrize("origin", ["auto", "robot", "robot_assist"])
def test_robots_and_automatic_texts_start_nothing(shop: Shop, origin: str) -> None:
    shop.agent_says(ASKS, at="10:00:00", origin=origin)
    shop.agent_says(TELLS, at="10:00:01", origin=origin)
    assert shop.follow_ups() == []


# --- what people do with them --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("action", "state"), [("done", "done"), ("dismiss", "dismissed")])
def test_a_person_ends_a_follow_up(shop: Shop, action: str, state: str) -> None:
    orders(shop)
    shop.act(shop.only(), action, reason="已电话联系")
    assert (shop.only().state, shop.only().reason) == (state, "已电话联系")
    shop.passes("1h")
    assert shop.only().state == state


def test_a_snoozed_card_comes_back_after_its_minutes(shop: Shop) -> None:
    orders(shop)
    shop.passes("15m")
    shop.act(shop.only(), "snooze", minutes=10)
    assert (shop.only().state, clock(shop.only().due_at)) == ("armed", "10:25:00")
    shop.passes("10m")
    assert shop.only().state == "due"


def test_a_buyer_message_does_not_bring_a_snoozed_card_forward(shop: Shop) -> None:
    orders(shop)
    shop.act(shop.only(), "snooze", minutes=120)
    shop.buyer_says("好的", at="10:05:00")
    assert clock(shop.only().due_at) == "12:00:00"


@pytest.mark.parametrize("minutes", [0, -5, 24 * 60 + 1])
def test_a_snooze_of_no_time_or_beyond_a_day_is_refused(shop: Shop, minutes: int) -> None:
    orders(shop)
    with pytest.raises(InvalidInput):
        shop.act(shop.only(), "snooze", minutes=minutes)
    assert clock(shop.only().due_at) == "10:15:00"


def test_an_action_on_a_closed_follow_up_changes_nothing(shop: Shop) -> None:
    orders(shop)
    shop.order("o1", "paid")
    shop.act(shop.only(), "snooze", minutes=5)
    assert (shop.only().state, shop.only().reason) == ("cancelled", "order.paid")


def test_unknown_actions_and_follow_ups_are_refused(shop: Shop) -> None:
    orders(shop)
    with pytest.raises(InvalidInput):
        shop.act(shop.only(), "burn")
    with pytest.raises(NotFound):
        shop.works(lambda desk: follow_ups.act(desk, 999, "done", agent="a1"))


# --- when the time has come ----------------------------------------------------------------------------------------


def test_a_timer_up_to_thirty_minutes_late_fires_at_once(shop: Shop) -> None:
    orders(shop)
    shop.is_down_for("45m")
    assert (shop.only().state, clock(shop.now)) == ("due", "10:45:00")


def test_a_timer_more_than_thirty_minutes_late_is_missed(shop: Shop) -> None:
    orders(shop)
    shop.is_down_for("45m1s")
    assert shop.only().state == "missed"
    assert shop.names("follow_up.") == ["follow_up.armed", "follow_up.missed"]


def test_a_reminder_outside_its_window_waits_for_the_next_opening(shop: Shop) -> None:
    shop.order("o1", at="21:50:00")
    shop.passes_until("23:59:00")
    assert (shop.only().state, shop.only().due_at) == ("armed", moment("08:00:00", 12))
    shop.passes_until("08:00:00", day=12)
    assert shop.only().state == "due"


def test_a_card_outside_its_window_is_dropped_where_the_row_says_so(shop: Shop) -> None:
    shop.agent_says(ASKS, at="21:58:00")
    shop.passes("10m")
    assert shop.only().state == "withheld"
    assert "window" in (shop.only().reason or "")


@pytest.mark.parametrize(("spoke", "state"), [("21:47:00", "due"), ("21:46:59", "withheld")])
def test_a_buyer_who_wrote_within_thirty_minutes_may_be_answered_at_night(shop: Shop, spoke: str, state: str) -> None:
    shop.buyer_says("在吗", at=spoke)
    shop.agent_says(ASKS, at="22:12:00")
    shop.passes("5m")
    assert shop.only().state == state


def test_only_reminders_really_sent_count_towards_the_cap(shop: Shop) -> None:
    for number, answer in enumerate(["sent", "done", "dismiss", "sent"]):
        shop.order(f"o{number}")
        shop.passes("15m")
        (row,) = [row for row in shop.follow_ups() if row.state == "due"]
        if answer == "sent":
            shop.agent_says(REMINDS, script="unpaid/remind")
        else:
            shop.act(row, answer)
        shop.order(f"o{number}", "paid")
    assert [row.state for row in shop.follow_ups()] == ["done", "done", "dismissed", "done"]
    shop.order("o9")
    shop.passes("15m")
    assert shop.follow_ups()[-1].state == "withheld"
    assert "cap" in (shop.follow_ups()[-1].reason or "")


def test_the_cap_is_free_again_after_its_time(shop: Shop) -> None:
    for number in range(2):
        shop.order(f"o{number}")
        shop.passes("15m")
        shop.agent_says(REMINDS, script="unpaid/remind")
        shop.order(f"o{number}", "paid")
    shop.passes_until("10:20:00", day=12)
    shop.order("o9")
    shop.passes("15m")
    assert shop.follow_ups()[-1].state == "due"


def test_reminders_are_withheld_where_the_platform_forbids_them(shop: Shop) -> None:
    shop.hears(type="order", order="o1", status="unpaid", amount="59.00", platform="pdd")
    shop.passes("15m")
    assert shop.only().state == "withheld"
    assert "platform" in (shop.only().reason or "")


def test_chat_follow_ups_about_the_talk_come_up_on_that_platform_too(shop: Shop) -> None:
    shop.hears(type="message", side="agent", agent="a1", text=ASKS, platform="pdd")
    shop.passes("5m")
    assert shop.only().state == "due"


def test_firing_twice_shows_a_card_once(shop: Shop) -> None:
    orders(shop)
    shop.is_down_for("15m")
    assert shop.fire() == 0
    assert shop.names("follow_up.due") == ["follow_up.due"]
