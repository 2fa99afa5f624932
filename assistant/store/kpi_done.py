"""What agents did in a time, as figures want it: cards, follow-ups, checks and ratings.

Not for what was said (`store/kpi.py`) nor for orders (`store/kpi_orders.py`). Keys are our own, as text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import func, literal_column, select

from assistant.domain.kpi_rows import CheckRow, FollowUpRow, RatingRow, SuggestionRow
from assistant.store.counting import count_of
from assistant.store.kpi import Between, key
from assistant.store.statements import Transaction
from assistant.store.tables import conversations, facts, follow_ups, suggestions


def suggestion_rows(tx: Transaction, between: Between) -> list[SuggestionRow]:
    """Cards shown between the two moments."""
    names = ("shown_at", "agent", "id", "conversation", "run_at", "situation", "state", "buyer")
    query = select(*(suggestions.c[name] for name in names), conversations.c.platform).join(
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
            platform=platform,
            buyer=str(buyer),
            conversation=str(conversation),
        )
        for at, agent, id, conversation, run, situation, state, buyer, platform in found
    ]


class InUse(NamedTuple):
    """How often a situation's cards were put before agents, and how many of them were sent."""

    situation: str
    shown: int
    sent: int


def in_use(tx: Transaction, between: Between, agent: str | None, most: int) -> list[InUse]:
    """The situations of most cards, of one agent or of all."""
    s = suggestions.c
    query = select(s.situation, func.count().label("shown"), count_of(s.state == "sent")).where(
        s.situation.is_not(None)
    )
    if between.platform is not None:
        query = query.join(conversations, conversations.c.id == s.conversation)
    if agent is not None:
        query = query.where(s.agent == agent)
    query = between.of(query, suggestions, "shown_at", conversations.c.platform).group_by(s.situation)
    rows = tx.connection.execute(query.order_by(literal_column("shown").desc(), s.situation).limit(most))
    return [InUse(situation, int(shown), int(sent)) for situation, shown, sent in rows]


def follow_up_rows(tx: Transaction, between: Between) -> list[FollowUpRow]:
    """Follow-ups due between the two moments, in whatever state."""
    names = ("due_at", "agent", "touchpoint", "state", "shown_at", "closed_at", "platform", "buyer", "conversation")
    query = between.of(select(*(follow_ups.c[name] for name in names)), follow_ups, "due_at")
    return [
        FollowUpRow(
            at=at, agent=agent, touchpoint=touchpoint, state=state, fired_at=shown,
            done_at=closed if state == "done" else None,
            platform=platform, buyer=key(buyer), conversation=key(conversation),
        )
        for at, agent, touchpoint, state, shown, closed, platform, buyer, conversation in tx.connection.execute(query)
    ]  # fmt: skip


FOUND = ("check.hit", "rating.invited", "rating.given")


@dataclass(frozen=True, slots=True)
class FoundFacts:
    """What facts alone tell: checks that hit an agent's text, ratings asked for and given."""

    checks: list[CheckRow]
    ratings: list[RatingRow]


def found_facts(tx: Transaction, between: Between) -> FoundFacts:
    """All of them with one look at the facts."""
    columns = ("name", "at", "agent", "data", "platform", "buyer", "conversation")
    query = between.of(select(*(facts.c[name] for name in columns)).where(facts.c.name.in_(FOUND)), facts, "at")
    found = FoundFacts([], [])
    for name, at, agent, data, platform, buyer, conversation in tx.connection.execute(query):
        place: dict[str, Any] = {"platform": platform, "buyer": key(buyer), "conversation": key(conversation)}
        if name == "check.hit":
            found.checks.append(CheckRow(at=at, agent=agent, severity=str(data.get("severity", "")), **place))
        else:
            found.ratings.append(RatingRow(at=at, agent=agent, score=data.get("score"), **place))
    return found
