"""Opens a database and gives transactions: many readers, and writes that are on disk before anyone is told.

SQLite has one writer thread whose queued requests share one commit; on PostgreSQL events share one as well, and a small
pool makes one commit for each other request. Which statements run is not decided here.
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
from assistant.store.locks import About
from assistant.store.statements import Transaction
from assistant.store.writing.connections import again_if_it_may_help, connected
from assistant.store.writing.counts import QUEUE, Counts
from assistant.store.writing.postgresql import WRITERS, PooledWriter
from assistant.store.writing.sqlite import SharedCommitWriter

T = TypeVar("T")
Work = Callable[[Transaction], T]
READERS = 2
# PostgreSQL: all statements of a reader see the same moment (SQLite's do anyway).
ONE_MOMENT = {"isolation_level": "REPEATABLE READ"}
# Nobody waits for ever for somebody who hangs.
_OPTIONS = "-c timezone=UTC -c lock_timeout=30s -c idle_in_transaction_session_timeout=300s"


class Writer(Protocol):
    """Runs work in a transaction; the answer comes after the commit."""

    written: Counts

    def waiting(self) -> int: ...

    def submit(self, work: Work[T], about: About | None = None) -> Future[T]: ...

    async def write(self, work: Work[T], about: About | None = None) -> T: ...

    def close(self) -> None: ...


class Store:
    """The open database. `write` answers after the commit; `read` sees one consistent moment."""

    def __init__(self, engine: Engine, writer: Writer) -> None:
        self.engine = engine
        self._writer = writer
        self._reading = engine if engine.dialect.name == "sqlite" else engine.execution_options(**ONE_MOMENT)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    async def write(self, work: Work[T], about: About | None = None) -> T:
        """`about`, where it is known beforehand: on PostgreSQL such requests share a transaction."""
        return await self._writer.write(work, about)

    async def read(self, work: Work[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    def write_now(self, work: Work[T], about: About | None = None) -> T:
        """The same for programs without an event loop (commands, replay)."""
        return self._writer.submit(work, about).result()

    def read_now(self, work: Work[T]) -> T:
        return again_if_it_may_help(lambda: self._read_once(work))

    def _read_once(self, work: Work[T]) -> T:
        with connected(self._reading) as connection, connection.begin():
            return work(Transaction(connection))

    @property
    def address(self) -> str:
        """Where it is, password and all: for another process of ours, never for the log."""
        return self.engine.url.render_as_string(hide_password=False)

    @property
    def written(self) -> Counts:
        """What has been stored since the start."""
        return self._writer.written

    def waiting(self) -> tuple[int, int]:
        """How many requests wait to be stored, and at how many further ones are turned away."""
        return self._writer.waiting(), QUEUE

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
    place = parsed(url)
    if place.get_backend_name() == "sqlite":
        return _open_sqlite(place)
    return create_engine(
        place,
        pool_size=WRITERS + READERS,
        max_overflow=10,
        pool_use_lifo=True,
        # Each statement of a writer sees what those who came before it in the line of its buyer have committed.
        isolation_level="READ COMMITTED",
        connect_args={"connect_timeout": 10, "application_name": "assistant", "options": _OPTIONS},
    )


def parsed(url: str) -> URL:
    """The parts of an address. Raises InvalidInput unless it is one of SQLite or PostgreSQL."""
    try:
        place = make_url(url)
    except Exception as error:
        raise InvalidInput(
            f"{url!r} is no database address: write sqlite:///file.db or postgresql+psycopg://…"
        ) from error
    if place.get_backend_name() not in ("sqlite", "postgresql"):
        raise InvalidInput("only SQLite (sqlite:///file.db) and PostgreSQL (postgresql+psycopg://…) are supported")
    return place


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
    driver: Any = connection.connection.driver_connection
    driver.execute(f"BEGIN {mode}")  # past SQLAlchemy, which takes longer over it than SQLite


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A connection in a write transaction of its own, for migrations and tests."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection
