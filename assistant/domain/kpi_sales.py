"""Which orders and buyers figures about asking, ordering, paying and reminding count, and the sums of them.

Not for who earns an order (`credit.py`), nor what became of asking (`inquiries.py`): rows say that already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final

from assistant.domain.kpi_group import BuyerDay, Group
from assistant.domain.kpi_rows import OrderRow, ReminderRow

YUAN: Final = frozenset({"sales_amount", "amount_per_buyer"})
# Whose an order was when made, beside who is credited with its payment (DOMAIN 1.3).
EARNED: Final = ("own", "others", "silent_order", "silent")


def inquiries(group: Group, become: str = "inquiry") -> set[BuyerDay]:
    """Buyer-days of asking before buying, or those of them of which something became."""
    asked = (row for row in group.inputs.contacts if row.inquiry and getattr(row, become) and not row.filtered)
    return {group.buyer_day(row) for row in asked}


def askers(group: Group, *, settling: bool = False) -> set[BuyerDay]:
    """Buyer-days in which a buyer wrote, also of those who had paid lately and ordered nothing new; or those of them
    whose day after still runs."""
    wrote = (row for row in group.inputs.contacts if row.asked_at is not None and not row.filtered)
    return {group.buyer_day(row) for row in wrote if row.settling or not settling}


def credited(rows: Iterable[OrderRow]) -> list[OrderRow]:
    """Without those that nobody earned."""
    return [row for row in rows if row.agent]


def paying(group: Group, rows: Iterable[OrderRow]) -> set[BuyerDay]:
    """Buyer-days in which a buyer paid."""
    return {group.buyer_day(row) for row in rows}


def _sold(value: Callable[[OrderRow], int]) -> Callable[[Group], int]:
    return lambda group: sum(value(row) for row in credited(group.inputs.payments))


def earned_as(row: OrderRow) -> str:
    """How a payment came to who is credited with it: one of `EARNED`."""
    if row.agent is None:
        return "silent"
    if row.made_by is None:
        return "silent_order"
    return "own" if row.made_by == row.agent else "others"


def _earned(kind: str) -> Callable[[Group], int]:
    return lambda group: sum(earned_as(row) == kind for row in group.inputs.payments)


def settled(group: Group, *, held_out: bool) -> list[ReminderRow]:
    """Orders that were reminded (or left alone to compare with) whose time to pay is over, or that were paid."""
    return [row for row in group.inputs.reminders if row.held_out == held_out and row.settles_at is None]


def _paid(*, held_out: bool) -> Callable[[Group], int]:
    return lambda group: sum(row.paid for row in settled(group, held_out=held_out))


SOLD: Final[Mapping[str, Callable[[Group], Any]]] = MappingProxyType(
    {
        "orders": lambda group: len(credited(group.inputs.orders)),
        "orders_paid": lambda group: sum(row.paid for row in credited(group.inputs.orders)),
        "sales": _sold(lambda row: row.amount),
        "buyers_paid": lambda group: len(paying(group, credited(group.inputs.payments))),
        "pieces": _sold(lambda row: row.pieces),
        "buyers_again": lambda group: len(paying(group, (r for r in credited(group.inputs.payments) if r.again))),
        "pieces_back": _sold(lambda row: row.pieces_back),
        **{f"paid_{kind}": _earned(kind) for kind in EARNED},
        "reminded": lambda group: len(settled(group, held_out=False)),
        "reminded_paid": _paid(held_out=False),
        "held_out": lambda group: len(settled(group, held_out=True)),
        "held_out_paid": _paid(held_out=True),
        "reminders_settling": lambda group: sum(row.settles_at is not None for row in group.inputs.reminders),
    }
)
