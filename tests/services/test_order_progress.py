"""What became of an order, beside it in the sidebar: where its parcel is, how its refund is getting on."""

from __future__ import annotations

from typing import Any

from assistant.services import sidebar
from assistant.services.sidebar_view import AgentView, OrderView, ParcelView, RefundView
from tests.services.shop import Shop, moment

STEP = {"at": moment("09:30:00").isoformat(), "text": "已到达杭州转运中心"}
EARLIER = {"at": moment("08:00:00").isoformat(), "text": "已揽收"}


def ships(shop: Shop, at: str = "10:00:10", number: str = "7512", order: str = "o1", **more: Any) -> None:
    shop.hears(at, type="shipment", order=order, carrier="中通", tracking_no=number, buyer=None, **more)


def asks_back(shop: Shop, status: str, at: str = "10:00:20", **more: Any) -> None:
    told = {"refund": "r1", "order": "o1", "amount": "59.00", "kind": "return_refund", **more}
    shop.hears(at, type="refund", status=status, **told)


def orders(shop: Shop) -> tuple[OrderView, ...]:
    at = shop.works(lambda desk: desk.shop)
    return shop.read(lambda tx: sidebar.view(tx, at, shop.conversation(), shop.now, AgentView("a1"))).orders


def test_beside_an_order_stands_where_its_parcel_is(shop: Shop) -> None:
    shop.buyer_says()
    shop.order("o1", "shipped")
    ships(shop, trace=[STEP, EARLIER])
    (order,) = orders(shop)
    assert order.parcel == ParcelView("中通", "7512", "已到达杭州转运中心", moment("09:30:00").timestamp())


def test_of_several_parcels_the_one_heard_of_last_is_shown(shop: Shop) -> None:
    shop.buyer_says()
    shop.order("o1", "part_shipped")
    ships(shop, "10:00:10", "7512")
    ships(shop, "10:00:30", "7513", shipped_at=moment("10:00:25").isoformat())
    (order,) = orders(shop)
    assert order.parcel == ParcelView("中通", "7513", None, moment("10:00:25").timestamp())


def test_beside_an_order_stands_how_its_refund_is_getting_on(shop: Shop) -> None:
    shop.buyer_says()
    shop.order("o1", "paid")
    asks_back(shop, "WAIT_SELLER_AGREE", at="10:00:20")
    assert orders(shop)[0].refund == RefundView("requested", "return_refund", "59.00")
    asks_back(shop, "SUCCESS", at="10:00:40")
    assert orders(shop)[0].refund == RefundView("done", "return_refund", "59.00")
