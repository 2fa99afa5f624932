"""The two servers of `pipeline.py`, each in a process of its own on one core."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import os
import secrets
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import uvloop
from aiohttp import web

from assistant.app import room
from assistant.app.service import leave_what_is_loaded_alone

CORE = 0
# As many as it takes in life to say so much.
AGENTS = 20


def bare(pipe: Connection, stages: bool) -> None:
    """Parse the same JSON, push one message, store nothing."""
    pin()
    uvloop.run(_bare(pipe))


async def _bare(pipe: Connection) -> None:
    sockets: dict[str, web.WebSocketResponse] = {}

    async def take(request: web.Request) -> web.Response:
        event = json.loads(await request.read())
        socket = sockets.get(event["conversation"])
        if socket is not None:
            await socket.send_str(event["text"])
        return web.json_response({"accepted": 1, "duplicates": 0})

    async def listen(request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse(protocols=("assistant.v1",), compress=False)
        await socket.prepare(request)
        async for message in socket:
            sockets[json.loads(message.data)["conversation"]] = socket
        return socket

    app = web.Application()
    app.router.add_post("/api/v1/events", take)
    app.router.add_get("/ws", listen)
    await until_told(app, pipe, {"key": "none", "tokens": ["none"]}, dict)


def ours(pipe: Connection, stages: bool, database: str = "") -> None:
    """The real service on this database, or on a SQLite file."""
    pin()
    with tempfile.TemporaryDirectory() as folder:
        uvloop.run(_ours(pipe, database or f"sqlite:///{folder}/bench.db", stages))


async def _ours(pipe: Connection, database: str, stages: bool) -> None:
    from threadpoolctl import threadpool_limits

    from assistant import store
    from assistant.app import opened_desks, service
    from assistant.services.clocks import SystemClock
    from assistant.services.keys import hashed
    from assistant.settings import read_settings
    from assistant.web.server import make_app

    settings, clock = read_settings(limit_key_events=0, limit_person_pages=0), SystemClock()
    threadpool_limits(1)  # as the service does
    with opened_desks(settings, database) as desks:
        parts = service.parts(settings, desks, clock)
        await parts.desks.shop("default", clock.now())
        key = secrets.token_urlsafe(16)
        await desks.store.write(lambda tx: store.keys.add(tx, "bench", "default", hashed(key), clock.now()))
        costs = _watched() if stages else dict
        told = {"key": key, "tokens": [parts.access.passes.bearer("default", f"a{n}") for n in range(AGENTS)]}
        await until_told(make_app(parts), pipe, told, costs)


async def until_told(
    app: web.Application, pipe: Connection, told: dict[str, Any], costs: Callable[[], dict[str, float]]
) -> None:
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=room.COMING).start()
    leave_what_is_loaded_alone()
    pipe.send({"host": "127.0.0.1", "port": runner.addresses[0][1], **told})
    await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
    pipe.send(costs())
    await runner.cleanup()


def pin() -> None:
    with contextlib.suppress(AttributeError, OSError):
        os.sched_setaffinity(0, {CORE})


class Watch:
    """Counts the time inside functions by stage; nested ones are counted where they are innermost."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self.events = 0
        # Each thread has its own nesting.
        self._nested = threading.local()

    def put_on(self, stage: str, owner: Any, name: str) -> None:
        original = getattr(owner, name)

        @functools.wraps(original)
        def timed(*args: Any, **kwargs: Any) -> Any:
            started, outer = time.thread_time(), getattr(self._nested, "spent", 0.0)
            self._nested.spent = 0.0
            try:
                return original(*args, **kwargs)
            finally:
                took = time.thread_time() - started
                self.spent[stage] += took - self._nested.spent
                self._nested.spent = outer + took
                self.events += name == "receive"

        setattr(owner, name, timed)

    def costs(self) -> dict[str, float]:
        """Microseconds an event, by stage."""
        return {stage: cost / max(1, self.events) * 1e6 for stage, cost in self.spent.items()}


def _watched() -> Callable[[], dict[str, float]]:
    from assistant.domain.recognition import Recogniser
    from assistant.services import intake, sidebar, suggestions
    from assistant.store import facts
    from assistant.store.statements import Statement
    from assistant.web.open_pages import Socket
    from assistant.web.rendering import Rendering

    watch = Watch()
    watch.put_on("parse", intake, "read_body")
    watch.put_on("decide", intake, "receive")
    watch.put_on("facts", facts, "add_all")
    watch.put_on("match", Recogniser, "rank_run")
    watch.put_on("match", suggestions, "why")
    watch.put_on("view", sidebar, "view")
    watch.put_on("render", Rendering, "part")
    watch.put_on("push", Socket, "push")
    for name in ("all", "one", "run", "many"):
        watch.put_on("store", Statement, name)
    return watch.costs
