"""Writing to SQLite: one thread, and requests that come together share a commit.

A request either is kept whole or leaves nothing, and its answer is given only after the commit. It may be carried out
again from the start, so it must not change anything but the database before it has its answer.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from assistant.domain.errors import Unavailable
from assistant.store.kept import Kept
from assistant.store.locks import About
from assistant.store.statements import Transaction, savepoint
from assistant.store.writing.connections import unavailable
from assistant.store.writing.counts import Counts
from assistant.store.writing.line import Line, Request, answer, fail

T = TypeVar("T")
# While requests come together, a commit waits so many seconds for one more: a commit costs as much as storing an event,
# and whoever comes alone does not wait.
PATIENCE = 0.001


class SharedCommitWriter:
    """One thread, one connection; requests that queue up meanwhile share one commit. Whom they are about does not
    matter: they go one after another."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.written = Counts()
        self._line = Line(self.written)
        self._connection: Connection | None = None
        self._kept = Kept()
        self._thread = threading.Thread(target=self._run, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[Transaction], T], about: About | None = None) -> Future[T]:
        return self._line.submit(work, about)

    async def write(self, work: Callable[[Transaction], T], about: About | None = None) -> T:
        return await self._line.write(work, about)

    def waiting(self) -> int:
        """How many requests are in the queue."""
        return len(self._line)

    def close(self) -> None:
        """Store what is queued, then stop."""
        self._line.close()
        self._thread.join()

    def _run(self) -> None:
        shared = 0
        while (first := self._line.first()) is not None:
            shared = self._commit(first, PATIENCE if shared > 1 else 0.0)
        self._start_over()

    def _commit(self, first: Request[Any], patience: float) -> int:
        """Store what arrives in one commit; returns how many shared it."""
        batch: list[Request[Any]] = []
        try:
            with self._transaction() as tx:
                for request in self._line.arriving(first, patience):
                    if request.begins():
                        batch.append(request)
                        request.result = request.work(tx)
            self.written.commit(len(batch))
        except Exception as error:
            if len(batch) > 1:
                self._commit_apart(batch)
            else:
                fail(batch or [first], error)
        answer(batch or [first])
        return len(batch)

    def _commit_apart(self, batch: Sequence[Request[Any]]) -> None:
        """Somebody's part failed and took the others' with it: all again, each in a savepoint of its own.

        Failures are rare and a savepoint costs a tenth of an event, so they are made only then.
        """
        self.written.repeat(len(batch))
        try:
            with self._transaction() as tx:
                for request in batch:
                    _attempt(tx, request)
                    _still_open(tx)
            self.written.commit(len(batch))
        except Exception as error:
            # Nothing of the batch is on disk: everybody is told so, whatever their own part was.
            fail(batch, error)

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


def _attempt(tx: Transaction, request: Request[Any]) -> None:
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
