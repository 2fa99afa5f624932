"""What replies may name: the order's parcels and the buyer's refund, as soon as they are known."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.domain.context import template_values
from assistant.domain.scripts import Scripts
from assistant.domain.templates import Rendered, render
from assistant.services import context
from tests.services.shop import TABLES, Shop

TRACKING = "由{{ shipment.carrier }}承运，单号{{ shipment.tracking_no }}"
REFUNDED = "您申请的{{ refund.kind }}，{{ refund.amount }}元"


def said(shop: Shop, text: str) -> Rendered:
    return shop.works(
        lambda desk: render(
            text, template_values(context.known(desk.tx, desk.shop, desk.now, desk.buyer("taobao", "b1"), None))
        )
    )


def ships(shop: Shop, number: str, at: str, order: str = "o1", carrier: str = "中通") -> None:
    shop.hears(at, type="shipment", order=order, carrier=carrier, tracking_no=number, shipped_at=shop.now.isoformat())


def test_the_tracking_number_can_be_said_once_it_is_known_and_not_before(shop: Shop) -> None:
    shop.order("o1", "shipped", "10:00:00")
    assert said(shop, TRACKING).missing == ("shipment.carrier", "shipment.tracking_no")
    ships(shop, "7310001", "10:01:00")
    assert said(shop, TRACKING) == Rendered("由中通承运，单号7310001")


def test_every_parcel_of_the_order_is_named_and_no_other_orders(shop: Shop) -> None:
    shop.order("o0", "shipped", "09:00:00")
    ships(shop, "7310000", "09:01:00", order="o0")
    shop.order("o1", "part_shipped", "10:00:00")
    ships(shop, "7310001", "10:01:00")
    ships(shop, "SF002", "10:02:00", carrier="顺丰")
    ships(shop, "7310003", "10:03:00")
    assert said(shop, TRACKING).text == "由中通、顺丰承运，单号7310001、SF002、7310003"


def test_the_refund_that_moved_last_is_the_one_that_is_talked_about(shop: Shop) -> None:
    shop.order("o1", "paid", "10:00:00")
    assert said(shop, REFUNDED).missing == ("refund.kind", "refund.amount")
    shop.hears(
        "10:01:00",
        type="refund",
        refund="r1",
        order="o1",
        status="WAIT_SELLER_AGREE",
        amount="59.50",
        kind="refund_only",
    )
    assert said(shop, REFUNDED).text == "您申请的仅退款，59.50元"
    shop.hears(
        "10:02:00", type="refund", refund="r2", order="o1", status="WAIT_SELLER_AGREE", amount="9", kind="exchange"
    )
    assert said(shop, REFUNDED).text == "您申请的换货，9元"


def test_anothers_refund_is_not_said(shop: Shop) -> None:
    shop.order("o1", "paid", "10:00:00")
    shop.hears(
        "10:01:00", type="refund", refund="r1", buyer="b2", order="o9", status="WAIT_SELLER_AGREE", amount="59",
        kind="exchange",
    )  # fmt: skip
    assert said(shop, REFUNDED).missing == ("refund.kind", "refund.amount")


@pytest.fixture
def tracking_shop(new_shop: Callable[[Scripts], Shop]) -> Shop:
    told = TABLES.model_dump(by_alias=True)
    where = {
        "id": "where", "name": "查物流", "goal": "说清楚",
        "phrases": ["我的快递到哪了", "查一下物流", "包裹走到哪里了"],
        "replies": [{"id": "tell", "text": TRACKING}],
    }  # fmt: skip
    return new_shop(Scripts.model_validate({**told, "situations": [*told["situations"], where]}))


def test_a_card_that_lacked_the_number_is_filled_in_when_the_parcel_is_told_of(tracking_shop: Shop) -> None:
    tracking_shop.order("o1", "shipped", "10:00:00")
    tracking_shop.buyer_says("查一下物流", "10:00:30")
    (card,) = tracking_shop.cards()
    assert "shipment.tracking_no" in card.missing
    ships(tracking_shop, "7310001", "10:01:00")
    (card,) = tracking_shop.cards()
    assert (card.text, card.missing) == ("由中通承运，单号7310001", [])
