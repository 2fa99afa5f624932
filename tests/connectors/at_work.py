"""The product at work with its connections, without a web server: a real database, real clicks, a real event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from assistant import store
from assistant.bus.memory import MemoryBus
from assistant.connectors.registry import connector as connector_of
from assistant.connectors.running import Running
from assistant.domain.staff import Principal, rights_of
from assistant.services import hosts, intake
from assistant.services.clocks import Clock, SystemClock
from assistant.services.desks import Desks
from assistant.store.kpi import ListedFollowUp, follow_up_list
from assistant.web.operations import carry_out, whom

SHOP = "default"


class AtWork:
    """One node."""

    def __init__(self, desks: Desks, url: str, clock: Clock | None = None) -> None:
        self.url = url
        self.bus = MemoryBus()
        self.desks = Desks(desks.store, desks.library, self.bus)
        self.clock = clock or SystemClock()
        self.running = Running(self.desks, self.clock)
        self.bus.listen(self.running.hear)

    def reading(self) -> AbstractAsyncContextManager[None]:
        """Its connections are read and its letters delivered until the end of the block."""
        return reading(self.running)

    async def connect(self, host: str, **given: Any) -> str:
        return await connected(self.desks, self.clock, SHOP, host, **given)

    async def connection(self, host: str) -> store.hosts.Connection:
        found = await self.desks.store.read(partial(store.hosts.find, shop=SHOP, host=host))
        assert found is not None
        return found

    async def click(self, agent: str, **said: Any) -> None:
        """An operation of an agent's sidebar or workbench."""
        who = Principal(SHOP, rights_of("agent"), agent, agent)
        await self.desks.write(SHOP, self.clock.now(), lambda desk: carry_out(desk, who, said), whom(said))

    async def events(self, *found: dict[str, Any]) -> None:
        """What comes through the door for events."""
        now = self.clock.now()
        told = intake.read([{"at": now.isoformat(), **one} for one in found], now, SHOP)
        await self.desks.write(SHOP, now, lambda desk: intake.receive(desk, told), intake.whom(told))

    def files(self) -> list[Path]:
        """What its database is on disk."""
        kept = Path(self.url.removeprefix("sqlite:///"))
        return list(kept.parent.glob(f"{kept.name}*"))

    # --- what stands

    async def messages(self, conversation: str, platform: str) -> list[tuple[str, str | None, str]]:
        """(side, agent, text) of a chat, oldest first."""

        def read(tx: store.Transaction) -> list[tuple[str, str | None, str]]:
            chat = store.conversations.find(tx, SHOP, platform, conversation)
            found = store.messages.last(tx, chat.id, 200) if chat else []
            return [(one.side, one.agent, one.text) for one in found]

        return await self.desks.store.read(read)

    async def cards(self, conversation: str, platform: str) -> list[store.suggestions.Suggestion]:
        def read(tx: store.Transaction) -> list[store.suggestions.Suggestion]:
            chat = store.conversations.find(tx, SHOP, platform, conversation)
            return store.suggestions.open_in(tx, chat.id) if chat else []

        return await self.desks.store.read(read)

    async def follow_ups(self) -> list[ListedFollowUp]:
        return await self.desks.store.read(lambda tx: follow_up_list(tx, SHOP))

    async def sendings(self, conversation: str, platform: str) -> list[tuple[str, str | None]]:
        """(state, failure) of what is on its way in a chat."""

        def read(tx: store.Transaction) -> list[tuple[str, str | None]]:
            chat = store.conversations.find(tx, SHOP, platform, conversation)
            return [(one.state, one.failure) for one in store.host_sendings.open_in(tx, chat.id)] if chat else []

        return await self.desks.store.read(read)

    async def facts(self, *names: str) -> list[str]:
        now = datetime.now().astimezone()
        ago = now - timedelta(days=1000)
        found = await self.desks.store.read(lambda tx: store.facts.between(tx, SHOP, ago, now + timedelta(days=1)))
        return [fact.name for fact in found if not names or fact.name in names]


async def connected(desks: Desks, clock: Clock, shop: str, host: str, **given: Any) -> str:
    """What `assistant connect` does once everything was asked; returns what the proof says."""
    connector = connector_of(host)
    settings = connector.read_settings(given)
    async with ClientSession() as http:
        proof = await connector.prove(settings, http, clock.now)
    told, secrets = connector.split(settings)
    keep = partial(
        hosts.connect, shop=shop, host=host, settings={**told, **proof.found}, secrets=secrets,
        sends=connector.send is not None, cursor=proof.cursor, now=clock.now(),
    )  # fmt: skip
    await desks.store.write(keep)
    return proof.says


@asynccontextmanager
async def reading(running: Running) -> AsyncIterator[None]:
    """Connections are read and letters delivered until the end of the block."""
    task = asyncio.create_task(running.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def keys() -> Iterator[str]:
    """Keys of clicks."""
    for number in range(1_000_000):
        yield f"click-{number:08}"
