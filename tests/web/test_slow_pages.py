"""A page that stops reading, over a real connection: it costs nobody else anything, and sees all once it is back."""

from __future__ import annotations

import asyncio
import socket
from contextlib import AsyncExitStack, suppress
from dataclasses import replace

from aiohttp import AddrInfoType, ClientSession, TCPConnector

from tests.until import PATIENCE
from tests.web.open_page import OpenPage
from tests.web.service import Service, message

HEALTHY = 50
# Each answer repeats this key: what the system holds for whoever does not read is soon full, then the page's own queue.
LONG_KEY = "k" * 60_000


def small(address: AddrInfoType) -> socket.socket:
    """A connection that takes little ahead of who reads it."""
    made = socket.socket(address[0], address[1])
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
    return made


async def test_a_page_that_stops_reading_is_dropped_and_the_others_see_everything(service: Service) -> None:
    await service.send(message("slow-0", "在吗", conversation="slow", buyer="slow"))
    async with AsyncExitStack() as stack:
        narrow = await stack.enter_async_context(
            ClientSession(service.address, connector=TCPConnector(socket_factory=small))
        )
        stuck = await _opened(stack, replace(service, http=narrow))
        healthy = [await _opened(stack, service) for _ in range(HEALTHY)]
        cut_off = asyncio.create_task(_asks_until_cut_off(stuck))
        await service.call("POST", "/api/v1/buyers/slow/notes", json={"text": "别人照常看到"})
        for page in healthy:
            await page.parts("notes", "别人照常看到")
            assert not page.ws.closed
        await cut_off
        assert await stuck.closed() in (1006, 1013)
        back = await _opened(stack, service)
        assert "别人照常看到" in "".join(back.heard)


async def _opened(stack: AsyncExitStack, service: Service) -> OpenPage:
    page = await stack.enter_async_context(service.sidebar())
    await page.open("slow")
    await page.parts("buyer")
    return page


async def _asks_until_cut_off(page: OpenPage) -> None:
    """Ask on and read no answer; a service that would take it for ever fails by the clock."""
    async with asyncio.timeout(PATIENCE):
        with suppress(ConnectionError):
            while True:
                await page.ws.send_json({"op": "nothing", "key": LONG_KEY})
