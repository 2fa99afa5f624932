"""Reads at once what a batch of follow-ups will ask for one by one: on PostgreSQL each question is a journey.

It goes where those who ask look first (`kept.py`); what is not here they read themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import func, select

from assistant.store import promotions
from assistant.store.buyers import Buyer
from assistant.store.conversations import Conversation
from assistant.store.follow_ups import SENT, SENT_COLUMNS, FollowUp, Sent
from assistant.store.orders import Order, to_look_at
from assistant.store.statements import Transaction
from assistant.store.tables import buyers, conversations, follow_ups, orders, tags
from assistant.store.tags import Tag


def read(tx: Transaction, found: Sequence[FollowUp]) -> list[Conversation]:
    """Buyers, their tags, the orders meant and else the newest one, what was really sent to them, and what their shops
    offer; returns each buyer's latest conversation."""
    whose = sorted({row.buyer for row in found})
    if not whose:
        return []
    kept = tx.kept.rows("buyers")
    if missing := [id for id in whose if id not in kept]:
        for row in tx.connection.execute(select(buyers).where(buyers.c.id.in_(missing))):
            kept.setdefault(row.id, Buyer(*row))
    _read_tags(tx, whose)
    _read_orders(tx, {int(key) for row in found for key in row.anchors if key})
    _read_newest_orders(tx, [row.buyer for row in found if not any(row.anchors)])
    _read_sent(tx, whose)
    promotions.ahead(tx, {(row.shop, row.platform) for row in found})
    return _latest_conversations(tx, whose)


def _read_sent(tx: Transaction, whose: Iterable[int]) -> None:
    tx.sent.update({buyer: [] for buyer in whose})
    query = select(follow_ups.c.buyer, *SENT_COLUMNS).where(follow_ups.c.buyer.in_(whose), SENT)
    for buyer, *row in tx.connection.execute(query):
        tx.sent[buyer].append(Sent(*row))


def _read_tags(tx: Transaction, whose: Iterable[int]) -> None:
    by_buyer: defaultdict[int, list[Tag]] = defaultdict(list)
    query = select(tags.c.buyer, tags.c.group, tags.c.tag).where(tags.c.buyer.in_(whose))
    for buyer, group, tag in tx.connection.execute(query.order_by(tags.c.at, tags.c.tag)):
        by_buyer[buyer].append(Tag(group, tag))
    kept = tx.kept.rows("tags")
    for buyer in whose:
        kept.setdefault(buyer, by_buyer[buyer])


def _read_orders(tx: Transaction, meant: Collection[int]) -> None:
    if not meant:
        return
    kept = tx.kept.rows("orders")
    for row in tx.connection.execute(select(orders).where(orders.c.id.in_(meant))):
        kept.setdefault(to_look_at(row.id), Order(*row))


def _read_newest_orders(tx: Transaction, whose: Collection[int]) -> None:
    if not whose:
        return
    kept, others = tx.kept.rows("orders"), orders.alias()
    newest = (
        select(others.c.id)
        .where(others.c.buyer == orders.c.buyer)
        .order_by(others.c.created_at.desc(), others.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    query = select(orders).where(orders.c.buyer.in_(whose), orders.c.id == newest)
    found = {row.buyer: Order(*row) for row in tx.connection.execute(query)}
    for buyer in whose:
        kept.setdefault(buyer, found.get(buyer))


def _latest_conversations(tx: Transaction, whose: Iterable[int]) -> list[Conversation]:
    others = conversations.alias()
    latest = select(func.max(others.c.last_at)).where(others.c.buyer == conversations.c.buyer).scalar_subquery()
    query = select(conversations).where(conversations.c.buyer.in_(whose), conversations.c.last_at == latest)
    return [Conversation(*row) for row in tx.connection.execute(query)]
