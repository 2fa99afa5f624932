"""A page's WebSocket as a test sees it: says operations, and waits for what the server pushes."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import Callable
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType

from tests.until import PATIENCE

_numbers = itertools.count()
_TARGET = re.compile(r'<hx-partial hx-target="#([\w-]+)"')


def parts_of(pushed: str) -> set[str]:
    """Which parts of a page a pushed text brings."""
    return set(_TARGET.findall(pushed))


class OpenPage:
    def __init__(self, ws: ClientWebSocketResponse) -> None:
        self.ws = ws
        self.heard: list[str] = []
        self._before_the_answer: list[str] = []

    async def hear(self, wanted: Callable[[str], bool], seconds: float = PATIENCE) -> str:
        """The next text that is wanted; whatever comes before it is kept in `heard`."""
        async with asyncio.timeout(seconds):
            while True:
                told = await self.ws.receive()
                assert told.type is WSMsgType.TEXT, (told, self.ws.close_code)
                self.heard.append(told.data)
                if wanted(told.data):
                    return str(told.data)

    async def parts(self, name: str, text: str = "", seconds: float = PATIENCE) -> set[str]:
        """Wait until this part is pushed with this text in it; which parts came with it.

        What an operation changes may be pushed before or after its answer: both count.
        """

        def wanted(told: str) -> bool:
            return name in parts_of(told) and text in told

        early = [told for told in self._before_the_answer if wanted(told)]
        self._before_the_answer.clear()
        return parts_of(early[-1] if early else await self.hear(wanted, seconds))

    async def next(self, what: str, here: str) -> dict[str, Any]:
        """Where the agent is led from the conversation that is open."""
        await self.ws.send_json({"op": "next", "what": what, "conversation": here})
        found: dict[str, Any] = json.loads(await self.hear(lambda told: told.startswith('{"next"')))
        return found

    async def say(self, op: str, key: str | None = None, **values: Any) -> dict[str, Any]:
        """Carry out an operation; its answer, `acked` or `refused`."""
        key = key or f"test-key-{next(_numbers)}"
        await self.ws.send_json({"op": op, "key": key, **values})
        before = len(self.heard)
        answer = await self.hear(lambda t: t.startswith(('{"acked"', '{"refused"')))
        self._before_the_answer = self.heard[before:-1]
        found: dict[str, Any] = json.loads(answer)
        return found

    async def open(self, conversation: str, **more: str) -> None:
        self._before_the_answer.clear()
        await self.ws.send_json({"op": "open", "conversation": conversation, **more})

    async def closed(self, seconds: float = PATIENCE) -> int | None:
        """Read until the server closes; its close code."""
        async with asyncio.timeout(seconds):
            while not self.ws.closed:
                await self.ws.receive()
        return self.ws.close_code
