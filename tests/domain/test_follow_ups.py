"""The rules of follow-ups' clocks at their edges: what a fact does to one, windows, and what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from assistant.domain.follow_ups import Circumstances, Happening, concerns, effect, inside, next_opening, verdict
from assistant.domain.scripts import Touchpoint, Window

ZONE = ZoneInfo("Asia/Shanghai")
DAY, NIGHT = Window(from_="08:00", to="22:00"), Window(from_="22:00", to="08:00")


def at(clock: str, day: int = 11) -> datetime:
    return datetime.fromisoformat(f"2026-11-{day:02}T{clock}").replace(tzinfo=ZONE)


def touchpoint(**more: Any) -> Touchpoint:
    usual = {"id": "t", "name": "名", "on": "agent.asked", "after": "5m", "reply": "r"}
    return Touchpoint.model_validate({**usual, **more})


ASKED = touchpoint(until=["buyer.objected", "order.created"], restart_on=["buyer.spoke"])
UNPAID = touchpoint(on="order.unpaid", until=["order.paid", "buyer.objected"], restart_on=["buyer.spoke"])


# --- what a fact does ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "fact", "happened", "does"),
    [
        (ASKED, "buyer.objected", "09:59:59", None),
        (ASKED, "buyer.objected", "10:00:00", "cancel"),  # at the very moment of the question it answers it
        (ASKED, "buyer.spoke", "10:00:00", None),
        (ASKED, "buyer.spoke", "10:00:01", "restart"),
        (ASKED, "order.created", "09:59:59", None),
        (UNPAID, "order.paid", "09:59:59", "cancel"),  # a paid order needs no reminder whenever that is told
        (UNPAID, "buyer.objected", "09:59:59", None),
        (UNPAID, "agent.spoke", "10:00:01", None),
        (touchpoint(on="agent.promised", after=None, restart_on=["buyer.spoke"]), "buyer.spoke", "10:00:01", None),
    ],
)
def test_what_happened_before_the_clock_began_does_nothing_but_that_an_order_was_paid(
    row: Touchpoint, fact: str, happened: str, does: str | None
) -> None:
    assert effect(row, Happening(fact, at(happened)), at("10:00:00")) == does


@pytest.mark.parametrize(
    ("row", "fact", "meant"),
    [
        (UNPAID, Happening("order.paid", at("10:00:00"), order=7), True),
        (UNPAID, Happening("order.paid", at("10:00:00"), order=8), False),
        (ASKED, Happening("order.created", at("10:00:00"), order=8), True),
        (ASKED, Happening("buyer.spoke", at("10:00:00"), conversation=2), True),
        (ASKED, Happening("conversation.closed", at("10:00:00"), conversation=1), True),
        (ASKED, Happening("conversation.closed", at("10:00:00"), conversation=2), False),
        (UNPAID, Happening("refund.requested", at("10:00:00"), order=7), True),
        (UNPAID, Happening("refund.requested", at("10:00:00"), order=8), False),
        (ASKED, Happening("refund.requested", at("10:00:00"), order=8), True),
        (ASKED, Happening("item.viewed", at("10:00:00")), True),
        (ASKED, Happening("item.viewed", at("10:00:00"), conversation=2), False),
    ],
)
def test_orders_bear_on_their_own_reminders_and_chats_on_their_own_follow_ups(
    row: Touchpoint, fact: Happening, meant: bool
) -> None:
    assert concerns(row, ["7"], 1, fact) is meant


# --- windows ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "clock", "is_inside"),
    [
        (DAY, "07:59:59", False), (DAY, "08:00:00", True), (DAY, "21:59:59", True), (DAY, "22:00:00", False),
        (NIGHT, "21:59:59", False), (NIGHT, "22:00:00", True), (NIGHT, "07:59:59", True), (NIGHT, "08:00:00", False),
        (Window(from_="08:00", to="24:00"), "23:59:59", True), (Window(from_="08:00", to="24:00"), "00:00:00", False),
    ],
)  # fmt: skip
def test_a_window_begins_with_its_first_minute_and_ends_before_its_last(
    window: Window, clock: str, is_inside: bool
) -> None:
    assert inside(window, at(clock), ZONE) is is_inside


@pytest.mark.parametrize(
    ("clock", "opens"),
    [("07:00:00", at("08:00:00")), ("08:00:00", at("08:00:00")), ("08:00:01", at("08:00:00", 12))],
)
def test_a_window_opens_today_or_tomorrow_whichever_comes_first(clock: str, opens: datetime) -> None:
    assert next_opening(DAY, at(clock), ZONE) == opens


# --- when the time has come ------------------------------------------------------------------------------------------

NOON = Circumstances(
    at("12:00:00"), ZONE, buyer_spoke_at=None, sent_within_cap=0, audience_holds=True, chat_allowed=True
)
LATE_AT_NIGHT = replace(NOON, now=at("22:30:00"))
SLEEPS = touchpoint(window={"from": "08:00", "to": "22:00", "outside": "drop"})


@pytest.mark.parametrize(("late", "kind"), [("30m", "due"), ("30m1s", "missed")])
def test_half_an_hour_late_it_is_still_shown(late: str, kind: str) -> None:
    passed = {"30m": timedelta(minutes=30), "30m1s": timedelta(minutes=30, seconds=1)}[late]
    assert verdict(ASKED, NOON.now - passed, NOON).kind == kind


@pytest.mark.parametrize(
    ("channel", "spoke", "kind"),
    [
        ("chat", None, "withheld"),
        ("chat", "22:00:00", "due"),  # half an hour ago: she is being talked with
        ("chat", "21:59:59", "withheld"),
        ("phone", "22:29:00", "withheld"),
    ],
)
def test_quiet_hours_bind_no_card_for_a_buyer_who_is_being_talked_with(
    channel: str, spoke: str | None, kind: str
) -> None:
    row = SLEEPS.model_copy(update={"channel": channel})
    found = replace(LATE_AT_NIGHT, buyer_spoke_at=at(spoke) if spoke else None)
    assert verdict(row, found.now, found).kind == kind


def test_what_waits_for_the_window_comes_when_it_opens() -> None:
    row = touchpoint(window={"from": "08:00", "to": "22:00"})
    found = verdict(row, LATE_AT_NIGHT.now, LATE_AT_NIGHT)
    assert (found.kind, found.until) == ("later", at("08:00:00", 12))


def test_what_recurs_keeps_to_the_day_without_a_window_of_its_own_and_may_be_a_day_late() -> None:
    recurring = touchpoint(on="order.paid", after=None, every={"days": 3})
    assert verdict(recurring, LATE_AT_NIGHT.now, LATE_AT_NIGHT).kind == "later"
    assert verdict(recurring, NOON.now - timedelta(days=1), NOON).kind == "due"
    assert verdict(recurring, NOON.now - timedelta(days=1, seconds=1), NOON).kind == "missed"


@pytest.mark.parametrize("channel", ["chat", "phone", "sms", "email"])
@pytest.mark.parametrize(
    ("clock", "kind"), [("07:59:59", "later"), ("08:00:00", "due"), ("21:59:59", "due"), ("22:00:00", "later")]
)
def test_quiet_hours_bind_every_channel_where_the_row_says_nothing(channel: str, clock: str, kind: str) -> None:
    row, found = touchpoint(channel=channel), replace(NOON, now=at(clock))
    assert verdict(row, found.now, found).kind == kind


def test_quiet_hours_let_a_promise_come_and_at_night_only_a_card_for_who_has_just_written() -> None:
    night = replace(NOON, now=at("23:00:00"), buyer_spoke_at=at("22:30:00"))
    assert (
        verdict(touchpoint(on="agent.promised", after=None), night.now, replace(night, buyer_spoke_at=None)).kind
        == "due"
    )
    assert verdict(touchpoint(), night.now, night).kind == "due"
    assert verdict(touchpoint(channel="phone"), night.now, night).kind == "later"
    before = replace(night, buyer_spoke_at=at("22:29:59"))
    assert verdict(touchpoint(), night.now, before).kind == "later"


def test_where_a_platform_allows_no_reminder_only_reminders_of_orders_are_withheld() -> None:
    closed = replace(NOON, chat_allowed=False)
    assert verdict(UNPAID, closed.now, closed).kind == "withheld"
    assert verdict(ASKED, closed.now, closed).kind == "due"
    assert verdict(UNPAID.model_copy(update={"channel": "phone"}), closed.now, closed).kind == "due"
    assert verdict(touchpoint(on="order.unpaid"), closed.now, closed).kind == "withheld"
    assert verdict(touchpoint(on="order.shipped"), closed.now, closed).kind == "due"


def test_late_news_of_orders_hold_back_only_what_a_payment_would_settle() -> None:
    late = replace(NOON, orders_late=True)
    assert verdict(UNPAID, late.now, late).kind == "later"
    assert verdict(ASKED, late.now, late).kind == "due"


@pytest.mark.parametrize(("sent", "kind"), [(1, "due"), (2, "withheld")])
def test_a_cap_lets_so_many_through(sent: int, kind: str) -> None:
    capped = touchpoint(cap={"count": 2, "within": "24h", "key": "payment"})
    found = replace(NOON, sent_within_cap=sent)
    assert verdict(capped, found.now, found).kind == kind
