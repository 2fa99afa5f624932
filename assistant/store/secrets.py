"""Secrets made at first start and kept with the data, so that restarts and further nodes agree."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from assistant.store.statements import Statement, Transaction
from assistant.store.tables import secrets

_ADD = Statement[int](insert(secrets).on_conflict_do_nothing())
_GET = Statement[str](select(secrets.c.value).where(secrets.c.name == bindparam("key")))

_REPLACE = Statement[int](update(secrets).where(secrets.c.name == bindparam("key")).values(value=bindparam("value")))


def find(tx: Transaction, name: str) -> str | None:
    return _GET.one(tx, key=name)


def kept(tx: Transaction, name: str, fresh: str) -> str:
    """The secret of this name; `fresh` becomes it if there is none yet."""
    if (known := _GET.one(tx, key=name)) is not None:
        return known  # without a write: it is asked for in reading transactions too
    _ADD.run(tx, name=name, value=fresh)
    found = _GET.one(tx, key=name)
    assert found is not None
    return found


def replace(tx: Transaction, name: str, value: str) -> None:
    """Keep another value under a name that exists."""
    _REPLACE.run(tx, key=name, value=value)
