"""Who is slow keeps nobody waiting: bodies that trickle in, heads that never end, sockets that never say goodbye."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from assistant.app import service as app_service
from assistant.web import sockets
from assistant.web.keys import AT_THE_DOOR, Pace
from assistant.web.server import make_app
from tests.web.service import Service, running


@pytest.fixture
async def impatient(tmp_path: Path) -> AsyncIterator[Service]:
    """A service that waits for no body: what is sent to it as one piece may come late on a busy machine."""
    async with running(tmp_path, pace=Pace(body_seconds=0.2)) as made:
        yield made


@asynccontextmanager
async def begun(address: str, said: str) -> AsyncIterator[asyncio.StreamReader]:
    """A connection on which this was said, and nothing more is."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rsplit(":", 1)[1]))
    writer.write(said.encode())
    try:
        yield reader
    finally:
        writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def test_a_body_that_trickles_in_is_not_waited_for(impatient: Service) -> None:
    key = impatient.key()["Authorization"]
    head = "POST {} HTTP/1.1\r\nHost: here\r\nAuthorization: {}\r\nContent-Length: 100\r\n{}\r\n"
    paths = ("/api/v1/events", "/api/v1/checks", "/hooks/1", "/login")
    async with AsyncExitStack() as connections:
        for path in paths:
            kind = "Content-Type: application/x-www-form-urlencoded\r\n" if path == "/login" else ""
            said = head.format(path, key, kind) + "{"
            reader = await connections.enter_async_context(begun(impatient.address, said))
            line = (await reader.readuntil(b"\r\n\r\n")).decode().splitlines()[0]
            assert line.split()[1] == "408", path
            assert json.loads((await reader.readuntil(b"}}")).decode())["error"]["code"] == "too_slow"


async def test_a_connection_without_a_whole_head_is_closed(service: Service) -> None:
    runner = app_service.runner_of(make_app(replace(service.parts)), idle_seconds=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    upgrade = "GET /ws HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    whole = "GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n"
    for said in ("", "GET /log", "GET /login HTTP/1.1\r\nHost: he", upgrade, whole + "GET /healthz HT"):
        async with begun(address, said) as reader:
            answer = await reader.read()  # until it is closed
        assert answer.startswith(b"HTTP/1.1 200") == said.startswith(whole), said
    await runner.cleanup()


async def test_sockets_that_never_say_goodbye_keep_nobody_waiting_at_the_door(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "CLOSING_SECONDS", 3_600.0)
    request = (
        "GET /ws HTTP/1.1\r\nHost: here\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: assistant.v1, bearer.nobody\r\n\r\n"
    )
    async with AsyncExitStack() as silent:
        for _ in range(AT_THE_DOOR + 1):
            reader = await silent.enter_async_context(begun(service.address, request))
            assert (await reader.readline()).split()[1] == b"101"
        async with service.sidebar() as page:
            assert "queue" in await page.parts("queue")
