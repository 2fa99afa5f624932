"""The web application: its parts put under their keys, its background tasks, its life from start to graceful stop."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import structlog
from aiohttp import web

from assistant import store
from assistant.bus.signals import Signal
from assistant.domain.practice import Cast
from assistant.services import practising, queue, recounting, timekeeper
from assistant.services.access import Access
from assistant.services.back_test_runs import Runs
from assistant.services.clocks import Clock
from assistant.services.desks import Desks
from assistant.services.gaps import Findings
from assistant.services.judging import Judges
from assistant.services.personal_replies import Shelves
from assistant.services.proving import Provers
from assistant.services.quick_replies import Habits
from assistant.services.second_looks import Embed, SecondLooks
from assistant.web import answers, keys, middlewares
from assistant.web.attending import attend
from assistant.web.beside import QUEUE_SECONDS, Foot, Queues, follow_feet
from assistant.web.limits import LIMITS, Most, keep_in_step, limits
from assistant.web.live import Hub
from assistant.web.metrics import READINGS, Readings
from assistant.web.openapi import description
from assistant.web.readiness import READINESS, Readiness
from assistant.web.rendering import compiled, partial
from assistant.web.routes import ADDRESSES, add_routes
from assistant.web.screens import Stage
from assistant.web.tallies import Tallies
from assistant.web.wallboard import follow_presence

log = structlog.get_logger(__name__)

MOST_BYTES = 1024 * 1024
HERE_SECONDS, TABLES_SECONDS = 1.0, 1.0


class Bus(keys.Counters, Protocol):
    """What the web floor asks of a bus."""

    @property
    def connected(self) -> bool: ...

    def listen(self, listener: Callable[[Signal], None]) -> Callable[[], None]: ...

    def when_back(self, call: Callable[[], None]) -> None: ...

    def follow(self, shop: str) -> None: ...

    def show(self, shown: Mapping[str, frozenset[str]]) -> None: ...

    async def run(self) -> None: ...


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
    metrics_token: str | None = None
    # Whether the tables are published only when a second person agrees.
    second_person: bool = False
    access_log: bool = False
    # Whether there is a mail server: people are told where there is none.
    mails: bool = False
    most: Most = field(default_factory=Most)
    # Makes vectors of texts, where a second look was asked for.
    embed: Embed | None = None
    hooks: keys.Hooks | None = None
    wecom: keys.WecomPages | None = None
    oidc: keys.Outside | None = None
    dead_letters: keys.DeadLetters | None = None
    cast: Cast = field(default_factory=Cast)
    pace: keys.Pace = field(default_factory=keys.Pace)


def make_app(parts: Parts) -> web.Application:
    """The aiohttp application, ready to run."""
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[attend, middlewares.answer_errors])
    rendering = compiled(parts.pages)
    app[keys.DESKS] = parts.desks
    app[keys.HABITS] = Habits()
    app[keys.SHELVES] = Shelves()
    app[keys.JUDGES] = Judges(parts.desks.library.shipped)
    app[keys.PROVERS] = provers = Provers()
    app[keys.RUNS] = Runs(parts.desks, parts.clock, provers)
    app[keys.FINDINGS] = Findings(provers)
    app[keys.CAST] = parts.cast
    app[keys.ACCESS] = parts.access
    app[keys.COUNTERS] = parts.bus
    app[keys.HOOKS] = parts.hooks
    app[keys.WECOM], app[keys.OIDC] = parts.wecom, parts.oidc
    app[keys.DEAD_LETTERS] = parts.dead_letters
    app[keys.CLOCK] = parts.clock
    app[keys.RENDERING] = rendering
    app[keys.STAGE] = Stage(parts.desks.library, parts.clock, rendering, Foot(), Queues(), parts.desks.news)
    app[keys.PACE] = parts.pace
    app[keys.DOOR] = asyncio.Semaphore(keys.AT_THE_DOOR)
    app[keys.HUB] = hub = Hub(parts.desks.store, partial, follow=parts.bus.follow)
    app[LIMITS] = limits(parts.most)
    app[keys.TALLIES] = doors = Tallies()
    app[READINESS] = Readiness(parts.desks, parts.bus)
    app[READINGS] = Readings(parts.desks, hub, doors, parts.bus)
    app[keys.SECOND_PERSON] = parts.second_person
    app[keys.METRICS_TOKEN], app[keys.ACCESS_LOG] = parts.metrics_token, parts.access_log
    app[keys.MAILS] = parts.mails
    app[keys.STATIC] = parts.pages / "static"
    app[keys.LANGUAGE] = parts.language
    app[keys.VISITOR] = parts.visitor
    app[keys.PUBLIC_ORIGIN] = answers.origin(parts.public_url) if parts.public_url else None
    app[keys.OPENAPI] = _description()
    add_routes(app)
    app.on_response_prepare.append(middlewares.secure)
    app.on_shutdown.append(_close_sockets)
    app.cleanup_ctx.append(_background(parts))
    return app


@functools.cache
def _description() -> dict[str, Any]:
    return description(ADDRESSES)


def _background(parts: Parts) -> Callable[[web.Application], AsyncIterator[None]]:
    async def run(app: web.Application) -> AsyncIterator[None]:
        hub = app[keys.HUB]
        await _learn_news(parts.desks, parts.clock)  # before a reminder is made that a late payment has overtaken
        told = asyncio.Event()
        unlisten = parts.bus.listen(functools.partial(hear, hub, told))
        parts.bus.when_back(functools.partial(look_at_everything, hub, told))
        work = (
            parts.bus.run(),
            hub.run(),
            hub.compare(),
            tell_who_is_here(hub, parts.bus),
            timekeeper.keep_firing(parts.desks, parts.clock),
            timekeeper.keep_observing(parts.desks, parts.clock),
            follow_scripts(hub, parts.desks, parts.clock, told),
            follow_queues(hub, parts.desks, parts.clock, app[keys.STAGE].queues),
            follow_feet(parts.desks, parts.clock, app[keys.STAGE].foot),
            follow_presence(parts.bus, app[keys.STAGE].present),
            keep_in_step(app[LIMITS], parts.bus),
            practising.keep(parts.desks, parts.clock, parts.cast),
            recounting.keep(parts.desks, parts.clock),
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
    app[keys.JUDGES].close()
    await app[keys.RUNS].close()
    await app[keys.PROVERS].close()
    await app[keys.HUB].close()


async def _learn_news(desks: Desks, clock: Clock) -> None:
    desks.news.learn(await desks.store.read(store.order_news.every), clock.now())


async def follow_queues(hub: Hub, desks: Desks, clock: Clock, queues: Queues) -> None:
    """Look once a second who waits: a conversation's signals do not reach the sidebars beside other ones."""
    while True:
        await asyncio.sleep(QUEUE_SECONDS)
        try:
            await _learn_news(desks, clock)
            shown = hub.shops()
            queues.forget_all_but(shown)
            for shop in shown:
                queues.keep(shop, await desks.store.read(functools.partial(queue.read, shop=shop)))
            hub.look_again("notices")
            await hub.look_beside()
        except Exception:
            log.exception("queues.reading_failed")


def hear(hub: Hub, told: asyncio.Event, signal: Signal) -> None:
    """A conversation's signal is for whoever shows it, one of the shop's notices for those who would see it."""
    if signal.conversation is None:
        hub.look_again("notices")
        told.set()
    else:
        hub.hear(signal)


def look_at_everything(hub: Hub, told: asyncio.Event) -> None:
    """Nobody knows what was told while the bus was away."""
    hub.refresh_all()
    told.set()


async def tell_who_is_here(hub: Hub, bus: Bus) -> None:
    """Let other nodes know whose screens are open on this one."""
    while True:
        bus.show(hub.present())
        await asyncio.sleep(HERE_SECONDS)


async def follow_scripts(hub: Hub, desks: Desks, clock: Clock, told: asyncio.Event) -> None:
    """Use what other nodes and commands published or posted: at once when `told`, else within a second."""
    while True:
        with contextlib.suppress(TimeoutError):
            # Not `wait_for`: being woken and cancelled in one breath, it forgets that it was cancelled.
            async with asyncio.timeout(TABLES_SECONDS):
                await told.wait()
        told.clear()
        try:
            for shop in await desks.store.read(functools.partial(desks.library.outdated, now=clock.now())):
                desks.library.keep(shop)
                hub.look_again("notices")
        except Exception:
            log.exception("scripts.comparison_failed")
