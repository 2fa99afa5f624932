"""Gathers what is known about a conversation's buyer at this moment, for conditions and templates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial

from assistant import store
from assistant.domain.conditions import holds
from assistant.domain.context import Known, condition_values
from assistant.domain.scripts import Touchpoint
from assistant.services.desk import Desk, Shop
from assistant.store.buyers import Buyer
from assistant.store.conversations import Conversation
from assistant.store.orders import Order


def known(
    tx: store.Transaction,
    shop: Shop,
    now: datetime,
    buyer: Buyer,
    conversation: Conversation | None,
    orders: Sequence[Order] | None = None,
) -> Known:
    """Everything that may matter; `orders` narrows it to those meant, otherwise the buyer's latest one."""
    latest = store.orders.latest(tx, buyer.id) if orders is None else None
    meant = orders or ([latest] if latest is not None else [])
    return Known(
        now=now,
        timezone=shop.timezone,
        platform=buyer.platform,
        buyer=buyer,
        orders=meant,
        tags=[tag.tag for tag in store.tags.of(tx, buyer.id)],
        told=conversation.told if conversation else (),
        waiting_since=conversation.waiting_since if conversation else None,
        agent=conversation.agent if conversation else None,
        promotion=store.promotions.running(tx, shop.id, buyer.platform, now),
        item=_item(tx, shop, conversation),
        shop=shop.handbook.values(shop.day(now)),
        parcels=partial(_parcels, tx, shop.id, meant),
        refund=partial(store.refunds.latest_of, tx, buyer.id),
    )


def _parcels(tx: store.Transaction, shop: str, orders: Iterable[Order]) -> list[store.shipments.Parcel]:
    return [parcel for order in orders for parcel in store.shipments.of(tx, shop, order.platform, order.external)]


def _item(tx: store.Transaction, shop: Shop, conversation: Conversation | None) -> store.items.Item | None:
    if conversation is None or conversation.item is None:
        return None
    return store.items.find(tx, shop.id, conversation.platform, conversation.item)


def audience_holds(desk: Desk, touchpoint: Touchpoint, buyer: int, orders: Iterable[int]) -> bool:
    """Whether the buyer and the orders meant are still whom the touchpoint is for."""
    if not touchpoint.audience:
        return True
    meant = store.orders.all_seen(desk.tx, orders) or None
    found = known(desk.tx, desk.shop, desk.now, desk.buyer_of(buyer), desk.latest_conversation(buyer), meant)
    return holds(touchpoint.audience, condition_values(found))
