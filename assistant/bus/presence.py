"""Whose screens are open on which node, known to all of them. It lapses by itself when a node dies."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Mapping
from typing import Any

from assistant.bus.links import Client

# Told anew so often; who has not been told of for so long is not here any more.
RENEW_SECONDS, LAPSE_SECONDS = 10.0, 30.0

Shown = Mapping[str, frozenset[str]]


class Presence:
    """What this node shows, and what all show. Members of a shop's set are `node agent`, scored by when they lapse."""

    def __init__(self, node: str) -> None:
        self._node = node
        self.shown: Shown = {}
        self._told: dict[str, frozenset[str]] = {}
        self._changed = asyncio.Event()

    def show(self, shown: Shown) -> None:
        """These agents' screens are open here, by shop."""
        if shown != self.shown:
            self.shown = dict(shown)
            self._changed.set()

    async def run(self, client: Client) -> None:
        """Tell it as long as the connection holds."""
        self._told = {}
        while True:
            self._changed.clear()
            for shop in {*self.shown, *self._told}:
                await self._tell(client, shop, self.shown.get(shop, frozenset()))
            # Not `wait_for`: being woken and cancelled in one breath, it forgets that it was cancelled.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RENEW_SECONDS):
                    await self._changed.wait()

    async def _tell(self, client: Client, shop: str, agents: frozenset[str]) -> None:
        key, now = _key(shop), time.time()
        gone = self._told.get(shop, frozenset()) - agents
        await client.zremrangebyscore(key, "-inf", now)
        if gone:
            await client.zrem(key, *(f"{self._node} {agent}" for agent in gone))
        if agents:
            await client.zadd(key, {f"{self._node} {agent}": now + LAPSE_SECONDS for agent in agents})
            await client.expire(key, int(2 * LAPSE_SECONDS))
        self._told[shop] = agents
        if not agents:
            del self._told[shop]

    async def leave(self, client: Client) -> None:
        """This node shows nothing any more."""
        for shop in tuple(self._told):
            await self._tell(client, shop, frozenset())

    async def everywhere(self, client: Client, shop: str) -> frozenset[str]:
        """The agents whose screens are open on any node."""
        found: Any = await client.zrangebyscore(_key(shop), time.time(), "+inf")
        return frozenset(member.decode().partition(" ")[2] for member in found)


def _key(shop: str) -> str:
    return f"assistant:present:{{{shop}}}"
