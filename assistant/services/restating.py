"""Notes which past days' figures no longer hold after what has just been learned: late news, and late consequences.

Of the running day nothing is kept, so most events note nothing. Not for working the days out (`kpi_rollups.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from assistant import store
from assistant.domain import kpi_sums
from assistant.domain.credit import WITHIN
from assistant.domain.facts import Fact
from assistant.domain.inquiries import AFTER_SALES
from assistant.domain.rounds import Round
from assistant.services.desk import Desk
from assistant.store.follow_ups import FollowUp
from assistant.store.orders import Order

DAY: Final = timedelta(days=1)
# What a late fact changes of its own day.
SECTIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "buyer.spoke": ("said", "asked"),
        "agent.spoke": ("said", "asked"),
        "conversation.closed": ("said",),
        "check.hit": ("done",),
        "rating.invited": ("done",),
        "rating.given": ("done",),
        "follow_up.done": ("done",),
    }
)


def everything(tx: store.Transaction, shop: str, first: datetime, last: datetime) -> None:
    """Nothing that was counted between two moments holds any more, nor what followed from it soon after."""
    for section in kpi_sums.SECTIONS:
        store.kpi_rollups.mark(tx, shop, section, None, first - DAY, last + AFTER_SALES)


def heed(desk: Desk, facts: Sequence[Fact]) -> None:
    """What happened on a day that is over belongs to that day's figures."""
    for fact in facts:
        if fact.at >= desk.day_began:
            continue
        for section in SECTIONS.get(fact.name, ()):
            desk.restate(section, fact.at)
        if fact.name in ("buyer.spoke", "agent.spoke") and fact.buyer is not None:
            _credit(desk, fact.buyer, fact.at)


def _credit(desk: Desk, buyer: int, said_at: datetime) -> None:
    """Late words may earn what was ordered or paid around them."""
    for order in store.orders.of(desk.tx, buyer):
        moments = [order.created_at, *([order.paid_at] if order.paid_at else [])]
        if any(said_at - DAY <= moment <= said_at + WITHIN + DAY for moment in moments):
            for moment in moments:
                desk.restate("sold", moment)


def rounds(desk: Desk, before: Iterable[Round], after: Iterable[Round]) -> None:
    """A conversation's rounds came out differently: their days, for the waits and for whose the words were."""
    for one in {*before} ^ {*after}:
        desk.restate("said", one.asked_at)
        desk.restate("asked", one.asked_at)


def follow_up(desk: Desk, row: FollowUp) -> None:
    """Something of a follow-up changes, or is about to: the day it is due on."""
    desk.restate("done", row.due_at)


def reminded(desk: Desk, row: FollowUp) -> None:
    """A follow-up about orders was sent or held back: it counts for the days on which they were made."""
    for key in row.anchors:
        # Also what a defect has spoiled must be put away: what names no order counts for no day.
        order = store.orders.seen(desk.tx, int(key)) if key.isdecimal() else None
        if order is not None:
            desk.restate("sold", order.created_at)


def order(desk: Desk, before: Order | None, after: Order) -> None:
    """An order is new or another one than before: its days, and what became of its buyer's asking."""
    moments = [at for one in (before, after) if one for at in (one.created_at, one.paid_at) if at is not None]
    for moment in moments:
        desk.restate("sold", moment)
    if before is None or _times(before) != _times(after):
        desk.restate("asked", min(moments) - 2 * DAY, max(moments) + AFTER_SALES, buyer=after.buyer)
        _had_paid_before(desk, before, after)


def _times(one: Order) -> tuple[datetime, datetime | None]:
    return one.created_at, one.paid_at


def _had_paid_before(desk: Desk, before: Order | None, after: Order) -> None:
    """An earlier payment makes later ones those of a buyer who comes back."""
    paid = [one.paid_at for one in (before, after) if one and one.paid_at and one.paid_at < desk.day_began]
    if paid:
        for other in store.orders.of(desk.tx, after.buyer):
            if other.paid_at is not None and other.paid_at > min(paid):
                desk.restate("sold", other.paid_at)


def refund(desk: Desk, refunded: Order | None) -> None:
    """A refund counts for the day its order was paid."""
    if refunded is not None and refunded.paid_at is not None:
        desk.restate("sold", refunded.paid_at)
