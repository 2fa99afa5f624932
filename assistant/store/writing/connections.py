"""Connections that were lost, requests that are carried out again, and what is told when neither helps."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Transaction
from sqlalchemy.exc import DBAPIError

from assistant.domain.errors import Unavailable

T = TypeVar("T")
RETRIES = 5
# PostgreSQL: deadlock detected, serialization failure.
RETRIED = ("40P01", "40001")
# PostgreSQL: the server is being stopped, has crashed or is starting.
GOING_AWAY = "57P"


class Lost(Exception):
    """A connection was lost before anything was committed."""


class NobodyKnows(Exception):
    """A connection was lost during a commit, which may stand."""


@contextmanager
def connected(engine: Engine) -> Iterator[Connection]:
    """A connection of the pool. One that was lost meanwhile raises `Lost`, and the pool begins anew: a server that was
    started again has lost them all, and nothing asks each of them before it is used."""
    with engine.connect() as connection:
        try:
            yield connection
        except Exception as error:
            if not is_lost(connection, error):
                raise
            connection.invalidate()
            engine.dispose()
            if isinstance(error, NobodyKnows):
                raise
            raise Lost from error


def commit(connection: Connection, begun: Transaction) -> None:
    """Raises NobodyKnows where the server went away before it answered."""
    try:
        begun.commit()
    except Exception as error:
        if is_lost(connection, error):
            raise NobodyKnows from error
        raise


def is_lost(connection: Connection, error: Exception) -> bool:
    """Whether the server at the other end is gone."""
    if connection.invalidated or isinstance(error, NobodyKnows):
        return True
    driver: Any = connection.connection.driver_connection
    return bool(getattr(driver, "closed", False)) or _code(error).startswith(GOING_AWAY)


def again_if_it_may_help(attempt: Callable[[], T], again: Callable[[], None] = lambda: None) -> T:
    """The result of the first attempt that neither deadlocks nor loses its connection; `again` counts further ones.
    Raises Unavailable."""
    for number in range(RETRIES):
        try:
            return attempt()
        except Exception as error:
            passing = isinstance(error, Lost) or _code(error) in RETRIED
            if not passing or number == RETRIES - 1:
                told = unavailable(error)
                if told is error:
                    raise
                raise told from error
            again()
            time.sleep(random.uniform(0, 0.01) * 2**number)
    raise Unavailable


def unavailable(error: Exception) -> Exception:
    """A database that cannot be reached or written is a reason to come back later; a defect stays what it is."""
    if isinstance(error, NobodyKnows):
        return Unavailable("the database went away while it stored this: send it again, a repeat does no harm")
    found = error.__cause__ if isinstance(error, Lost) else _cause(error)
    names = {c.__name__ for c in type(found).__mro__}
    if isinstance(error, Lost) or names & {"OperationalError", "InterfaceError", "OSError"}:
        return Unavailable(f"the database cannot store this now ({found}): send it again shortly")
    return error


def _code(error: Exception) -> str:
    return str(getattr(_cause(error), "sqlstate", None) or "")


def _cause(error: Exception) -> object:
    """The driver's own error: prepared statements raise it bare, SQLAlchemy wraps it."""
    return error.orig if isinstance(error, DBAPIError) else error
