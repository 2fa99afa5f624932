"""Orders: the newest telling is kept, states that were skipped are implied, purchases are counted."""

from __future__ import annotations

import pytest

from tests.services.shop import Shop, moment


def test_an_older_telling_changes_nothing(shop: Shop) -> None:
    shop.order("o1", "paid", modified=moment("10:05:00").isoformat())
    shop.order("o1", "unpaid", modified=moment("10:01:00").isoformat())
    assert shop.stored_order().status == "paid"
    assert shop.names("order.") == ["order.created", "order.paid"]


def test_an_unknown_status_is_a_fact_and_the_known_state_stays(shop: Shop) -> None:
    shop.order("o1", "WAIT_SELLER_SEND_GOODS")
    shop.order("o1", "SOMETHING_NEW", at="10:01:00")
    assert shop.stored_order().status == "paid"
    (unknown,) = shop.facts("order.unknown_status")
    assert unknown.data == {"status": "SOMETHING_NEW"}


def test_an_order_first_seen_as_shipped_was_paid(shop: Shop) -> None:
    shop.order("o1", "shipped")
    assert shop.names("order.") == ["order.created", "order.paid", "order.shipped"]
    assert (shop.buyer().paid_orders, shop.buyer().spent) == (1, 5900)


def test_an_order_paid_on_delivery_is_not_taken_for_paid_when_shipped(shop: Shop) -> None:
    shop.order("o1", "created", cod=True)
    shop.order("o1", "shipped", at="10:01:00")
    assert shop.stored_order().cod
    assert "order.paid" not in shop.names()


@pytest.mark.parametrize("closing", ["closed_refunded", "closed_unpaid"])
def test_an_order_given_back_no_longer_counts_as_a_purchase(shop: Shop, closing: str) -> None:
    shop.order("o1", "paid")
    shop.order("o2", "paid", amount="1.01")
    assert (shop.buyer().paid_orders, shop.buyer().spent) == (2, 6001)
    shop.order("o1", closing, at="10:01:00")
    assert (shop.buyer().paid_orders, shop.buyer().spent) == (1, 101)


def test_a_changed_amount_is_a_fact_of_its_own(shop: Shop) -> None:
    shop.order("o1", "unpaid")
    shop.order("o1", "unpaid", at="10:01:00", amount="49.00")
    assert shop.names("order.") == ["order.created", "order.unpaid", "order.changed"]
    assert shop.stored_order().amount == 4900


def test_what_a_later_telling_leaves_out_stays(shop: Shop) -> None:
    shop.order("o1", "unpaid", items=[{"sku": "s1", "title": "外套"}], province="浙江")
    shop.order("o1", "paid", at="10:01:00")
    assert (shop.stored_order().items[0]["title"], shop.stored_order().province) == ("外套", "浙江")


def test_an_order_goes_to_the_latest_chat_also_in_a_request_that_tells_of_an_older_one(shop: Shop) -> None:
    shop.agent_says(at="10:00:00", by="a1", conversation="old")
    shop.agent_says(at="10:05:00", by="a2", conversation="new")
    late = shop.event("10:01:00", type="message", side="buyer", text="嗯", conversation="old")
    shop.receives(late, shop.event("10:06:00", type="order", order="o1", status="unpaid", amount="59.00"))
    (unpaid,) = shop.facts("order.unpaid")
    assert unpaid.agent == "a2"
