"""What was offered for a buyer's words, what became of it, and what the agent wrote instead: read together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select

from assistant.store.statements import Transaction
from assistant.store.tables import buyers, conversations, messages, suggestions

# Longer runs are cut: what counts of them are their last messages.
RUN = 20


@dataclass(frozen=True, slots=True)
class Offer:
    """One card: `state` as in `Suggestion`; `score` 0..1."""

    situation: str
    reply: str
    text: str
    score: float
    state: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One run of a buyer's messages, oldest first, with its cards, best first. `said` and `script` are the human answer
    to it, None while there is none."""

    shop: str
    platform: str
    conversation: str
    agent: str | None
    asked_at: datetime
    run: tuple[str, ...]
    offers: tuple[Offer, ...]
    said: str | None
    script: str | None


def between(
    tx: Transaction, shop: str | None, start: datetime, end: datetime, limit: int
) -> tuple[list[Evidence], bool]:
    """The last `limit` runs with cards that began in `start <= at < end`, oldest first; and whether there are more."""
    runs = (
        select(suggestions.c.conversation, suggestions.c.run_at)
        .join(buyers, buyers.c.id == suggestions.c.buyer)
        .where(suggestions.c.run_at >= start, suggestions.c.run_at < end, buyers.c.erased_at.is_(None))
        .distinct()
        .order_by(suggestions.c.run_at.desc(), suggestions.c.conversation)
    )
    if shop is not None:
        runs = runs.where(suggestions.c.shop == shop)
    found = list(tx.connection.execute(runs.limit(limit + 1)))
    return [_evidence(tx, row.conversation, row.run_at) for row in reversed(found[:limit])], len(found) > limit


def _evidence(tx: Transaction, conversation: int, run_at: datetime) -> Evidence:
    offers = tx.connection.execute(
        select(suggestions)
        .where(suggestions.c.conversation == conversation, suggestions.c.run_at == run_at)
        .order_by(suggestions.c.score.desc(), suggestions.c.id)
    ).all()
    answer = _answer(tx, conversation, run_at)
    where = tx.connection.execute(select(conversations).where(conversations.c.id == conversation)).one()
    return Evidence(
        shop=where.shop,
        platform=where.platform,
        conversation=where.external,
        agent=answer.agent if answer else where.agent,
        asked_at=run_at,
        run=_run(tx, conversation, run_at, answer),
        offers=tuple(Offer(o.situation, o.reply, o.text, o.score, o.state) for o in offers),
        said=answer.text if answer else None,
        script=answer.script if answer else None,
    )


def _answer(tx: Transaction, conversation: int, run_at: datetime) -> Any:
    """The first human answer; one at the very moment of the question was said before it."""
    return tx.connection.execute(
        select(messages)
        .where(
            messages.c.conversation == conversation,
            messages.c.side == "agent",
            messages.c.origin == "human",
            messages.c.at > run_at,
        )
        .order_by(messages.c.at, messages.c.id)
        .limit(1)
    ).one_or_none()


def _run(tx: Transaction, conversation: int, run_at: datetime, answer: Any) -> tuple[str, ...]:
    query = select(messages.c.text).where(
        messages.c.conversation == conversation, messages.c.side == "buyer", messages.c.at >= run_at
    )
    if answer is not None:
        query = query.where(or_(messages.c.at < answer.at, and_(messages.c.at == answer.at, messages.c.id < answer.id)))
    found = tx.connection.execute(query.order_by(messages.c.at.desc(), messages.c.id.desc()).limit(RUN))
    return tuple(row.text for row in found)[::-1]
