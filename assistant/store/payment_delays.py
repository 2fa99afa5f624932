"""How long after they were made orders were paid, counted by the database. Not for who earns them (`kpi_orders.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import BigInteger, func, select, type_coerce

from assistant.store.counting import count_of, length
from assistant.store.kpi import Between
from assistant.store.statements import Transaction
from assistant.store.tables import orders


@dataclass(frozen=True, slots=True)
class Counted:
    """Orders made, those of them that are paid, and how many of these were paid within each of the times asked for."""

    made: int
    paid: int
    within: tuple[int, ...]


def counted(tx: Transaction, between: Between, times: Sequence[timedelta]) -> Counted:
    """Of the orders made in a period, without presales and cash on delivery: nobody pays those at once."""
    took = type_coerce(orders.c.paid_at, BigInteger) - type_coerce(orders.c.created_at, BigInteger)
    sums = [count_of(took <= length(time)) for time in times]
    query = select(func.count(), func.count(orders.c.paid_at), *sums).where(
        orders.c.shop == between.shop,
        orders.c.created_at >= between.start,
        orders.c.created_at < between.end,
        orders.c.cod.is_(False),
        orders.c.stages == [],
    )
    if between.platform is not None:
        query = query.where(orders.c.platform == between.platform)
    made, paid, *within = tx.connection.execute(query).one()
    return Counted(int(made), int(paid), tuple(map(int, within)))
