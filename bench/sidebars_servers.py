"""The servers of `sidebars.py`, each in a process of its own on one core: bare ones, and ours."""

from __future__ import annotations

import contextlib
import secrets
from multiprocessing.connection import Connection
from pathlib import Path

import uvloop
from aiohttp import web

from bench.pipeline_servers import pin, until_told

AGENTS = 250


def bare(pipe: Connection, compressed: bool) -> None:
    """Pushes to a conversation's socket what is posted for it, as it is."""
    pin()
    uvloop.run(_bare(pipe, compressed))


async def _bare(pipe: Connection, compressed: bool) -> None:
    sockets: dict[str, web.WebSocketResponse] = {}

    async def take(request: web.Request) -> web.Response:
        for event in await request.json():
            with contextlib.suppress(KeyError, ConnectionError):
                await sockets[event["conversation"]].send_str(event["text"])
        return web.json_response({})

    async def listen(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=("assistant.v1",), compress=compressed)
        await socket.prepare(request)
        async for message in socket:
            sockets[message.json()["conversation"]] = socket
        return socket

    app = web.Application(client_max_size=2**24)
    app.router.add_post("/api/v1/events", take)
    app.router.add_get("/ws", listen)
    await until_told(app, pipe, {"key": "none", "tokens": ["none"]}, dict)


def ours(folder: Path, pipe: Connection, _: bool) -> None:
    """The real service on a SQLite file in this folder."""
    pin()
    uvloop.run(_ours(pipe, folder))


async def _ours(pipe: Connection, folder: Path) -> None:
    from threadpoolctl import threadpool_limits

    from assistant import store
    from assistant.app import logs, opened_desks, service
    from assistant.services.clocks import SystemClock
    from assistant.services.keys import hashed
    from assistant.settings import read_settings
    from assistant.web.server import make_app

    settings, clock = read_settings(limit_key_events=0, limit_person_pages=0), SystemClock()
    logs.configure("error")
    threadpool_limits(1)  # as the service does
    with opened_desks(settings, f"sqlite:///{folder}/bench.db") as desks:
        parts = service.parts(settings, desks, clock)
        await parts.desks.shop("default", clock.now())
        key = secrets.token_urlsafe(16)
        await desks.store.write(
            lambda tx: store.keys.add(tx, secrets.token_hex(4), "default", hashed(key), clock.now())
        )
        tokens = [parts.access.passes.bearer("default", f"a{n}") for n in range(AGENTS)]
        await until_told(make_app(parts), pipe, {"key": key, "tokens": tokens}, dict)
