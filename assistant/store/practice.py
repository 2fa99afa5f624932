"""Practices with scripted buyers: how each stands, and its review once it is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Text, bindparam, cast, func, select, text, update

from assistant.domain.practice import MARK
from assistant.store.statements import Insertion, Statement, Transaction
from assistant.store.tables import conversations, practices

LISTED = 50


@dataclass(slots=True)
class Practice:
    """One practice. `play` is where its buyers stand, `writing` the seconds in the composer by message; `heard_at` is
    the last answer its buyers have taken in, `next_at` when they do something by themselves."""

    id: int
    shop: str
    agent: str
    name: str
    state: str
    started_at: datetime
    ended_at: datetime | None = None
    next_at: datetime | None = None
    heard_at: datetime | None = None
    play: dict[str, Any] = field(default_factory=dict)
    writing: dict[str, float] = field(default_factory=dict)
    review: dict[str, Any] | None = None


_NEW = [c.name for c in practices.c if c.name != "id"]
_KEPT = [name for name in _NEW if name not in ("shop", "agent", "name", "started_at")]
_ADD = Insertion(practices, *_NEW)
_SAVE = Statement[int](
    update(practices).where(practices.c.id == bindparam("key")).values({name: bindparam(name) for name in _KEPT})
)
# Written out, not bound: only so does the planner see that the partial index serves these queries.
_running = text("practices.state = 'running'")
_GET = Statement[Practice](
    select(practices).where(practices.c.id == bindparam("key"), practices.c.shop == bindparam("shop")), Practice
)
_RUNNING = Statement[Practice](
    select(practices).where(practices.c.shop == bindparam("shop"), practices.c.agent == bindparam("agent"), _running),
    Practice,
)
_of_shop = select(practices).where(practices.c.shop == bindparam("shop"))
_latest = (practices.c.started_at.desc(), practices.c.id.desc())
_OF_AGENT = Statement[Practice](
    _of_shop.where(practices.c.agent == bindparam("agent")).order_by(*_latest).limit(bindparam("limit")), Practice
)
_OF_OTHERS = Statement[Practice](
    _of_shop.where(practices.c.agent != bindparam("agent")).order_by(*_latest).limit(bindparam("limit")), Practice
)
_answered = (
    select(func.max(conversations.c.answered_at))
    .where(conversations.c.shop == practices.c.shop + MARK + cast(practices.c.id, Text))
    .scalar_subquery()
)
_STANDING = Statement[tuple[int, str, datetime | None, datetime | None, datetime | None]](
    select(practices.c.id, practices.c.shop, practices.c.next_at, practices.c.heard_at, _answered).where(_running)
)


def add(tx: Transaction, practice: Practice) -> None:
    """Raises IntegrityError if the agent has a running one."""
    practice.id = _ADD.add(tx, **{name: getattr(practice, name) for name in _NEW})


def save(tx: Transaction, practice: Practice) -> None:
    _SAVE.run(tx, key=practice.id, **{name: getattr(practice, name) for name in _KEPT})


def get(tx: Transaction, shop: str, id: int) -> Practice | None:
    return _GET.one(tx, key=id, shop=shop)


def running(tx: Transaction, shop: str, agent: str) -> Practice | None:
    return _RUNNING.one(tx, shop=shop, agent=agent)


def of_agent(tx: Transaction, shop: str, agent: str, limit: int = LISTED) -> list[Practice]:
    """The agent's latest ones."""
    return _OF_AGENT.all(tx, shop=shop, agent=agent, limit=limit)


def of_others(tx: Transaction, shop: str, agent: str, limit: int = LISTED) -> list[Practice]:
    """The latest ones of everybody else in the shop."""
    return _OF_OTHERS.all(tx, shop=shop, agent=agent, limit=limit)


def to_move_on(tx: Transaction, now: datetime) -> tuple[list[tuple[str, int]], bool]:
    """(shop, id) of running ones whose buyers have something to do or something new to hear; and whether any runs."""
    standing = _STANDING.all(tx)
    found = [
        (shop, id)
        for id, shop, next_at, heard_at, answered_at in standing
        if (next_at is not None and next_at <= now)
        or (answered_at is not None and (heard_at is None or answered_at > heard_at))
    ]
    return found, bool(standing)
