"""Writing to PostgreSQL: one transaction a request, several side by side; events that come together share one
(`gathering.py`). Who waits for whom is said in `locks.py`."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Engine

from assistant.domain.errors import Unavailable
from assistant.store.locks import About
from assistant.store.statements import Transaction
from assistant.store.writing.connections import again_if_it_may_help, commit, connected
from assistant.store.writing.counts import QUEUE, Counts
from assistant.store.writing.gathering import GATHERERS, GatheringWriter

T = TypeVar("T")
# Threads that write requests which do not say what they are about.
POOLED = 6
# Connections that write.
WRITERS = POOLED + GATHERERS


class PooledWriter:
    """A few threads, one transaction a request. A request is carried out again, whole, after a deadlock and when its
    connection was lost before the commit. Whether a commit without an answer stands, nobody knows: its sender asks."""

    def __init__(self, engine: Engine, threads: int = POOLED) -> None:
        self._engine = engine
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="store-writer")
        self._entering = threading.Lock()
        self._inside = 0
        self.written = Counts()
        self._gathering = GatheringWriter(engine, self._commit, self.written)

    def submit(self, work: Callable[[Transaction], T], about: About | None = None) -> Future[T]:
        if GatheringWriter.takes(about):
            return self._gathering.submit(work, about)
        self._enter()
        try:
            future = self._pool.submit(self._commit, work)
        except RuntimeError as error:
            self._leave(None)
            raise Unavailable("the service is stopping: send it again in a few seconds") from error
        future.add_done_callback(self._leave)
        return future

    def _enter(self) -> None:
        with self._entering:
            if self._inside < QUEUE:
                self._inside += 1
                return
        self.written.turn_away()
        raise Unavailable(f"{QUEUE} requests are waiting to be stored: send it again shortly")

    def _leave(self, _: object) -> None:
        with self._entering:
            self._inside -= 1

    def waiting(self) -> int:
        """How many requests are waited for, those being carried out included."""
        return self._inside + len(self._gathering)

    async def write(self, work: Callable[[Transaction], T], about: About | None = None) -> T:
        if GatheringWriter.takes(about):
            return await self._gathering.write(work, about)
        return await asyncio.wrap_future(self.submit(work))

    def close(self) -> None:
        self._gathering.close()
        self._pool.shutdown()

    def _commit(self, work: Callable[[Transaction], T]) -> T:
        return again_if_it_may_help(lambda: self._once(work), self.written.repeat)

    def _once(self, work: Callable[[Transaction], T]) -> T:
        with connected(self._engine) as connection:
            begun = connection.begin()
            result = work(Transaction(connection))
            commit(connection, begun)
            self.written.commit(1)
            return result
