"""What happened in a period, read back in the order in which it happened: for playing it again with other tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, select

from assistant.domain.runs import Offer, Run, runs_of
from assistant.store.statements import Transaction
from assistant.store.tables import buyers, conversations, facts, messages, orders, suggestions

EVER, NEVER = datetime(1900, 1, 1, tzinfo=UTC), datetime(2201, 1, 1, tzinfo=UTC)
MOST_MESSAGES = 500_000


@dataclass(frozen=True, slots=True)
class Said:
    """A message with the platform's own ids."""

    at: datetime
    platform: str
    id: str
    conversation: str
    buyer: str
    side: str
    agent: str | None
    origin: str
    text: str
    script: str | None
    item: str | None


@dataclass(frozen=True, slots=True)
class Moved:
    """A fact about an order, and the order as it stands now."""

    at: datetime
    platform: str
    fact: int
    name: str
    data: dict[str, Any]
    buyer: str
    order: str
    amount: int
    created_at: datetime
    pay_deadline: datetime | None
    source: str | None
    cod: bool
    stages: list[dict[str, Any]]
    items: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Profile:
    """What of a buyer decides which words are meant for them; no names, no numbers."""

    platform: str
    buyer: str
    tier: str
    province: str | None


def said(tx: Transaction, shop: str, start: datetime, end: datetime, limit: int) -> list[Said]:
    """The first `limit` messages of `start <= at < end`, in the order in which they were said."""
    query = (
        select(
            messages.c.at, conversations.c.platform, messages.c.external, conversations.c.external,
            buyers.c.external, messages.c.side, messages.c.agent, messages.c.origin, messages.c.text,
            messages.c.script, messages.c.item,
        )
        .join(conversations, conversations.c.id == messages.c.conversation)
        .join(buyers, buyers.c.id == conversations.c.buyer)
        .where(messages.c.shop == shop, messages.c.at >= start, messages.c.at < end, buyers.c.erased_at.is_(None))
        .order_by(messages.c.at, messages.c.id)
    )  # fmt: skip
    return [Said(*row) for row in _first(tx, query, limit)]


def runs(tx: Transaction, shop: str, start: datetime = EVER, end: datetime = NEVER) -> list[Run]:
    """What buyers said until a person answered, from the first MOST_MESSAGES of `start <= at < end`."""
    offers: defaultdict[tuple[str, str, datetime], list[Offer]] = defaultdict(list)
    query = (
        select(
            conversations.c.platform, conversations.c.external, suggestions.c.run_at, suggestions.c.situation,
            suggestions.c.reply, suggestions.c.text, suggestions.c.state,
        )
        .join(conversations, conversations.c.id == suggestions.c.conversation)
        .where(suggestions.c.shop == shop, suggestions.c.run_at >= start, suggestions.c.run_at < end)
        .where(suggestions.c.state != "withdrawn")
        .order_by(suggestions.c.score.desc(), suggestions.c.id)
    )  # fmt: skip
    for platform, conversation, run_at, *offer in tx.connection.execute(query):
        offers[platform, conversation, run_at].append(Offer(*offer))
    return list(runs_of(said(tx, shop, start, end, MOST_MESSAGES), offers))


def moved(tx: Transaction, shop: str, start: datetime, end: datetime, limit: int) -> list[Moved]:
    """The first `limit` facts about orders of `start <= at < end`, in order."""
    query = (
        select(
            facts.c.at, orders.c.platform, facts.c.id, facts.c.name, facts.c.data, buyers.c.external, orders.c.external,
            orders.c.amount, orders.c.created_at, orders.c.pay_deadline, orders.c.source, orders.c.cod, orders.c.stages,
            orders.c["items"],
        )
        .join(orders, orders.c.id == facts.c.order)
        .join(buyers, buyers.c.id == orders.c.buyer)
        .where(facts.c.shop == shop, facts.c.at >= start, facts.c.at < end, facts.c.name.like("order.%"))
        .where(buyers.c.erased_at.is_(None))
        .order_by(facts.c.at, facts.c.id)
    )  # fmt: skip
    return [Moved(*row) for row in _first(tx, query, limit)]


def profiles(tx: Transaction, shop: str, start: datetime, end: datetime) -> list[Profile]:
    """The buyers who have a profile and wrote or were written to in a period."""
    talked = (
        select(conversations.c.buyer)
        .join(messages, messages.c.conversation == conversations.c.id)
        .where(messages.c.shop == shop, messages.c.at >= start, messages.c.at < end)
    )
    query = select(buyers.c.platform, buyers.c.external, buyers.c.tier, buyers.c.province).where(
        buyers.c.id.in_(talked), (buyers.c.tier != "none") | buyers.c.province.is_not(None)
    )
    return [Profile(*row) for row in tx.connection.execute(query)]


def _first(tx: Transaction, query: Select[Any], limit: int) -> Iterator[Any]:
    return iter(tx.connection.execute(query.limit(limit)))
