"""The stored facts: the KPI log."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select, text

from assistant.domain.facts import Fact
from assistant.store.buyers import PRINTED
from assistant.store.shops import meant
from assistant.store.statements import Statement, Transaction, adding
from assistant.store.tables import buyers, conversations, facts, orders

_ADD = adding(facts, "shop", "name", "at", "recorded_at", "platform", "conversation", "buyer", "order", "agent", "data")
_SINCE = Statement[Any](
    select(facts.c.name, facts.c.at, facts.c.order, facts.c.conversation)
    .where(facts.c.buyer == bindparam("buyer"), facts.c.at > bindparam("after"))
    .order_by(facts.c.at, facts.c.id)
)
_LAST_OF_EACH = Statement[tuple[int, datetime]](
    select(facts.c.buyer, func.max(facts.c.at).label("at"))
    .where(
        facts.c.shop == bindparam("shop"),
        facts.c.name == bindparam("name"),
        facts.c.at > bindparam("after"),
        facts.c.buyer.is_not(None),
    )
    .group_by(facts.c.buyer)
    .order_by(facts.c.buyer),
    lambda buyer, at: (buyer, at),
)
# So many are looked through for whom they concern.
LATEST_LOOKS = 2_000
_LOOKS = Statement[Any](
    select(facts.c.at, facts.c.agent, facts.c.platform, conversations.c.external, facts.c.data)
    .outerjoin(conversations, conversations.c.id == facts.c.conversation)
    .where(
        facts.c.shop == bindparam("shop"),
        facts.c.at > bindparam("after"),
        # Written out, not bound: only so does the planner see that the partial index serves this query.
        text("facts.name = 'access.viewed'"),
    )
    .order_by(facts.c.at.desc(), facts.c.id.desc())
    .limit(LATEST_LOOKS)
)
HANDOVERS = ("conversation.assigned", "conversation.transferred")
_HANDOVERS = Statement[Any](
    select(facts.c.at, facts.c.agent, facts.c.name).where(
        # By buyer as well, since that is what the index knows.
        facts.c.buyer
        == select(conversations.c.buyer).where(conversations.c.id == bindparam("conversation")).scalar_subquery(),
        facts.c.conversation == bindparam("conversation"),
        facts.c.name.in_([bindparam(f"n{i}", name) for i, name in enumerate(HANDOVERS)]),
    )
)
# Enough to know a habit by, however much somebody writes.
LATEST_QUICK_REPLIES = 500
_QUICK_REPLIES = Statement[Any](
    select(facts.c.data, facts.c.at)
    .where(
        facts.c.shop == bindparam("shop"),
        facts.c.agent == bindparam("agent"),
        facts.c.at > bindparam("after"),
        # Written out, not bound: only so does the planner see that the partial index serves this query.
        text("facts.name = 'quick_reply.sent'"),
    )
    .order_by(facts.c.at.desc())
    .limit(LATEST_QUICK_REPLIES)
)
LIVES = ("conversation.opened", "conversation.closed")
_LIVES = Statement[Any](
    select(facts.c.at, facts.c.name, facts.c.data).where(
        facts.c.buyer
        == select(conversations.c.buyer).where(conversations.c.id == bindparam("conversation")).scalar_subquery(),
        facts.c.conversation == bindparam("conversation"),
        facts.c.name.in_([bindparam(f"n{i}", name) for i, name in enumerate(LIVES)]),
    )
)


@dataclass(frozen=True, slots=True)
class Stored:
    """A fact as it is printed: with the platform's own ids; an erased buyer is None."""

    id: int
    name: str
    at: datetime
    recorded_at: datetime
    shop: str
    platform: str | None
    conversation: str | None
    buyer: str | None
    order: str | None
    agent: str | None
    data: dict[str, Any]


def add_all(tx: Transaction, shop: str, found: Sequence[Fact], now: datetime) -> None:
    _ADD.many(
        tx,
        [
            {
                "shop": shop,
                "name": fact.name,
                "at": fact.at,
                "recorded_at": now,
                "platform": fact.platform,
                "conversation": fact.conversation,
                "buyer": fact.buyer,
                "order": fact.order,
                "agent": fact.agent,
                "data": dict(fact.data),
            }
            for fact in found
        ],
    )


def of_buyer_since(tx: Transaction, buyer: int, after: datetime) -> list[tuple[str, datetime, int | None, int | None]]:
    """(name, at, order, conversation) of what happened to a buyer after a moment, oldest first."""
    return _SINCE.all(tx, buyer=buyer, after=after)


def last_of_each(tx: Transaction, shop: str, name: str, after: datetime) -> list[tuple[int, datetime]]:
    """(buyer, at) of the latest fact of this name, of each buyer who has one after a moment."""
    return _LAST_OF_EACH.all(tx, shop=shop, name=name, after=after)


def handovers(tx: Transaction, conversation: int) -> list[tuple[datetime, str | None, str]]:
    """(at, agent, name) of each time the conversation was given to an agent."""
    return _HANDOVERS.all(tx, conversation=conversation)


def quick_replies_of(tx: Transaction, shop: str, agent: str, after: datetime) -> list[tuple[str, datetime]]:
    """(id, at) of the quick replies an agent sent after a moment, newest first, at most `LATEST_QUICK_REPLIES`."""
    rows = _QUICK_REPLIES.all(tx, shop=shop, agent=agent, after=after)
    return [(str(data["script"]), at) for data, at in rows]


def looks(
    tx: Transaction, shop: str, after: datetime
) -> list[tuple[datetime, str | None, str | None, str | None, dict[str, Any]]]:
    """(at, who looked, platform, conversation, data) of each look into a chat, newest first, at most `LATEST_LOOKS`."""
    return _LOOKS.all(tx, shop=shop, after=after)


def lives(tx: Transaction, conversation: int) -> list[tuple[datetime, str, dict[str, Any]]]:
    """(at, name, data) of each time the conversation was opened or closed."""
    return _LIVES.all(tx, conversation=conversation)


def between(
    tx: Transaction,
    shop: str | None,
    start: datetime,
    end: datetime,
    *,
    names: Collection[str] = (),
    platform: str | None = None,
    after: int = 0,
    limit: int | None = None,
) -> list[Stored]:
    """Facts with `start <= at < end`, by id, of these names (none: all); `after` and `limit` page through them."""
    query = listing().where(facts.c.at >= start, facts.c.at < end, facts.c.id > after).order_by(facts.c.id)
    query = query.where(meant(facts.c.shop, shop))
    if platform is not None:
        query = query.where(facts.c.platform == platform)
    if names:
        query = query.where(facts.c.name.in_(names))
    return [Stored(*row) for row in tx.connection.execute(query.limit(limit))]


def numbered(tx: Transaction, shop: str, first: int, last: int) -> list[Stored]:
    """The facts of a shop with `first <= id <= last`, by id."""
    query = listing().where(facts.c.shop == shop, facts.c.id >= first, facts.c.id <= last).order_by(facts.c.id)
    return [Stored(*row) for row in tx.connection.execute(query)]


def page(tx: Transaction, shop: str, at: datetime, after: int, end: datetime, limit: int) -> list[Stored]:
    """Facts before `end` in the order they happened, from the one that follows (`at`, id `after`) on: however many
    there are, a page costs the same."""
    query = listing().where(facts.c.shop == shop, facts.c.at >= at, facts.c.at < end)
    query = query.where(or_(facts.c.at > at, facts.c.id > after)).order_by(facts.c.at, facts.c.id)
    return [Stored(*row) for row in tx.connection.execute(query.limit(limit))]


def listing() -> Select[Any]:
    """Facts as `Stored`, to be narrowed down and put into an order."""
    joined = (
        facts.outerjoin(conversations, conversations.c.id == facts.c.conversation)
        .outerjoin(buyers, buyers.c.id == facts.c.buyer)
        .outerjoin(orders, orders.c.id == facts.c.order)
    )
    columns = [facts.c[n] for n in ("id", "name", "at", "recorded_at", "shop", "platform")]
    return select(
        *columns, conversations.c.external, PRINTED, orders.c.external, facts.c.agent, facts.c.data
    ).select_from(joined)
