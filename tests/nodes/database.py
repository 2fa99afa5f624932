"""The database that nodes share, from beside: looked into, struck down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from tests.postgres import Server


def rows(database: Server, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database.url("shop").replace("+psycopg", "")) as connection:
        return connection.execute(query.encode()).fetchall()


@contextmanager
def down(database: Server) -> Iterator[None]:
    """The server is gone without a goodbye, and started again as it was."""
    database.control("-m", "immediate", "stop")
    try:
        yield
    finally:
        database.control("-o", f"-h '' -k {database.address.partition('host=')[2]}", "start")
