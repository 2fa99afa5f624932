"""Follow-ups: when they start, start anew and stop (DOMAIN.md 0-2, §8.2, §8.11 to §8.14)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.services.follow_up_starts import STARTS, orders, tells
from tests.services.shop import ASKS, POSTPONES, REFUSES, TELLS, Shop, clock


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


def test_an_agent_message_that_tells_nothing_restarts_nothing(shop: Shop) -> None:
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
