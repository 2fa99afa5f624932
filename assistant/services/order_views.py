"""A buyer's newest orders as the sidebar shows them. Not for taking orders in (`orders.py`)."""

from __future__ import annotations

from datetime import datetime

from assistant import store
from assistant.domain.orders import deadline_of, title, yuan_text
from assistant.services.desk import Shop
from assistant.services.sidebar_view import OrderView
from assistant.store.buyers import Buyer


def of_buyer(tx: store.Transaction, shop: Shop, buyer: Buyer, now: datetime) -> tuple[tuple[OrderView, ...], bool]:
    """The buyer's newest orders, with whether the buyer was reminded of one today, and whether there are older ones."""
    found = store.orders.of(tx, buyer.id)
    shown = found[: store.orders.SHOWN]
    unpaid = {order.id for order in shown if order.status == "unpaid"}
    reminded = store.follow_ups.reminded(tx, buyer.id, shop.day_began(now)) if unpaid else set()
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
        )
        for order in shown
    )
    return views, len(found) > len(shown)
