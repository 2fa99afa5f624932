"""How writes reach the disk: shared commits on SQLite, one transaction a request on PostgreSQL.

A request either is kept whole or leaves nothing, and its answer is given only after the commit. It may be carried out
again from the start, so it must not change anything but the database before it has its answer.
"""

from __future__ import annotations

import asyncio
import queue
import random
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from assistant.domain.errors import Unavailable
from assistant.store.kept import Kept
from assistant.store.statements import Transaction, savepoint

T = TypeVar("T")
QUEUE = 2_000
SHARED = 64
# While requests come together, a commit waits so many seconds for one more: a commit costs as much as storing an event,
# and whoever comes alone does not wait.
PATIENCE = 0.001
RETRIES = 5
# PostgreSQL: deadlock detected, serialization failure.
RETRIED = ("40P01", "40001")


@dataclass(slots=True)
class _Request(Generic[T]):
    """`loop` is the event loop that awaits the future; None when a thread waits for it."""

    work: Callable[[Transaction], T]
    future: Future[T] | asyncio.Future[T]
    loop: asyncio.AbstractEventLoop | None = None
    result: T | None = None
    error: BaseException | None = None

    def begins(self) -> bool:
        """Whether somebody still waits for it; from here on nobody can take it back."""
        if isinstance(self.future, Future):
            return self.future.set_running_or_notify_cancel()
        return not self.future.cancelled()

    def answer(self) -> None:
        if self.future.done():
            return  # taken back when it was too late: nobody asks any more
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)  # type: ignore[arg-type]  # set when there is no error


class SharedCommitWriter:
    """One thread, one connection; requests that queue up meanwhile share one commit."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        # Waking a thread through the simple queue costs a tenth; how long it may grow is watched here.
        self._queue = queue.SimpleQueue[_Request[Any] | None]()
        self._closed = False
        self._connection: Connection | None = None
        self._kept = Kept()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Transaction], T]) -> Future[T]:
        future = Future[T]()
        self._put(_Request(work, future))
        return future

    async def write(self, work: Callable[[Transaction], T]) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(_Request(work, future, loop))
        return await future

    def _put(self, request: _Request[Any]) -> None:
        if self._closed:
            raise Unavailable("the service is stopping: send it again in a few seconds")
        if self._queue.qsize() >= QUEUE:
            raise Unavailable(f"{QUEUE} requests are waiting to be stored: send it again shortly")
        self._queue.put(request)

    def close(self) -> None:
        """Store what is queued, then stop."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        shared = 0
        while (first := self._queue.get()) is not None:
            shared = self._commit(first, PATIENCE if shared > 1 else 0.0)
        self._start_over()

    def _arriving(self, first: _Request[Any], patience: float) -> Iterator[_Request[Any]]:
        """The first request and those that come while it is worked on, or within `patience` seconds after."""
        yield first
        for _ in range(SHARED - 1):
            try:
                request = self._queue.get(timeout=patience) if patience else self._queue.get_nowait()
            except queue.Empty:
                return
            if request is None:
                return self._queue.put(None)
            yield request

    def _commit(self, first: _Request[Any], patience: float) -> int:
        """Store what arrives in one commit; returns how many shared it."""
        batch: list[_Request[Any]] = []
        try:
            with self._transaction() as tx:
                for request in self._arriving(first, patience):
                    if request.begins():
                        batch.append(request)
                        request.result = request.work(tx)
        except Exception as error:
            if len(batch) > 1:
                self._commit_apart(batch)
            else:
                _fail(batch or [first], error)
        _answer(batch or [first])
        return len(batch)

    def _commit_apart(self, batch: Sequence[_Request[Any]]) -> None:
        """Somebody's part failed and took the others' with it: all again, each in a savepoint of its own.

        Failures are rare and a savepoint costs a tenth of an event, so they are made only then.
        """
        try:
            with self._transaction() as tx:
                for request in batch:
                    _attempt(tx, request)
                    _still_open(tx)
        except Exception as error:
            # Nothing of the batch is on disk: everybody is told so, whatever their own part was.
            _fail(batch, error)

    @contextmanager
    def _transaction(self) -> Iterator[Transaction]:
        try:
            # Always the same connection: only its own count of others' commits says whether anybody else has written.
            self._connection = self._connection or self._engine.connect().execution_options(writes=True)
            with self._connection.begin():
                tx = Transaction(self._connection, self._kept)
                self._kept.seen(tx.driver.execute("PRAGMA data_version").fetchone()[0])
                yield tx
                _still_open(tx)
        except BaseException:
            self._start_over()
            raise

    def _start_over(self) -> None:
        """What was changed in memory may not be stored, and the connection may be at fault."""
        self._kept = Kept()
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()


def _fail(batch: Sequence[_Request[Any]], error: Exception) -> None:
    for request in batch:
        request.error = unavailable(error)


def _answer(batch: Sequence[_Request[Any]]) -> None:
    """Wake each event loop once for all its answers: waking it for every one costs as much as storing an event."""
    by_loop: defaultdict[asyncio.AbstractEventLoop | None, list[_Request[Any]]] = defaultdict(list)
    for request in batch:
        by_loop[request.loop].append(request)
    for loop, requests in by_loop.items():
        if loop is None:
            _answer_all(requests)
            continue
        with suppress(RuntimeError):  # a loop that is closed has nobody who waits
            loop.call_soon_threadsafe(_answer_all, requests)


def _answer_all(requests: Sequence[_Request[Any]]) -> None:
    for request in requests:
        request.answer()


def _attempt(tx: Transaction, request: _Request[Any]) -> None:
    """Run one request in a savepoint, so that its failure leaves nothing and harms nobody else."""
    try:
        with savepoint(tx):
            request.result = request.work(tx)
    except Exception as error:
        tx.kept.forget()
        request.error = unavailable(error)


def _still_open(tx: Transaction) -> None:
    """A full disk makes SQLite undo the transaction by itself; committing then would succeed with nothing in it."""
    if not tx.driver.in_transaction:
        raise Unavailable("the database undid what it was storing, its disk may be full: make room and send it again")


class PooledWriter:
    """A few threads, one transaction a request; whole requests are repeated after a deadlock."""

    def __init__(self, engine: Engine, threads: int = 8) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="store-writer")
        self._places = threading.BoundedSemaphore(QUEUE)

    def submit(self, work: Callable[[Transaction], T]) -> Future[T]:
        if not self._places.acquire(blocking=False):
            raise Unavailable(f"{QUEUE} requests are waiting to be stored: send it again shortly")
        future = self._pool.submit(self._commit, work)
        future.add_done_callback(lambda _: self._places.release())
        return future

    async def write(self, work: Callable[[Transaction], T]) -> T:
        return await asyncio.wrap_future(self.submit(work))

    def close(self) -> None:
        self._pool.shutdown()

    def _commit(self, work: Callable[[Transaction], T]) -> T:
        for attempt in range(RETRIES):
            try:
                with self._engine.begin() as connection:
                    return work(Transaction(connection))
            except Exception as error:
                if getattr(_cause(error), "sqlstate", None) not in RETRIED or attempt == RETRIES - 1:
                    raise unavailable(error) from error
                time.sleep(random.uniform(0, 0.01) * 2**attempt)
        raise Unavailable


def _cause(error: Exception) -> object:
    """The driver's own error: prepared statements raise it bare, SQLAlchemy wraps it."""
    return error.orig if isinstance(error, DBAPIError) else error


def unavailable(error: Exception) -> Exception:
    """A database that cannot be reached or written is a reason to come back later; a defect stays what it is."""
    names = {c.__name__ for c in type(_cause(error)).__mro__}
    if names & {"OperationalError", "InterfaceError", "OSError"}:
        return Unavailable(f"the database cannot store this now ({_cause(error)}): send it again shortly")
    return error
