"""Empty databases for one measurement: SQLite files, or those of a PostgreSQL that is started for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.postgres import started

KINDS = ("sqlite", "postgresql")


@contextmanager
def databases(kind: str, folder: Path, *names: str) -> Iterator[list[str]]:
    """Their addresses; what holds them is stopped at the end."""
    if kind == "sqlite":
        yield [f"sqlite:///{folder}/{name}.db" for name in names]
        return
    with started() as server:
        server.run(*(f'CREATE DATABASE "{name}"' for name in names))
        yield [server.url(name) for name in names]
