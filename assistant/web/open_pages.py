"""One open page: the screen it shows, what was last sent of it, and its own bounded queue.

Not for deciding what is rendered when (`live.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

import structlog
from aiohttp import WSCloseCode, web

from assistant import store
from assistant.domain.staff import Principal

log = structlog.get_logger(__name__)

# A socket that lets so many messages pile up is dropped; its page comes back and loads everything anew.
BACKLOG = 32
# So long a page has to answer that it is being closed; then the connection is cut.
CLOSING_SECONDS = 2.0

Parts = dict[str, str]
# Of each part what tells it from another: thousands of pages are open, and their HTML would be most of what we keep.
Marks = dict[str, int]
# What a screen listens to: all of a shop (None), or one of its conversations.
Topic = tuple[str, int | None]


class Screen(Protocol):
    """What is shown in a socket: which conversations concern it, and its parts as HTML now."""

    @property
    def topic(self) -> Topic: ...

    def conversations(self) -> Iterable[int]: ...

    def read(self, tx: store.Transaction, before: object | None, changed: frozenset[str]) -> object | None:
        """What is shown now; `before` is the view read last (None: none yet), `changed` what may differ from it."""
        ...

    def moved(self, view: object) -> bool:
        """Whether time or others have changed what only reading anew can bring up to date."""
        ...

    def beside(self, view: object) -> object:
        """The view with what is known without reading, such as who else waits; itself, when that is as shown."""
        ...

    def render(self, view: object, before: object | None) -> Parts:
        """The parts as HTML; of those that `before` (the view rendered last, if any) showed alike, nothing."""
        ...


@dataclass(slots=True, eq=False)
class Socket:
    """One open WebSocket with its own bounded queue and marks of what was last sent of each part."""

    ws: web.WebSocketResponse
    principal: Principal
    lang: str
    transport: asyncio.Transport | None = None
    screen: Screen | None = None
    sent: Marks = field(default_factory=dict)
    queue: asyncio.Queue[str] = field(default_factory=lambda: asyncio.Queue(BACKLOG))
    dropping: asyncio.Task[None] | None = None
    rests_until: float = 0.0
    # When what it is to show next came in, by the loop's clock; None: nothing has changed.
    changed_at: float | None = None
    operations: int = 0

    def push(self, text: str) -> None:
        """Queue a message; a socket that does not keep up is dropped."""
        if self.dropping is not None:
            return
        try:
            self.queue.put_nowait(text)
        except asyncio.QueueFull:
            log.warning("live.slow_socket_dropped", shop=self.principal.shop)
            self.dropping = asyncio.create_task(self.close(WSCloseCode.TRY_AGAIN_LATER))

    async def write(self) -> None:
        """Send what is queued until the socket is gone."""
        try:
            while not self.ws.closed:
                await self.ws.send_str(await self.queue.get())
        except ConnectionError:
            return
        except Exception:
            log.exception("live.writing_failed")
            await self.close(WSCloseCode.INTERNAL_ERROR)

    async def close(self, code: int) -> None:
        """Say why, and cut the connection of a page that takes nothing any more: it would keep us waiting for ever."""
        try:
            await self.ws.close(code=code, drain=False)
        finally:
            if self.transport is not None and self.transport.get_write_buffer_size():
                self.transport.abort()
