"""What has been kept for long enough: found by one statement, thinned out or deleted by another, some hundred rows at a
time, so that nobody who writes waits for long. For how long that is the caller's matter (`services/retention.py`)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    delete,
    exists,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)

from assistant.store import secrets
from assistant.store.buyers import Buyer
from assistant.store.statements import Transaction
from assistant.store.tables import (
    CARD_HELD,
    FOLLOW_UP_HELD,
    TEXT_HELD,
    buyers,
    conversations,
    events,
    follow_ups,
    messages,
    operations,
    orders,
    quick_reply_uses,
    sessions,
    shipments,
    suggestions,
    views,
)

BATCH = 500
# Of buyers so many are looked at in one reading: most have been heard of, and each costs a look at three tables.
LOOKED_AT = 2_000
Keys = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows of a table older than a moment by their `time`, those that `still` hold something, as its index says it.
    `bare` are the values they are left with; None: they are deleted."""

    table: Table
    time: str
    bare: Mapping[str, Any] | None = None
    still: str | None = None


TEXTS = (
    Kind(messages, "at", {"text": ""}, TEXT_HELD),
    Kind(suggestions, "closed_at", {"text": "", "why": ""}, CARD_HELD),
    Kind(quick_reply_uses, "at", {"text": ""}, TEXT_HELD),
    Kind(follow_ups, "closed_at", {"text": None, "promised": None}, FOLLOW_UP_HELD),
)
TRACES = (Kind(events, "received_at"), Kind(operations, "at"), Kind(views, "at"), Kind(shipments, "modified_at"))
SESSIONS = (Kind(sessions, "expires_at"),)
# Under which name it is remembered, and what holds before the first time.
_STANDING, _NEVER = "retention", '[null, 0, "1970-01-01T00:00:00+00:00"]'


@dataclass(frozen=True, slots=True)
class Standing:
    """Which day was seen to last, how many attempts have been begun since, and when the next one may be."""

    day: str | None
    attempts: int
    next_at: datetime


def standing(tx: Transaction) -> Standing:
    day, attempts, next_at = json.loads(secrets.find(tx, _STANDING) or _NEVER)
    return Standing(day, attempts, datetime.fromisoformat(next_at))


def keep_standing(tx: Transaction, now: Standing) -> None:
    secrets.kept(tx, _STANDING, _NEVER)
    secrets.replace(tx, _STANDING, json.dumps([now.day, now.attempts, now.next_at.isoformat()]))


def old(tx: Transaction, kind: Kind, before: datetime) -> Keys:
    """The keys of at most `BATCH` of them."""
    return [tuple(row) for row in tx.connection.execute(finding(kind, before))]


def finding(kind: Kind, before: datetime) -> Select[Any]:
    """The statement that looks for them."""
    return select(*kind.table.primary_key.columns).where(_old(kind, before)).limit(BATCH)


def let_go(tx: Transaction, kind: Kind, before: datetime, keys: Keys) -> int:
    """Thin out or delete those of them that are still old; says how many."""
    here = and_(tuple_(*kind.table.primary_key.columns).in_(keys), _old(kind, before))
    change = delete(kind.table).where(here) if kind.bare is None else update(kind.table).where(here).values(kind.bare)
    done = tx.connection.execute(change).rowcount
    tx.kept.forget()
    return done


def _old(kind: Kind, before: datetime) -> ColumnElement[bool]:
    old = kind.table.c[kind.time] < before
    return old if kind.still is None else and_(old, text(kind.still))


def last_buyer(tx: Transaction) -> int:
    """The highest id there is, 0 without any."""
    return int(tx.connection.execute(select(func.coalesce(func.max(buyers.c.id), 0))).scalar_one())


def silent(tx: Transaction, before: datetime, after: int, through: int) -> list[Buyer]:
    """Buyers of whom nothing was heard since a moment, of those with ids above `after` and up to `through`."""
    since = (
        exists().where(conversations.c.buyer == buyers.c.id, conversations.c.last_at >= before),
        exists().where(orders.c.buyer == buyers.c.id, orders.c.modified_at >= before),
        exists().where(views.c.buyer == buyers.c.id, views.c.at >= before),
    )
    known = func.coalesce(buyers.c.modified_at < before, True)
    # One of whom there is nothing but a name may have come this minute.
    ever = or_(
        buyers.c.modified_at.is_not(None),
        exists().where(conversations.c.buyer == buyers.c.id, conversations.c.last_at.is_not(None)),
        exists().where(orders.c.buyer == buyers.c.id),
    )
    here = buyers.c.id.between(after + 1, through)
    query = select(buyers).where(here, buyers.c.erased_at.is_(None), known, ever, *(~one for one in since))
    return [Buyer(*row) for row in tx.connection.execute(query.order_by(buyers.c.id))]
