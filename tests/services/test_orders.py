"""Orders: the newest telling is kept, states that were skipped are implied, purchases are counted."""

from __future__ import annotations

from typing import Any

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


def presale(shop: Shop, at: str, status: str = "unpaid", **paid: str) -> None:
    day = "2026-11-11T{}:00:00+08:00".format
    stages: list[dict[str, Any]] = [
        {"kind": "deposit", "amount": "10", "opens_at": day("09"), "closes_at": day("12")},
        {"kind": "balance", "amount": "80", "opens_at": day("13"), "closes_at": day("20")},
    ]
    stages = [{**stage, "paid_at": paid[stage["kind"]]} if stage["kind"] in paid else stage for stage in stages]
    shop.hears(at, type="order", order="o1", status=status, amount="90", stages=stages)


def test_the_balance_is_open_with_the_first_news_after_its_time_and_only_once(shop: Shop) -> None:
    deposit = "2026-11-11T10:01:00+08:00"
    presale(shop, "10:00:00")
    presale(shop, "10:01:00", deposit=deposit)
    assert shop.names().count("order.balance_open") == 0
    presale(shop, "13:00:00", deposit=deposit)
    presale(shop, "13:30:00", deposit=deposit)
    assert shop.names().count("order.deposit_paid") == shop.names().count("order.balance_open") == 1


LATE = [
    {
        "kind": "balance",
        "amount": "80",
        "opens_at": "2026-11-11T13:00:00+08:00",
        "closes_at": "2026-11-11T20:00:00+08:00",
    }
]


def test_no_balance_is_open_without_its_deposit_nor_after_payment_or_its_end(shop: Shop) -> None:
    presale(shop, "13:00:00")
    presale(shop, "13:01:00", deposit="2026-11-11T13:01:00+08:00", balance="2026-11-11T13:01:00+08:00", status="paid")
    assert "order.balance_open" not in shop.names()
    shop.hears("20:00:00", type="order", order="o2", status="unpaid", amount="90", stages=LATE)
    assert "order.balance_open" not in shop.names()
