"""The door for what hosts send us: finds the connection, lets its connector read the call, keeps it, then answers.

Not for who may call: each connector verifies its host's signature over the very bytes.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import structlog

from assistant import store
from assistant.connectors.registry import CONNECTORS
from assistant.connectors.running import opened
from assistant.connectors.shape import Call, Connector, Taken
from assistant.domain.errors import AssistantError, NotFound, NotSignedIn
from assistant.services import hosts
from assistant.services.clocks import Clock
from assistant.services.desks import Desks
from assistant.services.intake import whom
from assistant.store.hosts import Connection

log = structlog.get_logger(__name__)

MOST_REMEMBERED = 1_000


class Hooks:
    """Takes calls for all connections."""

    def __init__(self, desks: Desks, clock: Clock) -> None:
        self._desks, self._clock = desks, clock
        # Opening secrets takes longer than all the rest of a call.
        self._settings: dict[int, tuple[datetime, Any]] = {}

    async def call(
        self, id: int, method: str, headers: dict[str, str], query: dict[str, str], body: bytes
    ) -> tuple[int, str]:
        """(status, body) of the answer, after what was told is on disk. Raises NotFound for a connection there is not,
        NotSignedIn for what its host did not sign, InvalidInput for what cannot be read."""
        connection = await self._desks.store.read(partial(store.hosts.get, id=id))
        connector = CONNECTORS.get(connection.host) if connection else None
        if connection is None or connector is None or connector.take is None:
            raise NotFound("there is no such connection: `assistant connections list` shows the addresses")
        now = self._clock.now()
        try:
            settings = await self._opened(connection, connector)
            taken = connector.take(settings, Call(method, headers, query, body), now)
        except AssistantError as error:
            await self._refused(connection, error)
            raise
        await self._keep(connection, taken, now)
        return taken.status, taken.answer

    async def _opened(self, connection: Connection, connector: Connector) -> Any:
        made, settings = self._settings.get(connection.id, (None, None))
        if made != connection.made_at:
            _, settings = await self._desks.store.read(partial(opened, id=connection.id, connector=connector))
            if len(self._settings) >= MOST_REMEMBERED:
                self._settings.clear()
            self._settings[connection.id] = connection.made_at, settings
        return settings

    async def _keep(self, connection: Connection, taken: Taken, now: datetime) -> None:
        batch = taken.batch
        whole, unknown = [*batch.events], list[str]()
        if hosts.incomplete(whole):
            whole, unknown = await self._desks.store.read(partial(hosts.completed, shop=connection.shop, found=whole))
        found, wrong = hosts.readable(whole, connection.shop, now)
        wrong += unknown
        if wrong or batch.left_out:
            log.warning("hosts.left_out", host=connection.host, count=len(wrong) + len(batch.left_out))
        elif not found:
            return
        work = partial(hosts.take, connection=connection.id, batch=batch, found=found, wrong=wrong)
        await self._desks.write(connection.shop, now, work, whom(found))

    async def _refused(self, connection: Connection, error: AssistantError) -> None:
        """Told to whoever looks after the connection, but not for each of many: strangers may knock."""
        log.warning("hosts.call_refused", host=connection.host, reason=error.message)
        now = self._clock.now()
        lately = connection.failed_at is not None and (now - connection.failed_at).total_seconds() < 60
        if isinstance(error, NotSignedIn) and lately:
            return
        noting = partial(store.hosts.failed, id=connection.id, failure=f"a call: {error.message}", now=now)
        await self._desks.store.write(noting)
