"""The postman: takes what agents have sent, hands it to the host, and says how it went. Not for who may send what
(`services/host_sendings.py`)."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from functools import partial
from typing import Any

import structlog
from aiohttp import ClientSession

from assistant import store
from assistant.connectors.registry import CONNECTORS
from assistant.connectors.shape import Connector, HostAway, HostRefused, Outgoing
from assistant.domain.errors import AssistantError
from assistant.services import host_sendings, hosts
from assistant.services.clocks import Clock
from assistant.services.desk import Desk
from assistant.services.desks import Desks
from assistant.store.host_sendings import Sending

log = structlog.get_logger(__name__)

# A click wakes the postman of its own node at once; other nodes look so often.
LOOK_SECONDS = 0.5


class Postman:
    """Delivers what is ready, many chats side by side, each chat in its order."""

    def __init__(self, desks: Desks, clock: Clock) -> None:
        self._desks, self._clock = desks, clock
        self._woken = asyncio.Event()
        self._busy: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """There is something to send."""
        self._woken.set()

    async def run(self, http: ClientSession) -> None:
        """Until cancelled; what was handed to a host meanwhile is found again by its lease."""
        try:
            while True:
                try:
                    await self._round(http)
                except AssistantError as error:
                    log.warning("hosts.post_waits", reason=error.message)
                except Exception:
                    log.exception("hosts.post_failed")
                await self._rest()
        finally:
            for task in self._busy:
                task.cancel()

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            # Not `wait_for`: being woken and cancelled in one breath, it forgets that it was cancelled.
            async with asyncio.timeout(LOOK_SECONDS):
                await self._woken.wait()
        self._woken.clear()

    async def _round(self, http: ClientSession) -> None:
        now = self._clock.now()
        for sending in await self._desks.store.read(partial(store.host_sendings.ready, now=now)):
            until = now + host_sendings.TAKEN * self._clock.speed
            if await self._desks.store.write(partial(store.host_sendings.take, sending=sending, until=until)):
                task = asyncio.create_task(self._deliver(sending, http))
                self._busy.add(task)
                task.add_done_callback(self._busy.discard)

    async def _deliver(self, sending: Sending, http: ClientSession) -> None:
        try:
            await self._try(sending, http)
        except AssistantError as error:
            log.warning("hosts.post_waits", reason=error.message)
        except Exception:
            log.exception("hosts.post_failed")
        self.wake()  # the next one of this chat has waited

    async def _try(self, sending: Sending, http: ClientSession) -> None:
        connector, settings, message = await self._desks.store.read(partial(_addressed, sending=sending))
        if connector is None or connector.send is None:
            return await self._not(sending, "the connection was removed: connect the host again", again=False)
        if sending.state == "taken" and not connector.repeatable:
            return await self._not(sending, "nobody knows whether it arrived: look into the chat", unclear=True)
        try:
            sent = await connector.send(settings, http, message)
        except HostRefused as error:
            return await self._not(sending, str(error))
        except HostAway as error:
            harmless = connector.repeatable or not error.unclear
            return await self._not(sending, str(error), again=harmless, unclear=not harmless)
        await self._write(sending, lambda desk: host_sendings.delivered(desk, sending, sent))

    async def _not(self, sending: Sending, failure: str, *, again: bool = False, unclear: bool = False) -> None:
        log.warning("hosts.not_delivered", reason=failure, again=again)
        await self._write(
            sending, lambda desk: host_sendings.not_delivered(desk, sending, failure, again=again, unclear=unclear)
        )

    async def _write(self, sending: Sending, work: Callable[[Desk], None]) -> None:
        hold = store.locks.by_row("conversations", sending.conversation)
        await self._desks.write(sending.shop, self._clock.now(), work, hold)


def _addressed(tx: store.Transaction, sending: Sending) -> tuple[Connector | None, Any, Outgoing]:
    """Where a message goes: by which connector, with which settings."""
    conversation = store.conversations.get(tx, sending.conversation)
    assert conversation is not None, "conversations are never deleted"
    message = Outgoing(conversation.external, sending.agent, sending.text, sending.key)
    connection = store.hosts.get(tx, sending.connection)
    connector = CONNECTORS.get(connection.host) if connection else None
    if connection is None or connector is None:
        return None, None, message
    return connector, connector.read_settings(hosts.opened(tx, connection)), message
