"""How writes reach the disk: shared commits on SQLite, one transaction a request on PostgreSQL.

A request either is kept whole or leaves nothing, and its answer is given only after the commit.
"""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from assistant.domain.errors import Unavailable
from assistant.store.statements import Transaction, savepoint

T = TypeVar("T")
QUEUE = 2_000
SHARED = 64
RETRIES = 5
# PostgreSQL: deadlock detected, serialization failure.
RETRIED = ("40P01", "40001")


@dataclass(slots=True)
class _Request(Generic[T]):
    work: Callable[[Transaction], T]
    future: Future[T]
    result: T | None = None
    error: BaseException | None = None

    def answer(self) -> None:
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)  # type: ignore[arg-type]  # set when there is no error


class SharedCommitWriter:
    """One thread, one connection; requests that queue up meanwhile share one commit, each in its own savepoint."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._queue: queue.Queue[_Request[Any] | None] = queue.Queue(QUEUE)
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Transaction], T]) -> Future[T]:
        request = _Request(work, Future[T]())
        if self._closed:
            raise Unavailable("the service is stopping: send it again in a few seconds")
        try:
            self._queue.put_nowait(request)
        except queue.Full:
            raise Unavailable(f"{QUEUE} requests are waiting to be stored: send it again shortly") from None
        return request.future

    def close(self) -> None:
        """Store what is queued, then stop."""
        self._closed = True
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (batch := self._next()) is not None:
            self._commit(batch)

    def _next(self) -> list[_Request[Any]] | None:
        first = self._queue.get()
        if first is None:
            return None
        batch = [first]
        while len(batch) < SHARED:
            try:
                request = self._queue.get_nowait()
            except queue.Empty:
                break
            if request is None:
                self._queue.put(None)
                break
            batch.append(request)
        return batch

    def _commit(self, queued: list[_Request[Any]]) -> None:
        # From here on nobody can take a request back; who has gone away meanwhile is left out.
        batch = [request for request in queued if request.future.set_running_or_notify_cancel()]
        try:
            with self._engine.connect().execution_options(writes=True) as connection, connection.begin():
                for request in batch:
                    _attempt(connection, request)
                    _still_open(connection)
        except Exception as error:
            # Nothing of the batch is on disk: everybody is told so, whatever their own part was.
            for request in batch:
                request.error = unavailable(error)
        for request in batch:
            request.answer()


def _attempt(connection: Connection, request: _Request[Any]) -> None:
    """Run one request in a savepoint, so that its failure leaves nothing and harms nobody else."""
    tx = Transaction(connection)
    try:
        with savepoint(tx):
            request.result = request.work(tx)
    except Exception as error:
        request.error = unavailable(error)


def _still_open(connection: Connection) -> None:
    """A full disk makes SQLite undo the transaction by itself; committing then would succeed with nothing in it."""
    if not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]  # it is connected
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
