"""A buyer's newest orders as the sidebar shows them. Not for taking orders in (`orders.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from assistant import store
from assistant.domain.orders import deadline_of, is_paid, title, yuan_text
from assistant.domain.refunds import state_of
from assistant.services.desk import Shop
from assistant.services.sidebar_view import OrderView, ParcelView, RefundView
from assistant.store.buyers import Buyer
from assistant.store.orders import Order


def of_buyer(tx: store.Transaction, shop: Shop, buyer: Buyer, now: datetime) -> tuple[tuple[OrderView, ...], bool]:
    """The buyer's newest orders, with whether the buyer was reminded of one today, and whether there are older ones."""
    found = store.orders.of(tx, buyer.id)
    shown = found[: store.orders.SHOWN]
    unpaid = {order.id for order in shown if order.status == "unpaid"}
    reminded = store.follow_ups.reminded(tx, buyer.id, shop.day_began(now)) if unpaid else set()
    parcels, refunds = _parcels(tx, buyer, shown), _refunds(tx, buyer, shown)
    views = tuple(
        OrderView(
            id=order.external,
            status=order.status,
            amount=yuan_text(order.amount),
            title=title(order.items),
            more=max(0, len(order.items) - 1),
            quantity=sum(int(item.get("quantity", 1)) for item in order.items),
            created_at=order.created_at.timestamp(),
            deadline=deadline.timestamp() if (deadline := deadline_of(order)) else None,
            reminded=order.id in unpaid & reminded,
            parcel=parcels.get(order.external),
            refund=refunds.get(order.external),
        )
        for order in shown
    )
    return views, len(found) > len(shown)


def _parcels(tx: store.Transaction, buyer: Buyer, shown: Sequence[Order]) -> dict[str, ParcelView]:
    """The newest parcel of each order."""
    if not any(is_paid(order.status) for order in shown):
        return {}
    return {parcel.order: _parcel(parcel) for parcel in reversed(store.order_progress.parcels(tx, buyer.id))}


def _parcel(parcel: store.order_progress.Traced) -> ParcelView:
    steps = [(datetime.fromisoformat(step["at"]), step.get("text")) for step in parcel.trace if step.get("at")]
    at, text = max(steps, key=lambda step: step[0], default=(parcel.shipped_at, None))
    return ParcelView(parcel.carrier, parcel.tracking_no, text, at.timestamp() if at else None)


def _refunds(tx: store.Transaction, buyer: Buyer, shown: Sequence[Order]) -> dict[str, RefundView]:
    """The newest refund of each order. What was never paid has none."""
    if all(order.status in ("created", "unpaid", "closed_unpaid") for order in shown):
        return {}
    return {refund.order: _refund(refund) for refund in reversed(store.order_progress.refunds_of(tx, buyer.id))}


def _refund(refund: store.order_progress.Standing) -> RefundView:
    amount = None if refund.amount is None else yuan_text(refund.amount)
    return RefundView(state_of(refund.platform, refund.status), refund.kind, amount)
