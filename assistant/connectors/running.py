"""Keeps the connections alive that are read as a stream: each by exactly one node, again and again, without a gap.

The node holds a lease, a row; how far was read is stored with what was read, and only by whoever holds the lease.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import structlog
from aiohttp import ClientSession, DummyCookieJar, TCPConnector

from assistant import store
from assistant.bus.signals import Signal
from assistant.connectors.registry import CONNECTORS
from assistant.connectors.sending import Postman
from assistant.connectors.shape import Connector, HostAway, HostRefused
from assistant.domain.errors import AssistantError, Conflict
from assistant.services import hosts
from assistant.services.clocks import Clock
from assistant.services.desks import Desks
from assistant.services.intake import whom
from assistant.store.hosts import Connection

log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
LEASE = timedelta(seconds=15)
# So long before its end a lease is kept on.
KEPT_ON = timedelta(seconds=10)
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
MOST_TO_A_HOST = 100


class Running:
    """This node's share of the connections, and its postman."""

    def __init__(self, desks: Desks, clock: Clock) -> None:
        self._desks, self._clock = desks, clock
        self._me = f"node-{secrets.token_hex(6)}"
        self._tasks: dict[int, tuple[datetime, asyncio.Task[None]]] = {}
        self._cursors: dict[int, str | None] = {}
        self.postman = Postman(desks, clock)

    def hear(self, signal: Signal) -> None:
        """A click that sends is delivered at once, not only when somebody looks."""
        if "sendings" in signal.nouns:
            self.postman.wake()

    async def run(self) -> None:
        """Until cancelled; then the leases are given back, so that another node can go on at once."""
        async with _session() as http:
            delivering = asyncio.create_task(self.postman.run(http))
            try:
                while True:
                    try:
                        await self._look(http)
                    except Exception:
                        log.exception("hosts.looking_failed")
                    await asyncio.sleep(LOOK_SECONDS)
            finally:
                delivering.cancel()
                await self._end(list(self._tasks))
                await asyncio.gather(delivering, return_exceptions=True)

    async def _look(self, http: ClientSession) -> None:
        """Hold what nobody holds, and let go of what is not ours any more."""
        try:
            found = {one.id: one for one in await self._desks.store.read(store.hosts.every)}
            ours = {id for id in [*found] if await self._holds(found[id])}
        except AssistantError as error:
            log.warning("hosts.looking_failed", reason=error.message)
            return
        over = [id for id, (made, task) in self._tasks.items() if id not in ours or made != found[id].made_at]
        await self._end([*over, *(id for id, (_, task) in self._tasks.items() if task.done() and id not in over)])
        for id in ours - set(self._tasks):
            connection = found[id]
            self._tasks[id] = connection.made_at, asyncio.create_task(self._keep_reading(connection, http))

    async def _holds(self, connection: Connection) -> bool:
        connector = CONNECTORS.get(connection.host)
        if connector is None or connector.follow is None:
            return False
        now = datetime.now(UTC)  # leases run by real time, also where the product's clock runs faster
        if (ours := standing(connection, self._me, now)) is not None:
            return ours
        taking = partial(store.hosts.hold, id=connection.id, me=self._me, now=now, until=now + LEASE)
        return await self._desks.store.write(taking)

    async def _end(self, ids: list[int]) -> None:
        for id in ids:
            _, task = self._tasks.pop(id)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            with contextlib.suppress(AssistantError):
                await self._desks.store.write(partial(store.hosts.let_go, id=id, me=self._me))

    async def _keep_reading(self, connection: Connection, http: ClientSession) -> None:
        """Read on after each loss, later each time it is lost again."""
        wait = FIRST_WAIT
        while True:
            try:
                async for batch in self._stream(connection, http):
                    await self.take(connection, batch)
                    wait = FIRST_WAIT
            except Conflict:
                return  # another node reads it now
            except (HostAway, HostRefused, AssistantError) as error:
                await self._failed(connection, str(error))
            except Exception:
                log.exception("hosts.reading_failed", host=connection.host)
                await self._failed(connection, "a defect on our side: see the log")
            await asyncio.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    async def _stream(self, connection: Connection, http: ClientSession) -> AsyncIterator[hosts.Batch]:
        connector = CONNECTORS[connection.host]
        current, settings = await self._desks.store.read(partial(opened, id=connection.id, connector=connector))
        assert connector.follow is not None
        async with contextlib.aclosing(connector.follow(settings, http, current.cursor, self._clock.now)) as batches:  # type: ignore[type-var]
            async for batch in batches:
                yield batch

    async def take(self, connection: Connection, batch: hosts.Batch) -> None:
        """Keep what was read; that nothing new was read need not be."""
        if not batch.events and not batch.left_out and batch.cursor in (None, self._cursors.get(connection.id)):
            return
        now = self._clock.now()
        found, wrong = hosts.readable(batch.events, connection.shop, now)
        work = partial(hosts.take, connection=connection.id, batch=batch, found=found, wrong=wrong, me=self._me)
        if wrong or batch.left_out:
            log.warning("hosts.left_out", host=connection.host, count=len(wrong) + len(batch.left_out))
        await self._desks.write(connection.shop, now, work, whom(found))
        self._cursors[connection.id] = batch.cursor

    async def _failed(self, connection: Connection, reason: str) -> None:
        log.warning("hosts.lost", host=connection.host, shop=connection.shop, reason=reason)
        noting = partial(store.hosts.failed, id=connection.id, failure=reason, now=self._clock.now())
        with contextlib.suppress(AssistantError):
            await self._desks.store.write(noting)


def standing(connection: Connection, me: str, now: datetime) -> bool | None:
    """Whether `me` reads it, where the row says so for long enough: everybody looks each second, and a write for each
    look would be many. None: it has to be taken, or kept on."""
    if connection.held_by is None or connection.held_until is None or connection.held_until < now:
        return None
    if connection.held_by != me:
        return False
    return True if connection.held_until - now > KEPT_ON else None


def opened(tx: store.Transaction, id: int, connector: Connector) -> tuple[Connection, Any]:
    """The connection as it stands, and its settings with the secrets. Raises Conflict when it was removed."""
    found = store.hosts.get(tx, id)
    if found is None:
        raise Conflict("this connection was removed")
    return found, connector.read_settings(hosts.opened(tx, found))


def _session() -> ClientSession:
    """One for all hosts: nothing of one host is told another, and one that hangs takes nobody else's connections."""
    return ClientSession(connector=TCPConnector(limit=0, limit_per_host=MOST_TO_A_HOST), cookie_jar=DummyCookieJar())
