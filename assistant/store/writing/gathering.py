"""Writing events to PostgreSQL: those that come together share a transaction, as they do on SQLite.

What they are about is held first, for all of them at once and in one order (`locks.py`); then everything they will ask
for is read in one journey (`events_ahead.py`), and what they write goes in another (`behind.py`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeGuard, TypeVar

from sqlalchemy import Engine

from assistant.store import locks
from assistant.store.behind import Behind
from assistant.store.locks import About
from assistant.store.statements import Transaction
from assistant.store.writing import events_ahead
from assistant.store.writing.connections import NobodyKnows, commit, connected
from assistant.store.writing.counts import Counts
from assistant.store.writing.line import Line, Request, answer, fail

T = TypeVar("T")
Alone = Callable[[Callable[[Transaction], Any]], Any]
# While one waits for the disk, the other works.
GATHERERS = 2
# A request with more events than this has enough to do by itself.
MOST_EVENTS = 50


class GatheringWriter:
    """For requests that say what they are about. If one of a batch fails, each is carried out again by itself."""

    def __init__(self, engine: Engine, alone: Alone, written: Counts, threads: int = GATHERERS) -> None:
        self._engine = engine
        self._alone = alone
        self._written = written
        self._line = Line(written)
        self._threads = [
            threading.Thread(target=self._run, name=f"store-gatherer-{n}", daemon=True) for n in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    @staticmethod
    def takes(about: About | None) -> TypeGuard[About]:
        """Whether this is for here."""
        return about is not None and 0 < len(about.what.events) <= MOST_EVENTS

    def submit(self, work: Callable[[Transaction], T], about: About) -> Future[T]:
        return self._line.submit(work, about)

    async def write(self, work: Callable[[Transaction], T], about: About) -> T:
        return await self._line.write(work, about)

    def __len__(self) -> int:
        """How many requests wait in line."""
        return len(self._line)

    def close(self) -> None:
        """Store what is in line, then stop."""
        self._line.close()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while (first := self._line.first()) is not None:
            batch = [request for request in self._line.arriving(first) if request.begins()]
            if batch:
                self._commit(batch)
                answer(batch)

    def _commit(self, batch: Sequence[Request[Any]]) -> None:
        try:
            self._together(batch)
        except NobodyKnows as error:
            fail(batch, error)
        except Exception:
            # A lost connection, a deadlock with somebody who does not say what he is about, a defect in one of them.
            self._written.repeat(len(batch))
            for request in batch:
                self._by_itself(request)

    def _together(self, batch: Sequence[Request[Any]]) -> None:
        with connected(self._engine) as connection:
            begun = connection.begin()
            tx = Transaction(connection, behind=Behind(len(batch)))
            requests = [request.about for request in batch if request.about is not None]
            by_shop = locks.by_shop(requests)
            locks.together(tx, by_shop)
            events_ahead.read(tx, requests, by_shop)
            for request in batch:
                request.result = request.work(tx)
            tx.send()
            commit(connection, begun)
        self._written.commit(len(batch))

    def _by_itself(self, request: Request[Any]) -> None:
        try:
            request.result = self._alone(request.work)
        except Exception as error:
            request.error = error
