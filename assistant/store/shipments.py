"""Shipments of orders and their traces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import shipments
from assistant.store.upserts import Newest


@dataclass(frozen=True, slots=True)
class Shipment:
    carrier: str
    tracking_no: str
    trace: list[dict[str, Any]]


_SAVE = Newest(shipments, ["shop", "platform", "order", "tracking_no"])
_OF = Statement[Shipment](
    select(shipments.c.carrier, shipments.c.tracking_no, shipments.c.trace)
    .where(
        shipments.c.shop == bindparam("shop"),
        shipments.c.platform == bindparam("platform"),
        shipments.c.order == bindparam("order"),
    )
    .order_by(shipments.c.modified_at.desc())
    .limit(1),
    Shipment,
)


def save(tx: Transaction, **row: object) -> bool:
    """False if something newer is known; what that left out is taken over."""
    return _SAVE.save(tx, **row)


def latest_of(tx: Transaction, shop: str, platform: str, order: str) -> Shipment | None:
    return _OF.one(tx, shop=shop, platform=platform, order=order)
