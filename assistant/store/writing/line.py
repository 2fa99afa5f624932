"""Requests that come together and share a commit: how they wait in line, and how each gets its answer.

Not for what a commit is on which database (`sqlite.py`, `gathering.py`).
"""

from __future__ import annotations

import asyncio
import queue
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from assistant.domain.errors import Unavailable
from assistant.store.locks import About
from assistant.store.statements import Transaction
from assistant.store.writing.connections import unavailable
from assistant.store.writing.counts import QUEUE, Counts

T = TypeVar("T")
SHARED = 64


@dataclass(slots=True)
class Request(Generic[T]):
    """`loop` is the event loop that awaits the future; None when a thread waits for it."""

    work: Callable[[Transaction], T]
    future: Future[T] | asyncio.Future[T]
    loop: asyncio.AbstractEventLoop | None = None
    about: About | None = None
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


class Line:
    """Requests in the order in which they came, at most `QUEUE`. Waking a thread through the simple queue costs a
    tenth of the other; how long it may grow is watched here."""

    def __init__(self, written: Counts) -> None:
        self._written = written
        self._queue = queue.SimpleQueue[Request[Any] | None]()
        self._closed = False

    def __len__(self) -> int:
        return self._queue.qsize()

    def submit(self, work: Callable[[Transaction], T], about: About | None = None) -> Future[T]:
        future = Future[T]()
        self._put(Request(work, future, None, about))
        return future

    async def write(self, work: Callable[[Transaction], T], about: About | None = None) -> T:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._put(Request(work, future, loop, about))
        return await future

    def _put(self, request: Request[Any]) -> None:
        if self._closed:
            raise Unavailable("the service is stopping: send it again in a few seconds")
        if self._queue.qsize() >= QUEUE:
            self._written.turn_away()
            raise Unavailable(f"{QUEUE} requests are waiting to be stored: send it again shortly")
        self._queue.put(request)

    def close(self) -> None:
        """What is in line is still taken; nothing comes after."""
        self._closed = True
        self._queue.put(None)

    def first(self) -> Request[Any] | None:
        """Wait for the next one; None at the end."""
        request = self._queue.get()
        if request is None:
            self._queue.put(None)  # whoever else takes from this line is to stop as well
        return request

    def arriving(self, first: Request[Any], patience: float = 0.0) -> Iterator[Request[Any]]:
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


def fail(batch: Sequence[Request[Any]], error: Exception) -> None:
    for request in batch:
        request.error = unavailable(error)


def answer(batch: Sequence[Request[Any]]) -> None:
    """Wake each event loop once for all its answers: waking it for every one costs as much as storing an event."""
    by_loop: defaultdict[asyncio.AbstractEventLoop | None, list[Request[Any]]] = defaultdict(list)
    for request in batch:
        by_loop[request.loop].append(request)
    for loop, requests in by_loop.items():
        if loop is None:
            _answer_all(requests)
            continue
        with suppress(RuntimeError):  # a loop that is closed has nobody who waits
            loop.call_soon_threadsafe(_answer_all, requests)


def _answer_all(requests: Sequence[Request[Any]]) -> None:
    for request in requests:
        request.answer()
