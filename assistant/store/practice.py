"""Practices with scripted buyers: how each stands, and its review once it is over."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Delete, Text, bindparam, cast, delete, func, select, text, update

from assistant.domain.practice import MARK
from assistant.store.statements import Insertion, Statement, Transaction
from assistant.store.tables import (
    buyers,
    conversations,
    metadata,
    notes,
    notice_receipts,
    notices,
    practices,
    ratings,
    tags,
    views,
)  # fmt: skip

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


_OVER = Statement[tuple[str, int]](
    select(practices.c.shop, practices.c.id)
    .where(practices.c.state != "running", practices.c.ended_at < bindparam("before"))
    .order_by(practices.c.ended_at)
    .limit(LISTED)
)


def _everything_at() -> list[Delete]:
    """Whatever is kept under a shop's name, first what only belongs to its buyers and notices."""
    place: BindParameter[str] = bindparam("place")
    belongs = (
        (notes.c.buyer, buyers),
        (tags.c.buyer, buyers),
        (notice_receipts.c.notice, notices),
        # These name the shop as well, but only their owners' keys have an index.
        (views.c.buyer, buyers),
        (ratings.c.conversation, conversations),
    )
    owned = [delete(key.table).where(key.in_(select(of.c.id).where(of.c.shop == place))) for key, of in belongs]
    others = [table for table in metadata.sorted_tables if "shop" in table.c and table not in (views, ratings)]
    return owned + [delete(table).where(table.c.shop == place) for table in others]


_FORGET_PLACE = [Statement[int](clause) for clause in _everything_at()]
_FORGET = Statement[int](
    delete(practices).where(
        practices.c.id == bindparam("key"), practices.c.shop == bindparam("shop"), practices.c.state != "running"
    )
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


def over_before(tx: Transaction, before: datetime) -> list[tuple[str, int]]:
    """(shop, id) of practices that ended before this moment, the longest ago first, at most `LISTED`."""
    return _OVER.all(tx, before=before)


def forget(tx: Transaction, shop: str, id: int, place: str) -> None:
    """Delete a practice that is over with its review, and all that is kept under its place's name."""
    if _FORGET.run(tx, key=id, shop=shop):
        for statement in _FORGET_PLACE:
            statement.run(tx, place=place)


def to_move_on(tx: Transaction, now: datetime) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """(shop, id) of running ones whose buyers have something to do or something new to hear; and of all that run."""
    standing = _STANDING.all(tx)
    found = [
        (shop, id)
        for id, shop, next_at, heard_at, answered_at in standing
        if (next_at is not None and next_at <= now)
        or (answered_at is not None and (heard_at is None or answered_at > heard_at))
    ]
    return found, [(shop, id) for id, shop, *_ in standing]
