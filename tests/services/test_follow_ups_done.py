"""Follow-ups that are carried out, snoozed or ended by people, and what only looks like it."""

from __future__ import annotations

import pytest

from assistant.domain.errors import InvalidInput, NotFound
from assistant.services import follow_ups
from tests.services.follow_up_starts import asks, orders
from tests.services.shop import ASKS, REMINDS, TELLS, Shop, clock

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


def test_a_silent_buyer_is_not_reminded_of_not_having_answered_a_reminder(shop: Shop) -> None:
    shop.agent_says(TELLS, tells="promotion")
    shop.passes("15m")
    shop.agent_says(ASKS, script="explain/offer")
    assert shop.only("told").state == "done"
    assert shop.follow_ups("no-answer") == []


def test_a_reminder_that_asks_takes_the_card_of_the_question_before_along(shop: Shop) -> None:
    shop.agent_says(TELLS, tells="promotion")
    shop.agent_says(ASKS)
    shop.passes("15m")
    shop.agent_says(ASKS, script="explain/offer")
    assert [shop.only(name).state for name in ("told", "no-answer")] == ["done", "done"]


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
