"""Observes what becomes so by itself: a balance that can be paid, a promotion that begins and ends (DOMAIN.md §8.17).

News tell when it will be, and where it is so already; a row waits for the rest. Each is observed once. Not for what is
done about it (the touchpoint table).
"""

from __future__ import annotations

from datetime import datetime

from assistant import store
from assistant.domain.orders import balance_closed, balance_opens
from assistant.services.desk import Desk
from assistant.store.awaited import Awaited
from assistant.store.buyers import Buyer
from assistant.store.orders import Order
from assistant.store.promotions import Times

BALANCE, BEGINS, ENDS = "order.balance_open", "promotion.started", "promotion.ended"


def balance(desk: Desk, buyer: Buyer, order: Order, before: Order | None, at: datetime) -> None:
    """What news of `at` say of an order's balance: that it is open, or from when on."""
    if not order.stages:
        return
    expected = before is not None and balance_opens(before.status, before.stages) is not None
    waiting = before is not None and store.awaited.take(desk.tx, desk.shop.id, BALANCE, buyer.platform, str(order.id))
    opens = balance_opens(order.status, order.stages)
    if opens is None:
        return
    if opens > max(at, desk.now):
        store.awaited.save(desk.tx, desk.shop.id, Awaited(BALANCE, buyer.platform, str(order.id), opens))
    elif waiting or not expected:
        _open(desk, buyer, order, max(opens, at))


def promotion(desk: Desk, platform: str, external: str, times: Times, before: Times | None, at: datetime) -> None:
    """What news of `at` say of a promotion: that it has begun or ended, or when it will."""
    begins, ends = (store.awaited.take(desk.tx, desk.shop.id, fact, platform, external) for fact in (BEGINS, ENDS))
    ran = before is not None and not begins and (ends or before.ends_at is None)
    ended = before is not None and not begins and not ran
    now = max(at, desk.now)
    if times.ends_at is not None and times.ends_at <= now:
        if not ended:
            desk.record(ENDS, at=max(at, times.ends_at), promotion=external)
        return
    if times.starts_at is not None and times.starts_at > now:
        store.awaited.save(desk.tx, desk.shop.id, Awaited(BEGINS, platform, external, times.starts_at))
    elif not ran:
        desk.record(BEGINS, at=max(at, times.starts_at or at), promotion=external)
    if times.ends_at is not None:
        store.awaited.save(desk.tx, desk.shop.id, Awaited(ENDS, platform, external, times.ends_at))


def come(desk: Desk) -> int:
    """Observe what has come to pass in the desk's shop by now; returns of how many."""
    due = store.awaited.due(desk.tx, desk.shop.id, desk.now)
    for one in due:
        store.awaited.take(desk.tx, desk.shop.id, one.fact, one.platform, one.subject)
        if one.fact == BALANCE:
            _come_open(desk, one)
        else:
            desk.record(one.fact, at=one.at, promotion=one.subject)
        desk.settle()
    return len(due)


def _come_open(desk: Desk, one: Awaited) -> None:
    order = store.orders.get(desk.tx, int(one.subject))
    if order is not None:
        _open(desk, desk.buyer_of(order.buyer), order, one.at)


def _open(desk: Desk, buyer: Buyer, order: Order, at: datetime) -> None:
    if balance_closed(order.stages, max(at, desk.now)):
        return  # it was open while nobody looked
    conversation = desk.latest_conversation(buyer.id)
    agent = conversation.agent if conversation else None
    desk.record(BALANCE, at=at, buyer=buyer, order=order.id, agent=agent)
    if conversation is not None:
        desk.touch(conversation, "orders")
