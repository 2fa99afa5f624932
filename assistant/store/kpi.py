"""The rows that figures are made of, and what a report lists. Not for formulas (`domain/kpi.py`).

`shop` None means every shop; `start` is inclusive, `end` exclusive. Buyers and conversations are our own
keys, as text.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Select, Table, and_, bindparam, case, func, select, type_coerce

from assistant.domain.kpi_rows import ContactRow, RoundRow
from assistant.domain.rounds import Round
from assistant.store.buyers import PRINTED
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


def key(id: int | None) -> str | None:
    """One of our own keys as figures know it."""
    return None if id is None else str(id)


_TAKEN = (*(field.name for field in fields(Round)), "platform")


@dataclass(frozen=True, slots=True)
class FoundRound:
    """A round; of one unanswered that day also when its conversation last said something and was closed."""

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
        messages.c.at < bindparam("until"),
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
    answered = and_(rounds.c.answered_at.is_not(None), rounds.c.answered_at < bindparam("until"))
    return type_coerce(case((~answered, found)), Instant)


def found_rounds(tx: Transaction, between: Between, until: datetime) -> list[FoundRound]:
    """Rounds whose first message lies between the two moments; `until` is when their day ends, after which nothing that
    is said belongs to them."""
    query = between.of(select(rounds, _if_open(_last_said), _if_open(_closed)), rounds, "asked_at")
    return [_round(row) for row in tx.connection.execute(query, {"until": until})]


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
            case((messages.c.side == "buyer", messages.c.at)).label("asked_at"),
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
    moments = (func.min(said.c.at), type_coerce(func.min(said.c.asked_at), Instant))
    query = select(*moments, said.c.agent, said.c.platform, said.c.buyer, *counts).group_by(
        said.c.quarter, said.c.agent, said.c.platform, said.c.buyer
    )
    return [_contact(*row) for row in tx.connection.execute(query)]


def _contact(
    at: datetime, asked_at: datetime | None, agent: str | None, platform: str, buyer: int,
    asked: int, answered: int, scripted: int,
) -> ContactRow:  # fmt: skip
    counts: dict[str, Any] = {
        "buyer_messages": int(asked),
        "human_messages": int(answered),
        "scripted_messages": int(scripted),
    }
    return ContactRow(at=at, agent=agent, platform=platform, buyer=str(buyer), asked_at=asked_at, **counts)


# Whatever is counted is counted at one of these.
_COUNTED = ((facts, "at"), (follow_ups, "due_at"), (orders, "created_at"), (orders, "paid_at"))


def next_at(tx: Transaction, shop: str | None, start: datetime, end: datetime) -> datetime | None:
    """When the first thing from `start` on, before `end`, happened that figures count."""
    return min(_ends(tx, func.min, shop, start, end), default=None)


def last_at(tx: Transaction, shop: str | None, start: datetime, end: datetime) -> datetime | None:
    """When the last such thing happened."""
    return max(_ends(tx, func.max, shop, start, end), default=None)


def _ends(tx: Transaction, which: Any, shop: str | None, start: datetime, end: datetime) -> list[datetime]:
    columns = [
        select(which(table.c[time]))
        .where(table.c[time] >= start, table.c[time] < end, meant(table.c.shop, shop))
        .scalar_subquery()
        for table, time in _COUNTED
    ]
    return [at for at in tx.connection.execute(select(*columns)).one() if at is not None]


def recorded_after(tx: Transaction, between: Between, moment: datetime) -> bool:
    """Whether anything of this time happened, and was recorded, after `moment`: only a replay is ahead of the clock."""
    query = between.of(select(facts.c.id), facts, "at").where(facts.c.at > moment, facts.c.recorded_at > moment)
    return tx.connection.execute(query.limit(1)).first() is not None


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
    promised: str | None
    promised_by: str | None
    handed_by: str | None


def follow_up_list(tx: Transaction, shop: str | None) -> list[ListedFollowUp]:
    """Every follow-up, in the order they were armed."""
    own = follow_ups.c
    joined = (
        follow_ups.outerjoin(conversations, conversations.c.id == own.conversation)
        .outerjoin(buyers, buyers.c.id == own.buyer)
        .outerjoin(orders, orders.c.id == own.order)
    )
    ids = (conversations.c.external, PRINTED, orders.c.external)
    times = (own.armed_at, own.due_at, own.state, own.closed_at, own.reason, own.text)
    promise = (own.promised, own.promised_by, own.handed_by)
    query = select(own.id, own.touchpoint, own.shop, own.platform, *ids, own.agent, *times, *promise)
    query = query.select_from(joined).where(meant(own.shop, shop))
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
