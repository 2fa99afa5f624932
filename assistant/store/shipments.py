"""Shipments of orders and their traces."""

from __future__ import annotations

from assistant.store.statements import Transaction
from assistant.store.tables import shipments
from assistant.store.upserts import Newest

_SAVE = Newest(shipments, ["shop", "platform", "order", "tracking_no"])


def save(tx: Transaction, **row: object) -> bool:
    """False if something newer is known; what that left out is taken over."""
    return _SAVE.save(tx, **row)
