"""The web application: its parts put under their keys, its background tasks, its life from start to graceful stop."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import structlog
from aiohttp import web

from assistant import store
from assistant.bus.signals import Signal
from assistant.domain.practice import Cast, place_of
from assistant.services import practice, queue
from assistant.services.access import Access
from assistant.services.clocks import Clock, real_seconds
from assistant.services.desks import Desks
from assistant.services.quick_replies import Habits
from assistant.services.second_looks import Embed, SecondLooks
from assistant.web import answers, keys, middlewares
from assistant.web.live import Hub
from assistant.web.openapi import description
from assistant.web.rendering import Rendering, partial
from assistant.web.routes import ADDRESSES, add_routes
from assistant.web.screens import Foot, Queues, Stage

log = structlog.get_logger(__name__)

MOST_BYTES = 1024 * 1024
# The clock is looked at at least so often: a follow-up armed meanwhile may be due sooner than what was waited for.
LOOK_SECONDS = 0.05
RETRY_SECONDS = 1.0
QUEUE_SECONDS = 1.0
# Scripted buyers are looked after so often while anybody practises, and else so often whether somebody does.
PRACTICE_SECONDS, NOBODY_SECONDS = 0.25, 1.0


class Bus(keys.Counters, Protocol):
    """What the web floor asks of a bus."""

    def listen(self, listener: Callable[[Signal], None]) -> Callable[[], None]: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything the application is put together from."""

    desks: Desks
    access: Access
    bus: Bus
    clock: Clock
    pages: Path
    language: str = "zh-CN"
    visitor: str | None = None
    public_url: str | None = None
    # Makes vectors of texts, where a second look was asked for.
    embed: Embed | None = None
    cast: Cast = field(default_factory=Cast)
    pace: keys.Pace = field(default_factory=keys.Pace)


def make_app(parts: Parts) -> web.Application:
    """The aiohttp application, ready to run."""
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[middlewares.answer_errors])
    rendering = Rendering(parts.pages)
    app[keys.DESKS] = parts.desks
    app[keys.HABITS] = Habits()
    app[keys.CAST] = parts.cast
    app[keys.ACCESS] = parts.access
    app[keys.COUNTERS] = parts.bus
    app[keys.CLOCK] = parts.clock
    app[keys.RENDERING] = rendering
    app[keys.STAGE] = Stage(parts.desks.library, parts.clock, rendering, Foot(), Queues(), parts.desks.news)
    app[keys.PACE] = parts.pace
    app[keys.HUB] = Hub(parts.desks.store, partial)
    app[keys.STATIC] = parts.pages / "static"
    app[keys.LANGUAGE] = parts.language
    app[keys.VISITOR] = parts.visitor
    app[keys.PUBLIC_ORIGIN] = answers.origin(parts.public_url) if parts.public_url else None
    app[keys.OPENAPI] = description(ADDRESSES)
    add_routes(app)
    app.on_response_prepare.append(middlewares.secure)
    app.on_shutdown.append(_close_sockets)
    app.cleanup_ctx.append(_background(parts))
    return app


def _background(parts: Parts) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(app: web.Application) -> AsyncIterator[None]:
        hub = app[keys.HUB]
        unlisten = parts.bus.listen(functools.partial(hear, hub))
        work = (
            hub.run(),
            hub.compare(),
            keep_time(parts.desks, parts.clock),
            follow_scripts(parts.desks, parts.clock),
            follow_queues(hub, parts.desks, app[keys.STAGE].queues),
            keep_practices(parts.desks, parts.clock, parts.cast),
        )
        tasks = [asyncio.create_task(one) for one in work]
        with contextlib.ExitStack() as ends:
            ends.callback(unlisten)
            if parts.embed is not None:
                looks = ends.enter_context(SecondLooks(parts.desks, parts.clock, parts.embed, hub.shows))
                ends.callback(parts.bus.listen(looks.hear))
                tasks.append(asyncio.create_task(looks.run()))
            yield
        await _stop(tasks)

    return run


async def _stop(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _close_sockets(app: web.Application) -> None:
    await app[keys.HUB].close()


async def keep_time(desks: Desks, clock: Clock) -> None:
    """Fire follow-ups when their time comes."""
    while True:
        try:
            await _look(desks, clock)
        except Exception:
            log.exception("timekeeper.failed")
            await asyncio.sleep(RETRY_SECONDS)


async def _look(desks: Desks, clock: Clock) -> None:
    due = await desks.store.read(store.follow_ups.next_due)
    if due is not None and due <= clock.now():
        await desks.fire(clock.now())
        return
    await asyncio.sleep(LOOK_SECONDS if due is None else min(LOOK_SECONDS, real_seconds(clock, due)))


async def keep_practices(desks: Desks, clock: Clock, cast: Cast) -> None:
    """Let the scripted buyers of running practices act."""
    while True:
        running = False
        try:
            moving, running = await desks.store.read(lambda tx: store.practice.to_move_on(tx, clock.now()))
            for shop, id in moving:
                place = place_of(shop, id)
                if not await desks.write(place, clock.now(), lambda desk: practice.move_on(desk, cast)):
                    desks.library.forget(place)
        except Exception:
            log.exception("practice.failed")
        await asyncio.sleep(PRACTICE_SECONDS if running else NOBODY_SECONDS)


async def follow_queues(hub: Hub, desks: Desks, queues: Queues) -> None:
    """Look once a second who waits: a conversation's signals do not reach the sidebars beside other ones."""
    while True:
        await asyncio.sleep(QUEUE_SECONDS)
        try:
            for shop in hub.shops():
                queues.keep(shop, await desks.store.read(functools.partial(queue.read, shop=shop)))
            hub.look_again("notices")
            await hub.look_beside()
        except Exception:
            log.exception("queues.reading_failed")


def hear(hub: Hub, signal: Signal) -> None:
    """A conversation's signal is for whoever shows it, one of the shop's notices for those who would see it."""
    if signal.conversation is None:
        hub.look_again("notices")
    else:
        hub.hear(signal)


async def follow_scripts(desks: Desks, clock: Clock) -> None:
    """Use what other nodes and commands published or posted, within a second."""
    while True:
        await asyncio.sleep(1.0)
        try:
            for shop in await desks.store.read(functools.partial(desks.library.outdated, now=clock.now())):
                desks.library.keep(shop)
        except Exception:
            log.exception("scripts.comparison_failed")
