"""Opens a database and gives transactions: many readers, and writes that are on disk before anyone is told.

SQLite has one writer thread whose queued requests share one commit; PostgreSQL has a small pool and one commit a
request. Which statements run is not decided here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from assistant.domain.errors import InvalidInput
from assistant.store.statements import Transaction
from assistant.store.writers import PooledWriter, SharedCommitWriter, unavailable

T = TypeVar("T")
Work = Callable[[Transaction], T]
READERS = 2


class Writer(Protocol):
    """Runs work in a transaction; the answer comes after the commit."""

    def submit(self, work: Work[T]) -> Future[T]: ...

    async def write(self, work: Work[T]) -> T: ...

    def close(self) -> None: ...


class Store:
    """The open database. `write` answers after the commit; `read` sees one consistent moment."""

    def __init__(self, engine: Engine, writer: Writer) -> None:
        self.engine = engine
        self._writer = writer
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    async def write(self, work: Work[T]) -> T:
        return await self._writer.write(work)

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def write_now(self, work: Work[T]) -> T:
        """The same for programs without an event loop (commands, replay)."""
        return self._writer.submit(work).result()

    def read_now(self, work: Work[T]) -> T:
        try:
            with self.engine.connect() as connection, connection.begin():
                return work(Transaction(connection))
        except Exception as error:
            told = unavailable(error)
            if told is error:
                raise
            raise told from error

    def close(self) -> None:
        self._writer.close()
        self._readers.shutdown()
        self.engine.dispose()


def open_store(url: str) -> Store:
    """Open `sqlite:///file.db` or `postgresql+psycopg://…`; the tables must be there (`migrations`)."""
    engine = open_engine(url)
    if engine.dialect.name == "sqlite":
        return Store(engine, SharedCommitWriter(engine))
    return Store(engine, PooledWriter(engine))


def open_engine(url: str) -> Engine:
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _open_sqlite(parsed)
    return create_engine(parsed, pool_size=10, isolation_level="READ COMMITTED")


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except Exception as error:
        raise InvalidInput(
            f"{url!r} is no database address: write sqlite:///file.db or postgresql+psycopg://…"
        ) from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise InvalidInput("only SQLite (sqlite:///file.db) and PostgreSQL (postgresql+psycopg://…) are supported")
    return parsed


def _open_sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise InvalidInput(
            "name a file for SQLite, e.g. sqlite:///assistant.db: a database in memory is lost at the end"
        )
    Path(url.database).resolve().parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=READERS + 1,
        max_overflow=10,
        connect_args={"check_same_thread": False, "timeout": 10, "isolation_level": None},
    )
    event.listen(engine, "connect", _prepare_connection)
    event.listen(engine, "begin", _begin)
    return engine


# Pages (16 MB): the same pages are written again and again, and moving them to the database file waits so long. Moving
# more at a time costs less, but whoever writes meanwhile waits for it.
CHECKPOINT = 4_000
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "cache_size=-65536",
    "temp_store=MEMORY",
    f"wal_autocheckpoint={CHECKPOINT}",
)


def _prepare_connection(driver: Any, _record: object) -> None:
    cursor = driver.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A transaction that reads first and writes later fails with "database is locked" when another one wrote between:
    # writers say so from the start.
    mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in a write transaction of its own, for migrations and tests."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection
