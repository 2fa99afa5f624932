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
