"""How a buyer's orders got on after they were paid, to be shown beside them: their parcels and their refunds."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, Table, bindparam, select

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import orders, refunds, shipments

# Of a buyer who has had more of either than this, the newest.
CONSIDERED = 20


class Traced(NamedTuple):
    """A parcel with its steps as the platform told them; `order` is the platform's id."""

    order: str
    carrier: str
    tracking_no: str
    shipped_at: datetime | None
    trace: list[dict[str, Any]]


class Standing(NamedTuple):
    """How the refund of an order stands, in the platform's words or ours; `amount` is whole fen."""

    platform: str
    order: str
    status: str
    kind: str | None
    amount: int | None


def _of_buyer(table: Table, names: tuple[str, ...]) -> Select[Any]:
    same = (orders.c.shop == table.c.shop) & (orders.c.platform == table.c.platform)
    return (
        select(*(table.c[name] for name in names))
        .join(orders, same & (orders.c.external == table.c.order))
        .where(orders.c.buyer == bindparam("buyer"))
        .order_by(table.c.modified_at.desc(), table.c.id.desc())
        .limit(CONSIDERED)
    )


_PARCELS = Statement[Traced](_of_buyer(shipments, Traced._fields), Traced)
_REFUNDS = Statement[Standing](_of_buyer(refunds, Standing._fields), Standing)


def parcels(tx: Transaction, buyer: int) -> list[Traced]:
    """The parcels of a buyer's orders, heard of last first, at most `CONSIDERED`."""
    return _PARCELS.all(tx, buyer=buyer)


def refunds_of(tx: Transaction, buyer: int) -> list[Standing]:
    """The refunds of a buyer's orders, heard of last first, at most `CONSIDERED`."""
    return _REFUNDS.all(tx, buyer=buyer)
