"""Names for the rows behind figures: of which chat and buyer they are.

Not for the figures' own rows (`store/kpi.py`). Keys are our own, as numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select

from assistant.store.statements import Transaction, in_parts
from assistant.store.tables import buyers, conversations


class Chat(NamedTuple):
    """A conversation as the platform names it."""

    id: int
    platform: str
    external: str
    buyer: int


class Name(NamedTuple):
    """A buyer's names, not masked."""

    id: int
    nickname: str | None
    external: str


_CHAT = [conversations.c[name] for name in ("id", "platform", "external", "buyer")]


def chats(tx: Transaction, shop: str, ids: Iterable[int]) -> dict[int, Chat]:
    """Conversations of the shop by key."""
    return {row.id: Chat(*row) for row in _found(tx, _CHAT, conversations.c.id, ids, conversations.c.shop == shop)}


def latest_chats(tx: Transaction, shop: str, of: Iterable[int]) -> dict[int, Chat]:
    """The most recent conversation of each of these buyers, by the buyer's key."""
    rows = _found(tx, [*_CHAT, conversations.c.last_at], conversations.c.buyer, of, conversations.c.shop == shop)
    known = sorted((row for row in rows if row.last_at is not None), key=lambda row: row.last_at)
    return {row.buyer: Chat(*row[:4]) for row in known}


def names(tx: Transaction, shop: str, ids: Iterable[int]) -> dict[int, Name]:
    """Buyers of the shop by key; erased ones are missing."""
    columns = [buyers.c.id, buyers.c.nickname, buyers.c.external]
    known = (buyers.c.shop == shop) & buyers.c.erased_at.is_(None)
    return {row.id: Name(*row) for row in _found(tx, columns, buyers.c.id, ids, known)}


def _found(tx: Transaction, columns: list[Any], key: Any, ids: Iterable[int], here: ColumnElement[bool]) -> list[Any]:
    return [row for part in in_parts(ids) for row in tx.connection.execute(select(*columns).where(here, key.in_(part)))]
