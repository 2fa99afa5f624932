"""Brings facts to their subscribers, by signed webhooks."""

from __future__ import annotations

import asyncio
import time

import structlog
from aiohttp import ClientError

from assistant import store
from assistant.connectors.outward import Inward
from assistant.connectors.webhooks import post
from assistant.domain.errors import AssistantError
from assistant.services.clocks import Clock
from assistant.services.subscriptions import NotTaken, Telling, replay

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0


class Post:
    """A carrier of facts; `private`: whether addresses of the local network may be written to."""

    def __init__(self, *, private: bool = False) -> None:
        self._private = private

    async def carry(self, address: str, secret: str, id: str, body: bytes) -> None:
        """Deliver one body. Raises NotTaken with what went wrong; a repeat carries the same id."""
        try:
            status = await post(address, secret, id, int(time.time()), body, private=self._private)
        except Inward as error:
            raise NotTaken(str(error)) from error
        except (TimeoutError, ClientError, OSError, ValueError) as error:
            raise NotTaken(f"cannot be reached ({type(error).__name__})") from error
        if not 200 <= status < 300:
            raise NotTaken(f"answered with status {status}")


class DeadLetters:
    """Tells subscribers again what they never took."""

    def __init__(self, database: store.Store, clock: Clock, *, private: bool) -> None:
        self._store, self._clock, self._post = database, clock, Post(private=private)

    async def replay(self, shop: str, id: int) -> int:
        """How many facts were taken now. Raises NotFound, or InvalidInput with what the subscriber said."""
        return await replay(self._store, self._post, shop, id, self._clock.now())


async def keep_subscribers_told(database: store.Store, clock: Clock, *, private: bool) -> None:
    """Tell subscribers what is new, until cancelled."""
    async with asyncio.TaskGroup() as tasks:
        telling = Telling(database, Post(private=private), clock, tasks)
        while True:
            try:
                await telling.look()
            except AssistantError as error:
                log.warning("subscriptions.waiting", reason=error.message)
            except Exception:
                log.exception("subscriptions.failed")
            await telling.rest(LOOK_SECONDS)
