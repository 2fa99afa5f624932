"""Takes in items on sale, promotions, and what buyers look at."""

from __future__ import annotations

from assistant import store
from assistant.domain import events
from assistant.domain.orders import to_fen
from assistant.services import awaited
from assistant.services.desk import Desk


def learn(desk: Desk, event: events.Item) -> None:
    """Keep an item as told last."""
    store.items.save(
        desk.tx,
        shop=desk.shop.id,
        platform=event.platform,
        external=event.item,
        title=event.title,
        stock=event.stock,
        price=None if event.price is None else to_fen(event.price),
        url=event.url,
        modified_at=event.at,
    )


def promote(desk: Desk, event: events.Promotion) -> None:
    """Keep a promotion as told last; that it begins and ends are facts, each at its moment."""
    key = desk.shop.id, event.platform, event.promotion
    before = store.promotions.times(desk.tx, *key)
    saved = store.promotions.save(
        desk.tx,
        shop=desk.shop.id,
        platform=event.platform,
        external=event.promotion,
        title=event.title,
        text=event.text,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        stock_item=event.stock_item,
        modified_at=event.at,
    )
    times = store.promotions.times(desk.tx, *key)
    if times is not None and (saved or times != before):
        awaited.promotion(desk, event.platform, event.promotion, times, before, event.at)


def view(desk: Desk, event: events.View) -> None:
    """A buyer looked at an item; while talking, it becomes the item talked about."""
    buyer = desk.buyer(event.platform, event.buyer)
    store.views.add(desk.tx, desk.shop.id, buyer.id, event.item, event.at)
    conversation = desk.conversation(event.platform, event.conversation) if event.conversation else None
    if conversation is not None:
        conversation.item = event.item
        desk.touch(conversation)
    desk.record("item.viewed", at=event.at, conversation=conversation, buyer=buyer, item=event.item)
