"""Clean databases for tests, fast: a migrated file is copied; PostgreSQL's are emptied and used again."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import psycopg
import pytest
from psycopg import sql

from assistant.store.engine import open_engine
from assistant.store.migrations import upgrade
from assistant.store.tables import metadata
from tests.postgres import Server

# For a test of something that only one of the two has.
only_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
only_postgres = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)


class Databases(Protocol):
    """Databases of one kind. `state` names what `remember` has kept, else there are only the empty tables."""

    kind: str

    def fresh(self, state: str = "") -> str:
        """The address of a migrated database that nobody else has."""

    def bare(self) -> str:
        """The address of one without any tables."""

    def remember(self, url: str, state: str) -> None:
        """Keep what is in a database (nobody writes to it meanwhile) for more of the kind."""

    def give_back(self, url: str) -> None:
        """Nobody uses it any more."""


class Files:
    """SQLite files in a folder."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder, self._numbers = folder, count()
        (folder / "state-").write_bytes(migrated_file())

    def fresh(self, state: str = "") -> str:
        path = self._new()
        shutil.copy(self._folder / f"state-{state}", path)
        return f"sqlite:///{path}"

    def bare(self) -> str:
        return f"sqlite:///{self._new()}"

    def remember(self, url: str, state: str) -> None:
        shutil.copy(url.removeprefix("sqlite:///"), self._folder / f"state-{state}")

    def give_back(self, url: str) -> None:
        Path(url.removeprefix("sqlite:///")).unlink(missing_ok=True)

    def _new(self) -> Path:
        return self._folder / f"{next(self._numbers)}.db"


class OnServer:
    """Databases of a PostgreSQL server. Emptying one takes some milliseconds, making one fifty."""

    kind = "postgresql"

    def __init__(self, server: Server) -> None:
        self._server, self._numbers = server, count()
        self._free: list[str] = []
        self._states: dict[str, Mapping[str, bytes]] = {"": {}}
        self._server.run("CREATE DATABASE migrated")
        migrate(self._server.url("migrated"))

    def fresh(self, state: str = "") -> str:
        url = self._free.pop() if self._free else self._make("migrated")
        with psycopg.connect(_plain(url)) as connection:
            _empty(connection)
            for table, rows in self._states[state].items():
                _fill(connection, table, rows)
        return url

    def bare(self) -> str:
        return self._make("template0")

    def remember(self, url: str, state: str) -> None:
        with psycopg.connect(_plain(url)) as connection:
            self._states[state] = {table: _content(connection, table) for table in metadata.tables}

    def give_back(self, url: str) -> None:
        self._free.append(url)

    def _make(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self._server.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self._server.url(name)


def migrate(url: str) -> None:
    engine = open_engine(url)
    upgrade(engine)
    engine.dispose()


@cache
def migrated_file() -> bytes:
    """What is in a SQLite file with all tables, empty."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "migrated.db"
        migrate(f"sqlite:///{file}")
        return file.read_bytes()


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://")


_NUMBERED = [table.name for table in metadata.tables.values() if "id" in table.c and table.c.id.autoincrement is True]
_EMPTY = "; ".join(
    [f'DELETE FROM "{name}"' for name in metadata.tables]
    + [f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), 1, false)" for name in _NUMBERED]
).encode()


def _empty(connection: psycopg.Connection) -> None:
    # Not TRUNCATE: that makes new files, which takes ten times as long for tables of a few rows.
    connection.execute(_EMPTY)


def _content(connection: psycopg.Connection, table: str) -> bytes:
    query = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        return b"".join(copy)


def _fill(connection: psycopg.Connection, table: str, rows: bytes) -> None:
    if not rows:
        return
    name = sql.Identifier(table)
    with connection.cursor() as cursor:
        with cursor.copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
            copy.write(rows)
        if table in _NUMBERED:
            next_id = sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), max(id)) FROM {}")
            cursor.execute(next_id.format(sql.Literal(table), name))
