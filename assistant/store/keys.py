"""Ingest keys: hashes only; the key itself is told once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from assistant.domain.staff import KEY
from assistant.store.statements import Statement, Transaction, insertion
from assistant.store.tables import keys


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    shop: str
    created_at: datetime
    revoked_at: datetime | None
    name: str


_COLUMNS = [keys.c[n] for n in ("id", "shop", "created_at", "revoked_at", "name")]
_ADD = Statement[int](insertion(keys, "id", "shop", "hash", "created_at", "name"))
_FIND = Statement[Key](select(*_COLUMNS).where(keys.c.hash == bindparam("hash"), keys.c.revoked_at.is_(None)), Key)
_HOLDS = Statement[str](select(keys.c.id).where(keys.c.id == bindparam("key"), keys.c.revoked_at.is_(None)))
_ALL = Statement[Key](select(*_COLUMNS).order_by(keys.c.created_at), Key)
_NAMES = Statement[tuple[str, str]](select(keys.c.id, keys.c.name).where(keys.c.shop == bindparam("shop")))
_REVOKE = Statement[str](
    update(keys)
    .where(keys.c.id == bindparam("key"), keys.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("revoked_at"))
    .returning(keys.c.shop)
)


def add(tx: Transaction, id: str, shop: str, hash: str, now: datetime, name: str = "") -> None:
    _ADD.run(tx, id=id, shop=shop, hash=hash, created_at=now, name=name)


def find(tx: Transaction, hash: str) -> Key | None:
    """The key with this hash, unless revoked."""
    return _FIND.one(tx, hash=hash)


def holds(tx: Transaction, id: str) -> bool:
    """Whether there is such a key, and nobody has revoked it."""
    return _HOLDS.one(tx, key=id) is not None


def every(tx: Transaction) -> list[Key]:
    return _ALL.all(tx)


def names_of(tx: Transaction, shop: str) -> dict[str, str]:
    """What people call a shop's keys, revoked ones too, by what is noted of who has done something."""
    return {f"{KEY}{id}": name or id for id, name in _NAMES.all(tx, shop=shop)}


def revoke(tx: Transaction, id: str, now: datetime) -> str | None:
    """Whose key it was; None if there is no such key, or it was revoked before."""
    return _REVOKE.one(tx, key=id, revoked_at=now)
