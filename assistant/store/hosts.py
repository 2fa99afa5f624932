"""Connections of shops to chat hosts: settings, how far each was read, who reads it, what went wrong last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import host_connections as table

LONGEST_FAILURE = 500


@dataclass(frozen=True, slots=True)
class Connection:
    """One row; `sealed` holds its secrets, which only `services/sealing.py` can open."""

    id: int
    shop: str
    host: str
    settings: dict[str, Any]
    sealed: str
    sends: bool
    cursor: str | None
    made_at: datetime
    heard_at: datetime | None
    heard: int
    failed_at: datetime | None
    failure: str | None
    held_by: str | None
    held_until: datetime | None

    @property
    def failing(self) -> bool:
        """Whether its last word was an error."""
        return self.failed_at is not None and (self.heard_at is None or self.failed_at > self.heard_at)


_SET = ("settings", "sealed", "sends", "cursor", "made_at")
_new = insert(table).values({name: bindparam(name) for name in ("shop", "host", *_SET)})
# What was heard stays; who reads it has to begin anew with what it was told now.
_PUT = Statement[int](
    _new.on_conflict_do_update(
        index_elements=["shop", "host"],
        set_={
            **{name: _new.excluded[name] for name in _SET},
            "failed_at": null(),
            "failure": null(),
            "held_by": null(),
        },
    )
)
_ALL = Statement[Connection](select(table).order_by(table.c.shop, table.c.host), Connection)
_GET = Statement[Connection](select(table).where(table.c.id == bindparam("key")), Connection)
_FIND = Statement[Connection](
    select(table).where(table.c.shop == bindparam("shop"), table.c.host == bindparam("host")), Connection
)
_REMOVE = Statement[int](delete(table).where(table.c.shop == bindparam("shop"), table.c.host == bindparam("host")))
_HOLD = Statement[int](
    update(table)
    .where(
        table.c.id == bindparam("key"),
        or_(table.c.held_by.is_(None), table.c.held_by == bindparam("me"), table.c.held_until < bindparam("now")),
    )
    .values(held_by=bindparam("me"), held_until=bindparam("until"))
)
_LET_GO = Statement[int](
    update(table).where(table.c.id == bindparam("key"), table.c.held_by == bindparam("me")).values(held_by=null())
)
_ADVANCE = Statement[int](
    update(table)
    .where(table.c.id == bindparam("key"), table.c.held_by == bindparam("me"))
    .values(cursor=bindparam("cursor"))
)
_HEARD = Statement[int](
    update(table)
    .where(table.c.id == bindparam("key"))
    .values(heard_at=bindparam("now"), heard=table.c.heard + bindparam("count"))
)
_FAILED = Statement[int](
    update(table).where(table.c.id == bindparam("key")).values(failed_at=bindparam("now"), failure=bindparam("failure"))
)


def put(
    tx: Transaction, *, shop: str, host: str, settings: dict[str, Any], sealed: str, sends: bool, cursor: str | None,
    now: datetime,
) -> None:  # fmt: skip
    """Keep a shop's connection to a host, in place of the one before."""
    _PUT.run(
        tx, shop=shop, host=host, settings=settings, sealed=sealed, sends=sends, cursor=cursor, made_at=now
    )  # fmt: skip


def every(tx: Transaction) -> list[Connection]:
    return _ALL.all(tx)


def get(tx: Transaction, id: int) -> Connection | None:
    return _GET.one(tx, key=id)


def find(tx: Transaction, shop: str, host: str) -> Connection | None:
    return _FIND.one(tx, shop=shop, host=host)


def remove(tx: Transaction, shop: str, host: str) -> bool:
    """False if there is none."""
    return _REMOVE.run(tx, shop=shop, host=host) == 1


def hold(tx: Transaction, id: int, me: str, now: datetime, until: datetime) -> bool:
    """Whether the connection is `me`'s to read until then: it was before, nobody's, or its holder is gone."""
    return _HOLD.run(tx, key=id, me=me, now=now, until=until) == 1


def let_go(tx: Transaction, id: int, me: str) -> None:
    _LET_GO.run(tx, key=id, me=me)


def advance(tx: Transaction, id: int, me: str, cursor: str) -> bool:
    """Remember how far it was read; False if somebody else reads it now."""
    return _ADVANCE.run(tx, key=id, me=me, cursor=cursor) == 1


def heard(tx: Transaction, id: int, count: int, now: datetime) -> None:
    """So many events have come."""
    _HEARD.run(tx, key=id, count=count, now=now)


def failed(tx: Transaction, id: int, failure: str, now: datetime) -> None:
    """What went wrong last."""
    _FAILED.run(tx, key=id, failure=failure[:LONGEST_FAILURE], now=now)
