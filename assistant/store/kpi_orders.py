"""Orders of a period with the agent each is credited to, and what the buyers who wrote then had bought.

The rule is `domain/credit.py`; here is what it needs: what the buyers of these orders and the shop said to each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, func, or_, select

from assistant.domain.credit import WITHIN, Chat, Said, chats, earns
from assistant.domain.inquiries import AFTER_SALES, Bought
from assistant.domain.kpi_rows import OrderRow
from assistant.domain.orders import pieces_of
from assistant.domain.refunds import Refund, pieces_back
from assistant.store import platforms
from assistant.store.kpi import Between
from assistant.store.shops import meant
from assistant.store.statements import Transaction, in_parts
from assistant.store.tables import conversations, messages, orders, refunds

NEXT_DAY = timedelta(days=1)
# A chat whose end counts may have begun so long before.
LONG_CHAT = timedelta(days=1)


class _Order(NamedTuple):
    id: int
    shop: str
    platform: str
    external: str
    buyer: int
    status: str
    amount: int
    created_at: datetime
    paid_at: datetime | None
    items: list[dict[str, Any]]


_COLUMNS = [orders.c[name] for name in _Order._fields]


def made(tx: Transaction, between: Between, until: datetime) -> list[OrderRow]:
    """Orders by the moment they were made; `until` is the end of the day, after which nothing said counts."""
    found = _found(tx, between, "created_at")
    earning = _earning(tx, found, until)
    return [_row(order, order.created_at, earning(order, order.created_at)) for order in found]


def paid(tx: Transaction, between: Between, began: datetime, until: datetime) -> list[OrderRow]:
    """Orders by the moment they were paid; `began` and `until` are the beginning and end of the day."""
    found = [(order, order.paid_at) for order in _found(tx, between, "paid_at") if order.paid_at is not None]
    known = [order for order, _ in found]
    earning = _earning(tx, known, until)
    first, back = _first_payments(tx, known), _refunds(tx, known)
    rows = []
    for order, at in found:
        begun, made = first.get(order.buyer), earning(order, order.created_at)
        row = _row(order, at, earning(order, at))
        rows.append(
            replace(
                row,
                made_by=made.agent if made else None,
                again=begun is not None and begun < began,
                pieces_back=pieces_back(order.status, order.amount, row.pieces, back.get(order.id, ())),
            )
        )
    return rows


def purchases(tx: Transaction, buyers: Iterable[int]) -> dict[str, list[datetime]]:
    """When each of these buyers ordered or paid, whenever that was."""
    found: defaultdict[str, list[datetime]] = defaultdict(list)
    for part in in_parts(buyers):
        query = select(orders.c.buyer, orders.c.created_at, orders.c.paid_at).where(orders.c.buyer.in_(part))
        for buyer, *moments in tx.connection.execute(query):
            found[str(buyer)] += [at for at in moments if at is not None]
    return dict(found)


def bought(tx: Transaction, between: Between) -> list[Bought]:
    """What says of the buyers who wrote in this time whether they asked before buying, and what they bought then."""
    early, late = between.start - AFTER_SALES, between.end + NEXT_DAY
    wrote = (
        select(conversations.c.buyer)
        .join(messages, messages.c.conversation == conversations.c.id)
        .where(messages.c.at >= between.start, messages.c.at < between.end, messages.c.side == "buyer")
        .where(meant(messages.c.shop, between.shop))
    )
    query = (
        select(orders.c.buyer, orders.c.created_at, orders.c.paid_at)
        .where(or_(orders.c.created_at.between(early, late), orders.c.paid_at.between(early, late)))
        .where(meant(orders.c.shop, between.shop), orders.c.buyer.in_(wrote))
    )
    return [Bought(str(buyer), at, paid_at) for buyer, at, paid_at in tx.connection.execute(query)]


def _found(tx: Transaction, between: Between, time: str) -> list[_Order]:
    return [_Order(*row) for row in tx.connection.execute(between.of(select(*_COLUMNS), orders, time))]


def _row(order: _Order, at: datetime, earned: Chat | None) -> OrderRow:
    return OrderRow(
        at=at, agent=earned.agent if earned else None, platform=order.platform, buyer=str(order.buyer),
        amount=order.amount, pieces=pieces_of(order.items), paid=order.paid_at is not None,
        conversation=str(earned.conversation) if earned else None,
    )  # fmt: skip


# --- who earned it ---------------------------------------------------------------------------------------------------


def _earning(tx: Transaction, found: Sequence[_Order], until: datetime) -> Callable[[_Order, datetime], Chat | None]:
    """Answers who earned an order at a moment, with one reading for all of them."""
    if not found:
        return lambda order, moment: None
    buyers = {order.buyer for order in found}
    since = min(order.created_at for order in found) - WITHIN - LONG_CHAT
    said, heard = _said(tx, buyers, since, until), _first_words(tx, buyers)
    profiles = {shop: platforms.profiles(tx, shop) for shop in {order.shop for order in found}}
    shops = {order.buyer: order.shop for order in found}
    parts = {buyer: chats(words, profiles[shops[buyer]]) for buyer, words in said.items()}
    return lambda order, moment: earns(parts.get(order.buyer, ()), moment, heard.get)


def _said(tx: Transaction, buyers: Iterable[int], since: datetime, until: datetime) -> dict[int, list[Said]]:
    by_person = case((messages.c.origin == "human", messages.c.agent))
    columns = (
        conversations.c.buyer, messages.c.at, messages.c.conversation, conversations.c.platform,
        (messages.c.side == "buyer").label("by_buyer"), by_person.label("agent"),
    )  # fmt: skip
    found: defaultdict[int, list[Said]] = defaultdict(list)
    for part in in_parts(buyers):
        query = (
            select(*columns)
            .join(conversations, conversations.c.id == messages.c.conversation)
            .where(conversations.c.buyer.in_(part), messages.c.at >= since, messages.c.at < until)
            .where(messages.c.side != "system")
            .order_by(messages.c.at, messages.c.id)
        )
        for buyer, at, conversation, platform, by_buyer, agent in tx.connection.execute(query):
            found[buyer].append(Said(at, conversation, platform, bool(by_buyer), None if by_buyer else agent))
    return dict(found)


def _first_words(tx: Transaction, buyers: Iterable[int]) -> dict[int, datetime]:
    """When the buyer first wrote in each of their conversations."""
    first = (
        select(messages.c.at)
        .where(messages.c.conversation == conversations.c.id, messages.c.side == "buyer")
        .order_by(messages.c.at)
        .limit(1)
        .correlate(conversations)
        .scalar_subquery()
    )
    found: dict[int, datetime] = {}
    for part in in_parts(buyers):
        query = select(conversations.c.id, first).where(conversations.c.buyer.in_(part))
        found.update({id: at for id, at in tx.connection.execute(query) if at is not None})
    return found


# --- what else is known of a payment -----------------------------------------------------------------------------


def _first_payments(tx: Transaction, found: Sequence[_Order]) -> dict[int, datetime]:
    """When each of these buyers first paid anything."""
    first: dict[int, datetime] = {}
    for part in in_parts(order.buyer for order in found):
        query = select(orders.c.buyer, func.min(orders.c.paid_at)).where(orders.c.buyer.in_(part))
        first.update(tuple(row) for row in tx.connection.execute(query.group_by(orders.c.buyer)) if row[1] is not None)
    return first


def _refunds(tx: Transaction, found: Sequence[_Order]) -> dict[int, list[Refund]]:
    """The refunds of these orders, by the order's key."""
    same = (refunds.c.shop == orders.c.shop, refunds.c.platform == orders.c.platform)
    told = (refunds.c.status, refunds.c.amount, refunds.c.reason, refunds.c.kind)
    back: defaultdict[int, list[Refund]] = defaultdict(list)
    for part in in_parts(order.id for order in found):
        query = select(orders.c.id, *told).join(refunds, (refunds.c.order == orders.c.external) & same[0] & same[1])
        for id, *row in tx.connection.execute(query.where(orders.c.id.in_(part))):
            back[id].append(Refund(*row))
    return dict(back)
