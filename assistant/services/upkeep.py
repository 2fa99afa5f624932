"""How a whole installation stands, for who operates it: figures of the database, and whether it can be served from.

Not for how a shop does (`kpi.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from assistant import store
from assistant.store.columns import to_microseconds


@dataclass(frozen=True, slots=True)
class Condition:
    """Buyers who wait by level, open follow-ups by state, by how many seconds the next one to fire is late, the size
    of the database in bytes, and how many attempts at letting go of the day's old data have not come to an end."""

    waiting: Mapping[str, int]
    follow_ups: Mapping[str, int]
    overdue_seconds: float
    bytes: int
    retention_attempts: int


def condition(tx: store.Transaction, now: datetime) -> Condition:
    """The figures of all shops together."""
    due = store.follow_ups.next_due(tx)
    return Condition(
        store.upkeep.waiting(tx, to_microseconds(now)),
        store.upkeep.open_follow_ups(tx),
        0.0 if due is None else max(0.0, (now - due).total_seconds()),
        store.upkeep.size(tx),
        store.retention.standing(tx).attempts,
    )


@dataclass(frozen=True, slots=True)
class Foundations:
    """At which step of the migrations the database is, and the shops in it."""

    step: str
    shops: tuple[str, ...]


def foundations(tx: store.Transaction) -> Foundations:
    """What a node needs to find before it can serve."""
    return Foundations(store.upkeep.revision(tx), tuple(shop.id for shop in store.shops.every(tx)))
