"""Shipments of orders and their traces."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import shipments
from assistant.store.upserts import Newest


class Parcel(NamedTuple):
    carrier: str
    tracking_no: str


_SAVE = Newest(shipments, ["shop", "platform", "order", "tracking_no"])

_OF = Statement[Parcel](
    select(shipments.c.carrier, shipments.c.tracking_no)
    .where(*(shipments.c[name] == bindparam(name) for name in ("shop", "platform", "order")))
    .order_by(func.coalesce(shipments.c.shipped_at, shipments.c.modified_at), shipments.c.id)
    .limit(5),
    Parcel,
)


def save(tx: Transaction, **row: object) -> bool:
    """False if something newer is known; what that left out is taken over."""
    return _SAVE.save(tx, **row)


def of(tx: Transaction, shop: str, platform: str, order: str) -> list[Parcel]:
    """An order's parcels, the first sent first, at most five."""
    return _OF.all(tx, shop=shop, platform=platform, order=order)
