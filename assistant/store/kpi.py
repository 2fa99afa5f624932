"""The rows that figures are made of, and what a report lists. Not for formulas (`domain/kpi.py`).

`shop` None means every shop; `start` is inclusive, `end` exclusive. Buyers and conversations are our own
keys, as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, Table, and_, case, func, select, type_coerce

from assistant.domain.kpi_rows import CheckRow, ContactRow, FollowUpRow, RoundRow, SuggestionRow
from assistant.store.columns import Instant
from assistant.store.shops import meant
from assistant.store.statements import Transaction
from assistant.store.tables import (
    buyers,
    conversations,
    facts,
    follow_ups,
    messages,
    orders,
    rounds,
    suggestions,
)

# Messages are counted by quarters of an hour: the finest step between the time zones in use.
QUARTER = 15 * 60 * 1_000_000


@dataclass(frozen=True, slots=True)
class Between:
    """Which rows are meant."""

    shop: str | None
    start: datetime
    end: datetime
    platform: str | None = None

    def of(self, query: Select[Any], table: Table, time: str, platform: Any = None) -> Select[Any]:
        query = query.where(table.c[time] >= self.start, table.c[time] < self.end)
        query = query.where(meant(table.c.shop, self.shop))
        if self.platform is not None:
            query = query.where((table.c.platform if platform is None else platform) == self.platform)
        return query


_TAKEN = (
    "asked_at", "answered_at", "agent", "session", "first", "session_asked_at", "held_at", "number",
    "platform",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoundRound:
    """A round; of an unanswered one also when its conversation last said something and was closed."""

    row: RoundRow
    last_at: datetime | None
    closed_at: datetime | None


_later = rounds.alias("later")
_next_asked = (
    select(func.min(_later.c.asked_at))
    .where(_later.c.conversation == rounds.c.conversation, _later.c.number > rounds.c.number)
    .correlate(rounds)
    .scalar_subquery()
)
_last_said = (
    select(func.max(messages.c.at))
    .where(
        messages.c.conversation == rounds.c.conversation,
        messages.c.at >= rounds.c.asked_at,
        messages.c.at < func.coalesce(_next_asked, 2**62),
        messages.c.side != "system",
    )
    .correlate(rounds)
    .scalar_subquery()
)
_closed = (
    select(func.min(facts.c.at))
    .where(
        # By buyer as well, since that is what the index knows.
        facts.c.buyer == rounds.c.buyer,
        facts.c.conversation == rounds.c.conversation,
        facts.c.name == "conversation.closed",
        facts.c.at >= rounds.c.asked_at,
    )
    .correlate(rounds)
    .scalar_subquery()
)


def _if_open(found: Any) -> Any:
    return type_coerce(case((rounds.c.answered_at.is_(None), found)), Instant)


def found_rounds(tx: Transaction, between: Between) -> list[FoundRound]:
    """Rounds whose first message lies between the two moments."""
    query = between.of(select(rounds, _if_open(_last_said), _if_open(_closed)), rounds, "asked_at")
    return [_round(row) for row in tx.connection.execute(query)]


def _round(row: Any) -> FoundRound:
    named = row._mapping
    values: dict[str, Any] = {name: named[name] for name in _TAKEN}
    keys: dict[str, Any] = {name: str(named[name]) for name in ("conversation", "buyer")}
    return FoundRound(RoundRow(**values, **keys), row[-2], row[-1])


# The buyer's words count for whoever owed the answer: the agent of the round they belong to.
_owner = (
    select(rounds.c.agent)
    .where(rounds.c.conversation == messages.c.conversation, rounds.c.asked_at <= messages.c.at)
    .order_by(rounds.c.number.desc())
    .limit(1)
    .correlate(messages)
    .scalar_subquery()
)
_human = and_(messages.c.side == "agent", messages.c.origin == "human")


def contacts(tx: Transaction, between: Between) -> list[ContactRow]:
    """Messages by buyer, agent and quarter of an hour. `buyer_spoke` is left to who knows the shop's day."""
    said = between.of(
        select(
            messages.c.at,
            case((messages.c.side == "buyer", _owner), else_=messages.c.agent).label("agent"),
            conversations.c.platform,
            conversations.c.buyer,
            case((messages.c.side == "buyer", 1), else_=0).label("asked"),
            case((_human, 1), else_=0).label("answered"),
            case((and_(_human, messages.c.script.is_not(None)), 1), else_=0).label("scripted"),
            (type_coerce(messages.c.at, BigInteger) // QUARTER).label("quarter"),
        )
        .join(conversations, conversations.c.id == messages.c.conversation)
        .where(messages.c.side != "system"),
        messages,
        "at",
        conversations.c.platform,
    ).subquery()
    counts = [func.sum(said.c[name]) for name in ("asked", "answered", "scripted")]
    query = select(func.min(said.c.at), said.c.agent, said.c.platform, said.c.buyer, *counts).group_by(
        said.c.quarter, said.c.agent, said.c.platform, said.c.buyer
    )
    return [_contact(*row) for row in tx.connection.execute(query)]


def _contact(
    at: datetime, agent: str | None, platform: str, buyer: int, asked: int, answered: int, scripted: int
) -> ContactRow:
    return ContactRow(
        at=at,
        agent=agent,
        platform=platform,
        buyer=str(buyer),
        buyer_messages=int(asked),
        human_messages=int(answered),
        scripted_messages=int(scripted),
    )


def suggestion_rows(tx: Transaction, between: Between) -> list[SuggestionRow]:
    """Cards shown between the two moments."""
    names = ("shown_at", "agent", "id", "conversation", "run_at", "situation", "state")
    query = select(*(suggestions.c[name] for name in names)).join(
        conversations, conversations.c.id == suggestions.c.conversation
    )
    found = tx.connection.execute(between.of(query, suggestions, "shown_at", conversations.c.platform))
    return [
        SuggestionRow(
            at=at,
            agent=agent,
            id=str(id),
            round=(conversation, run),
            situation=situation,
            sent=state == "sent",
        )
        for at, agent, id, conversation, run, situation, state in found
    ]


def follow_up_rows(tx: Transaction, between: Between) -> list[FollowUpRow]:
    """Follow-ups due between the two moments, in whatever state."""
    names = ("due_at", "agent", "touchpoint", "state", "shown_at", "closed_at")
    query = between.of(select(*(follow_ups.c[name] for name in names)), follow_ups, "due_at")
    return [
        FollowUpRow(
            at=at,
            agent=agent,
            touchpoint=touchpoint,
            state=state,
            fired_at=shown,
            done_at=closed if state == "done" else None,
        )
        for at, agent, touchpoint, state, shown, closed in tx.connection.execute(query)
    ]


def check_rows(tx: Transaction, between: Between) -> list[CheckRow]:
    """Checks that hit an agent's text."""
    hits = select(facts.c.at, facts.c.agent, facts.c.data).where(facts.c.name == "check.hit")
    query = between.of(hits, facts, "at")
    return [
        CheckRow(at=at, agent=agent, severity=str(data.get("severity", "")))
        for at, agent, data in tx.connection.execute(query)
    ]


def recorded_after(tx: Transaction, between: Between, moment: datetime) -> bool:
    """Whether any fact of this time was recorded after `moment`: only a replay is ahead of the clock."""
    query = between.of(select(facts.c.id), facts, "at").where(facts.c.recorded_at > moment).limit(1)
    return tx.connection.execute(query).first() is not None


# --- lists --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListedFollowUp:
    """A follow-up as it is printed: with the platform's own ids; an erased buyer is None."""

    id: int
    touchpoint: str
    shop: str
    platform: str
    conversation: str | None
    buyer: str | None
    order: str | None
    agent: str | None
    armed_at: datetime
    due_at: datetime
    state: str
    closed_at: datetime | None
    reason: str | None
    text: str | None


def follow_up_list(tx: Transaction, shop: str | None) -> list[ListedFollowUp]:
    """Every follow-up, in the order they were armed."""
    own = follow_ups.c
    joined = (
        follow_ups.outerjoin(conversations, conversations.c.id == own.conversation)
        .outerjoin(buyers, buyers.c.id == own.buyer)
        .outerjoin(orders, orders.c.id == own.order)
    )
    ids = (conversations.c.external, buyers.c.external, orders.c.external)
    times = (own.armed_at, own.due_at, own.state, own.closed_at, own.reason, own.text)
    query = select(own.id, own.touchpoint, own.shop, own.platform, *ids, own.agent, *times).select_from(joined)
    query = query.where(meant(own.shop, shop))
    return [ListedFollowUp(*tuple(row)) for row in tx.connection.execute(query.order_by(own.id))]


def fact_counts(tx: Transaction) -> dict[str, int]:
    """How many facts of each name there are, of all shops."""
    return _counted(tx, facts, "name")


def follow_up_counts(tx: Transaction) -> dict[str, int]:
    """How many follow-ups are in each state, of all shops."""
    return _counted(tx, follow_ups, "state")


def _counted(tx: Transaction, table: Table, name: str) -> dict[str, int]:
    column = table.c[name]
    query = select(column, func.count()).where(meant(table.c.shop, None))
    rows = tx.connection.execute(query.group_by(column).order_by(column))
    return {str(key): int(count) for key, count in rows}
