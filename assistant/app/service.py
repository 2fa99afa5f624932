"""Puts the web service together and runs it: `serve` for a shop's own data, `demo` with everything embedded."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import secrets
import signal
from collections.abc import Coroutine, Iterable
from datetime import timedelta
from typing import Any

import typer
import uvloop
from aiohttp import web
from threadpoolctl import threadpool_limits

from assistant import store
from assistant.app import cast, database_url, logs, opened_desks
from assistant.app.embedding import embedder
from assistant.bus.memory import MemoryBus
from assistant.domain.errors import InvalidInput
from assistant.services.access import Access, add_person, first_administrator
from assistant.services.clocks import Clock, SystemClock, demo_clock
from assistant.services.data_age import OrderNews
from assistant.services.demo import perform, read_play
from assistant.services.desks import Desks
from assistant.services.passes import Passes
from assistant.settings import Settings
from assistant.web.server import Parts, make_app

VISITOR = "xiaoyu"
# Somebody to hand over to at the end of the shift.
COLLEAGUE = "xiaoli"


def serve(settings: Settings, *, workers: int = 1) -> None:
    """Serve until told to stop."""
    if settings.database is None:
        raise InvalidInput("say where data is kept: set ASSISTANT_DATABASE, e.g. sqlite:///assistant.db")
    if workers != 1:
        raise InvalidInput("one process serves one SQLite file: start it with --workers 1")
    with opened_desks(settings, settings.database) as desks:
        password = desks.store.write_now(lambda tx: first_administrator(tx, "default", SystemClock().now()))
        if password is not None:
            typer.echo(f"First start: sign in as admin with password {password} (not shown again)", err=True)
        _open_shops(desks)
        _run(settings, parts(settings, desks, SystemClock()))


def _open_shops(desks: Desks) -> None:
    """Have every shop's tables in memory before the first event comes; a new shop's are fitted, which takes seconds."""
    known = desks.store.read_now(lambda tx: [shop.id for shop in store.shops.every(tx)])
    for shop in {"default", *known}:
        desks.write_now(shop, SystemClock().now(), lambda desk: None)


def demo(settings: Settings, *, speed: float = 1.0) -> None:
    """The service with everything embedded: a shop, scripted buyers, a visitor who is the agent."""
    play = read_play((settings.scenarios / "demo" / "buyers.yaml").read_text(encoding="utf-8"))
    with opened_desks(settings, database_url(settings)) as desks:
        clock = desks.store.write_now(lambda tx: demo_clock(tx, speed))
        desks.store.write_now(lambda tx: _visitor(tx, play["shop"], clock))
        made = parts(settings, desks, clock, visitor=VISITOR)
        _run(settings, made, perform(play, made.desks, clock))


def _visitor(tx: store.Transaction, shop: str, clock: Clock) -> None:
    # Signed in without a password and only in the demo; nobody can sign in as these logins from outside it.
    store.shops.add(tx, shop, clock.now(), name="演示店铺")
    for login, name, role in ((VISITOR, "小雨", "admin"), (COLLEAGUE, "小李", "agent")):
        if store.users.find(tx, login) is None:
            add_person(tx, login, name, secrets.token_urlsafe(24), shop, role, clock.now())


def parts(settings: Settings, desks: Desks, clock: Clock, visitor: str | None = None) -> Parts:
    """What the web application is put together from, on an open database."""
    bus = MemoryBus()
    secret = desks.store.write_now(lambda tx: store.secrets.kept(tx, "signing", secrets.token_urlsafe(32)))
    return Parts(
        desks=Desks(desks.store, desks.library, bus, OrderNews(timedelta(minutes=settings.order_delay_minutes))),
        access=Access(desks.store, Passes(secret)),
        bus=bus,
        clock=clock,
        pages=settings.web_sidebar,
        language=settings.language,
        visitor=visitor,
        cast=cast(settings, desks.library.shipped),
        public_url=settings.public_url,
        embed=embedder() if settings.semantic else None,
    )


def _run(settings: Settings, made: Parts, *beside: Coroutine[Any, Any, None]) -> None:
    logs.configure(settings.log_level)
    # The recogniser multiplies small arrays: threads for that cost more than they bring, and take turns with ours.
    threadpool_limits(1)
    with contextlib.suppress(KeyboardInterrupt):
        uvloop.run(_serve(settings, made, beside))


def leave_what_is_loaded_alone() -> None:
    """What is loaded by now stays for good: the garbage collector need not look at it again and again. Requests leave
    next to no circles behind, so it may also come by more seldom, and look at everything only once in a great while:
    that takes a tenth of a second, in which nobody is answered."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 100)


async def _serve(settings: Settings, made: Parts, beside: Iterable[Coroutine[Any, Any, None]]) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(make_app(made), access_log=None, shutdown_timeout=5)
    await runner.setup()
    site = web.TCPSite(runner, settings.host, settings.port)
    try:
        await site.start()
    except OSError as error:
        await runner.cleanup()
        raise InvalidInput(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror}): choose another one with --port"
        ) from error
    leave_what_is_loaded_alone()
    port = runner.addresses[0][1]
    typer.echo(f"assistant is ready: {settings.public_url or f'http://{settings.host}:{port}'}")
    tasks = [asyncio.create_task(one) for one in beside]
    await stop.wait()
    for task in tasks:
        task.cancel()
    await runner.cleanup()
