"""Takes in orders, shipments, refunds and reviews: keeps the newest telling and records what changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from assistant import store
from assistant.domain import events
from assistant.domain.errors import NotFound
from assistant.domain.orders import CLOSED, UNKNOWN, facts_between, is_paid, state_of, to_fen
from assistant.domain.refunds import is_refunded
from assistant.services import awaited, restating
from assistant.services.desk import Desk
from assistant.store.buyers import Buyer
from assistant.store.orders import Order


def update(desk: Desk, event: events.Order) -> None:
    """Keep an order as it stands at `modified`; of what is older than what we know only what was left out since."""
    buyer, before = desk.buyer(event.platform, event.buyer), _known(desk, event.platform, event.order)
    modified = event.modified or event.at
    if before is not None and modified < before.modified_at:
        return _fill(desk, buyer, before, event, modified)
    state = state_of(event.platform, event.status, before.status if before else None)
    order = _merged(event, buyer, before, before.status if state == UNKNOWN and before else state, modified)
    store.orders.save(desk.tx, order)
    restating.order(desk, before, order)
    _record(desk, buyer, order, before, state, event, modified)
    _show(desk, buyer)


def _fill(desk: Desk, buyer: Buyer, known: Order, event: events.Order, modified: datetime) -> None:
    """Old news of an order: whatever it says of the order's beginning, and what newer news left out. The states that
    were overtaken are no facts any more."""
    state = state_of(event.platform, event.status)
    paid = [at for at in (known.paid_at, event.paid_at or (modified if is_paid(state) else None)) if at is not None]
    filled = replace(
        known,
        created_at=min(known.created_at, event.created_at or modified),
        pay_deadline=known.pay_deadline or event.pay_deadline,
        paid_at=min(paid, default=None),
        source=known.source or event.source,
        stages=known.stages or [_plain(stage) for stage in event.stages],
        items=known.items or [_plain(item) for item in event.items],
        province=known.province or event.province,
        city=known.city or event.city,
    )
    if filled != known:
        store.orders.save(desk.tx, filled)
        restating.order(desk, known, filled)
        awaited.balance(desk, buyer, filled, known, modified)
        _show(desk, buyer)
    if filled.paid_at != known.paid_at or _differs(filled, known):
        desk.record("order.changed", at=modified, buyer=buyer, order=known.id, agent=_agent(desk, buyer))


def named(tx: store.Transaction, buyer: int, id: str) -> Order:
    """One of a buyer's orders by its platform id. Raises NotFound."""
    found = next((order for order in store.orders.of(tx, buyer) if order.external == id), None)
    if found is None:
        raise NotFound(f"this buyer has no order {id!r}")
    return found


def _known(desk: Desk, platform: str, external: str) -> Order | None:
    return store.orders.find(desk.tx, desk.shop.id, platform, external)


def _merged(event: events.Order, buyer: Buyer, before: Order | None, state: str, modified: datetime) -> Order:
    """The order as told now; what this telling leaves out keeps its value."""
    paid_at = event.paid_at or (before.paid_at if before else None)
    if paid_at is None and is_paid(state):
        paid_at = modified
    return Order(
        id=before.id if before else 0,
        shop=buyer.shop,
        platform=event.platform,
        external=event.order,
        buyer=buyer.id,
        status=state,
        amount=to_fen(event.amount),
        created_at=event.created_at or (before.created_at if before else modified),
        modified_at=modified,
        pay_deadline=event.pay_deadline or (before.pay_deadline if before else None),
        paid_at=paid_at,
        source=event.source or (before.source if before else None),
        cod=event.cod if before is None or "cod" in event.model_fields_set else before.cod,
        stages=[_plain(stage) for stage in event.stages] or (before.stages if before else []),
        items=[_plain(item) for item in event.items] or (before.items if before else []),
        province=event.province or (before.province if before else None),
        city=event.city or (before.city if before else None),
    )


def _plain(part: events.Stage | events.OrderItem) -> dict[str, Any]:
    return part.model_dump(mode="json", exclude_none=True)


def _record(
    desk: Desk, buyer: Buyer, order: Order, before: Order | None, state: str, event: events.Order, at: datetime
) -> None:
    names = facts_between(before.status if before else None, state, cod=order.cod)
    if before is not None and (_revalued(order, before) or (not names and _differs(order, before))):
        names.append("order.changed")
    for name in names:
        when = {"order.created": order.created_at, "order.paid": order.paid_at}.get(name) or at
        data: dict[str, Any] = {"status": event.status} if name in ("order.closed", "order.unknown_status") else {}
        desk.record(name, at=when, buyer=buyer, order=order.id, agent=_agent(desk, buyer), **data)
    for stage, was in zip(order.stages, before.stages if before else [{}] * len(order.stages), strict=False):
        if stage.get("kind") == "deposit" and stage.get("paid_at") and not was.get("paid_at"):
            desk.record("order.deposit_paid", at=at, buyer=buyer, order=order.id)
    awaited.balance(desk, buyer, order, before, at)


def _differs(order: Order, before: Order) -> bool:
    return any(getattr(order, n) != getattr(before, n) for n in ("amount", "items", "province", "city", "pay_deadline"))


def _revalued(order: Order, before: Order) -> bool:
    """Whether a purchase is worth something else by now, or is none any more although nobody closed it."""
    if not is_paid(before.status):
        return False
    return order.amount != before.amount or not (is_paid(order.status) or order.status in CLOSED)


def _agent(desk: Desk, buyer: Buyer) -> str | None:
    conversation = desk.latest_conversation(buyer.id)
    return conversation.agent if conversation else None


def ship(desk: Desk, event: events.Shipment) -> None:
    """Keep a shipment and its trace."""
    order = _known(desk, event.platform, event.order)
    saved = store.shipments.save(
        desk.tx,
        shop=desk.shop.id,
        platform=event.platform,
        order=event.order,
        carrier=event.carrier,
        tracking_no=event.tracking_no,
        shipped_at=event.shipped_at,
        trace=[step.model_dump(mode="json", exclude_none=True) for step in event.trace],
        modified_at=event.at,
    )
    if saved:
        buyer = desk.buyer_of(order.buyer) if order else None
        desk.record("shipment.updated", at=event.at, buyer=buyer, order=order.id if order else None)
        if buyer is not None:
            _show(desk, buyer)


def refund(desk: Desk, event: events.Refund) -> None:
    """Keep a refund; its facts tell that it was asked for, moved on, was paid out."""
    buyer = desk.buyer(event.platform, event.buyer)
    before = store.refunds.status(desk.tx, desk.shop.id, event.platform, event.refund)
    saved = store.refunds.save(
        desk.tx,
        shop=desk.shop.id,
        platform=event.platform,
        external=event.refund,
        buyer=buyer.id,
        order=event.order,
        status=event.status,
        amount=None if event.amount is None else to_fen(event.amount),
        reason=event.reason,
        kind=event.kind,
        modified_at=event.at,
    )
    order = _known(desk, event.platform, event.order)
    restating.refund(desk, order)
    for name in _refund_facts(before, event.status) if saved else ():
        desk.record(name, at=event.at, buyer=buyer, order=order.id if order else None, status=event.status)
    _show(desk, buyer)


def _refund_facts(before: str | None, after: str) -> list[str]:
    names = ["refund.requested"] if before is None else []
    if is_refunded(after) and not is_refunded(before or ""):
        return [*names, "refund.done"]
    return names or (["refund.updated"] if before != after else [])


def review(desk: Desk, event: events.Review) -> None:
    """Keep a review."""
    buyer, order = desk.buyer(event.platform, event.buyer), _known(desk, event.platform, event.order)
    added = store.reviews.add(
        desk.tx,
        shop=desk.shop.id,
        platform=event.platform,
        external=event.review,
        buyer=buyer.id,
        order=event.order,
        stars=event.stars,
        text=event.text,
        at=event.at,
    )
    if added:
        desk.record("review.received", at=event.at, buyer=buyer, order=order.id if order else None, stars=event.stars)


def _show(desk: Desk, buyer: Buyer) -> None:
    conversation = desk.latest_conversation(buyer.id)
    if conversation is not None:
        desk.touch(conversation, "orders", "buyer")
