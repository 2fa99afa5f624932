"""Follow-ups whose time has come: shown late, missed, put off to a better hour, counted towards a cap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assistant.domain.scripts import Scripts
from tests.services.follow_up_starts import orders
from tests.services.shop import ASKS, REMINDS, TABLES, Shop, clock, moment


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


def test_a_card_outside_its_window_is_withheld_where_the_row_says_so(shop: Shop) -> None:
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


@pytest.mark.parametrize(("per", "state"), [("buyer", "withheld"), ("order", "due"), ("conversation", "due")])
def test_a_cap_counts_by_buyer_by_order_or_by_conversation(
    new_shop: Callable[[Scripts], Shop], per: str, state: str
) -> None:
    shop = new_shop(Scripts.model_validate(capped(per)))
    shop.agent_says(conversation="c1")
    shop.order("o1")
    shop.passes("15m")
    shop.agent_says(REMINDS, script="unpaid/remind", conversation="c1")
    shop.order("o1", "paid")
    shop.passes("1m")
    shop.agent_says(conversation="c2")
    shop.order("o2")
    shop.passes("15m")
    assert [row.state for row in shop.follow_ups("unpaid")] == ["done", state]


def capped(per: str) -> dict[str, Any]:
    """The tables with one payment reminder a day for each of these."""
    tables = TABLES.model_dump(by_alias=True)
    (unpaid,) = (one for one in tables["touchpoints"] if one["id"] == "unpaid")
    unpaid["cap"] = {"per": per, "count": 1, "within": "24h", "key": "payment"}
    return tables


@pytest.mark.parametrize(("sent_at", "state"), [("10:15:01", "withheld"), ("10:15:00", "due")])
def test_the_cap_is_free_again_when_its_last_second_is_over(shop: Shop, sent_at: str, state: str) -> None:
    for number in range(2):
        shop.order(f"o{number}", at="10:00:00")
        shop.passes_until("10:15:00")
        shop.agent_says(REMINDS, at=sent_at, script="unpaid/remind")
        shop.order(f"o{number}", "paid")
    shop.passes_until("10:00:00", day=12)
    shop.order("o9")
    shop.passes_until("10:15:00", day=12)
    assert shop.follow_ups()[-1].state == state


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


def test_follow_ups_about_the_talk_come_up_also_where_the_platform_forbids_reminders(shop: Shop) -> None:
    shop.hears(type="message", side="agent", agent="a1", text=ASKS, platform="pdd")
    shop.passes("5m")
    assert shop.only().state == "due"


def test_firing_twice_shows_a_card_once(shop: Shop) -> None:
    orders(shop)
    shop.is_down_for("15m")
    assert shop.fire() == 0
    assert shop.names("follow_up.due") == ["follow_up.due"]


# --- the time to pay -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("spoke", "state"), [("12:14:59", "due"), ("12:15:00", "withheld")])
def test_a_flash_sale_is_reminded_of_until_its_half_hour_is_over_and_not_a_second_longer(
    shop: Shop, spoke: str, state: str
) -> None:
    shop.order("o1", at="12:00:00", source="jhs")
    shop.buyer_says("嗯", at="12:10:00")
    shop.buyer_says("嗯", at=spoke)
    shop.passes_until("13:30:00")
    assert shop.only().state == state


def test_a_flash_sale_is_reminded_of_within_its_first_quarter_of_an_hour(shop: Shop) -> None:
    shop.order("o1", at="12:00:00", source="JHS")
    shop.passes_until("12:15:00")
    assert shop.only().state == "due"


@pytest.mark.parametrize(("deadline", "state"), [("10:15:01", "due"), ("10:15:00", "withheld")])
def test_nobody_is_reminded_of_an_order_whose_time_to_pay_is_over(shop: Shop, deadline: str, state: str) -> None:
    shop.order("o1", at="10:00:00", pay_deadline=moment(deadline).isoformat())
    shop.passes_until("10:15:00")
    assert shop.only().state == state
    assert state == "due" or (shop.only().reason or "").startswith("deadline:")


def test_of_two_orders_the_one_that_can_still_be_paid_is_reminded_of(shop: Shop) -> None:
    shop.order("o1", at="10:00:00", pay_deadline=moment("10:10:00").isoformat())
    shop.order("o2", at="10:05:00", pay_deadline=moment("11:00:00").isoformat())
    shop.passes_until("10:15:00")
    assert shop.only().state == "due"


# --- consent -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "consent", "state"),
    [
        ("sms", {}, "withheld"),
        ("sms", {"sms": False}, "withheld"),
        ("sms", {"email": True}, "withheld"),
        ("sms", {"sms": True}, "due"),
        ("email", {"sms": True}, "withheld"),
        ("email", {"email": True}, "due"),
        ("phone", {}, "due"),
        ("chat", {}, "due"),
    ],
)
def test_who_has_not_agreed_gets_no_sms_and_no_mail(
    new_shop: Callable[[Scripts], Shop], channel: str, consent: dict[str, bool], state: str
) -> None:
    shop = new_shop(_only({"on": "order.unpaid", "channel": channel, "until": ["order.paid"]}))
    shop.hears("09:59:00", type="buyer", consent=consent)
    shop.order("o1", at="10:00:00")
    shop.passes_until("10:15:00")
    assert shop.only().state == state


def test_news_of_a_parcel_are_service_and_need_no_consent(new_shop: Callable[[Scripts], Shop]) -> None:
    shop = new_shop(_only({"on": "order.shipped", "channel": "sms"}))
    shop.order("o1", "shipped", at="10:00:00")
    shop.passes_until("10:15:00")
    assert shop.only().state == "due"


# --- parcels and refunds -------------------------------------------------------------------------------------------


def refunds(shop: Shop, id: str, order: str, at: str, status: str = "WAIT_SELLER_AGREE") -> None:
    shop.hears(at, type="refund", refund=id, order=order, status=status, amount="59.00")


def test_each_refund_is_seen_to_by_itself_and_ends_with_its_own(new_shop: Callable[[Scripts], Shop]) -> None:
    shop = new_shop(_only({"on": "refund.requested", "until": ["refund.done"]}))
    shop.buyer_says("我要退款", at="09:59:00")
    shop.order("o1", "paid", at="10:00:00")
    shop.order("o2", "paid", at="10:00:30")
    refunds(shop, "r1", "o1", "10:01:00")
    shop.passes_until("10:17:00")
    refunds(shop, "r2", "o2", "10:18:00")
    assert [(row.order, row.state) for row in shop.follow_ups()] == [("o1", "due"), ("o2", "armed")]
    refunds(shop, "r2", "o2", "10:20:00", status="SUCCESS")
    assert [(row.order, row.state) for row in shop.follow_ups()] == [("o1", "due"), ("o2", "cancelled")]


def test_who_asks_for_the_money_back_is_not_asked_how_the_parcel_was(new_shop: Callable[[Scripts], Shop]) -> None:
    shop = new_shop(_only({"on": "order.signed", "until": ["refund.requested"]}))
    shop.buyer_says("到了", at="09:59:00")
    shop.order("o1", "signed", at="10:00:00")
    refunds(shop, "r1", "o1", "10:10:00")
    assert (shop.only().state, shop.only().reason) == ("cancelled", "refund.requested")


def test_a_refund_of_an_order_nobody_told_of_is_seen_to_all_the_same(new_shop: Callable[[Scripts], Shop]) -> None:
    shop = new_shop(_only({"on": "refund.requested"}))
    refunds(shop, "r1", "unheard-of", "10:01:00")
    shop.passes_until("10:16:00")
    assert (shop.only().order, shop.only().state) == (None, "due")


def _only(row: dict[str, Any]) -> Scripts:
    usual = {"id": "t", "name": "提醒", "after": "15m", "reply": "unpaid"}
    return Scripts.model_validate({**TABLES.model_dump(by_alias=True), "touchpoints": [{**usual, **row}]})
