"""Hundreds of pages connect at once, vanish without a word, and come back: each sees what is true, and of those that
vanished nothing stays behind."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, TCPConnector

from assistant.settings import read_settings
from tests.soak.ledger import complaints
from tests.until import until
from tests.web.open_page import OpenPage
from tests.web.service import Service, message, running

CHATS = 10
STORM = 120.0


@pytest.mark.parametrize("pages", [60, pytest.param(500, marks=pytest.mark.soak)], ids=str)
async def test_pages_that_vanish_and_come_back_see_what_is_true_and_leave_nothing(tmp_path: Path, pages: int) -> None:
    async with running(tmp_path, settings=read_settings(limit_person_pages=0)) as service:
        await service.send(*(message(f"0-{n}", **place(n)) for n in range(CHATS)))
        for turn in range(1, 4):
            async with ClientSession(service.address, connector=TCPConnector(limit=0)) as storm:
                opened = await asyncio.gather(*(come(service, storm, n) for n in range(pages)))
                news = [{"id": f"{turn}-{n}", "type": "buyer", "nickname": f"小鱼{turn}号"} for n in range(CHATS)]
                at = message("")["at"]
                await service.send(*({**told, "at": at, "buyer": f"b{n}"} for n, told in enumerate(news)))
                await asyncio.gather(*(page.parts("buyer", f"小鱼{turn}号", seconds=STORM) for page in opened))
                for page in opened:
                    vanish(page.ws)
            await until(lambda: not service.hub.shops(), STORM)
        assert await service.count("events") == CHATS * 4
        assert complaints(service.parts.desks.store.engine) == []


def place(n: int) -> dict[str, str]:
    return {"conversation": f"c{n}", "buyer": f"b{n}"}


async def come(service: Service, storm: ClientSession, n: int) -> OpenPage:
    page = OpenPage(await storm.ws_connect("/ws", protocols=("assistant.v1", f"bearer.{service.bearer()}")))
    await page.open(f"c{n % CHATS}")
    await page.parts("buyer", seconds=STORM)
    return page


def vanish(ws: ClientWebSocketResponse) -> None:
    """As when a cable is pulled: no closing words."""
    transport = ws.get_extra_info("socket") and ws._conn and ws._conn.transport
    assert transport is not None
    transport.abort()
