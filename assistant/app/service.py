"""Puts the web service together and runs it: `serve` for a shop's own data, `demo` with everything embedded."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import secrets
import signal
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

import structlog
import typer
import uvloop
from aiohttp import web
from threadpoolctl import threadpool_limits

from assistant import store
from assistant.app import cast, logs, opened_desks, room
from assistant.app.embedding import embedder
from assistant.app.oidc import outside, password_logins
from assistant.app.stopping import STOP_SECONDS, end_after
from assistant.app.telling import carriers, keep_telling
from assistant.bus.memory import MemoryBus
from assistant.connectors.hooks import Hooks
from assistant.connectors.running import Running
from assistant.connectors.subscriptions import DeadLetters, keep_subscribers_told
from assistant.connectors.wecom_page import WecomPages
from assistant.domain.errors import InvalidInput
from assistant.services import retention, series_begun, staff
from assistant.services.access import Access
from assistant.services.clocks import Clock, SystemClock
from assistant.services.desks import Desks
from assistant.services.order_news import OrderNews
from assistant.services.passes import Passes
from assistant.services.retention import Periods
from assistant.services.scripts import prepare as fit
from assistant.settings import Settings
from assistant.web.letters import Letters
from assistant.web.limits import Most
from assistant.web.server import Parts, make_app
from assistant.web.stopping import wind_down
from assistant.web.visitors import networks

if TYPE_CHECKING:
    from assistant.bus.redis import RedisBus

log = structlog.get_logger(__name__)


def serve(settings: Settings) -> None:
    """Serve with this process until told to stop."""
    with opened_desks(settings, own_database(settings)) as desks:
        prepare(desks)
        _open_shops(desks)
        made = parts(settings, desks, SystemClock())
        run(settings, made, *reading(settings, made), telling(settings, made), tidying(settings, made), beginning(made))


def own_database(settings: Settings) -> str:
    """Where a shop's own data is kept. Raises InvalidInput where nothing says it: the demo's is not for that."""
    if settings.database is None:
        raise InvalidInput("say where data is kept: set ASSISTANT_DATABASE, e.g. sqlite:///assistant.db")
    return settings.database


def work(settings: Settings, number: int, parent: Connection) -> None:
    """Serve as the so-manieth of several processes on the settings' port, until told to stop or the parent is gone."""
    with opened_desks(settings, own_database(settings)) as desks:
        _open_shops(desks)
        made = parts(settings, desks, SystemClock())
        beside = *reading(settings, made), telling(settings, made), tidying(settings, made), beginning(made)
        run(settings, made, *beside, company=Company(number, parent))


def prepare(desks: Desks) -> None:
    """What a database needs before anybody is served: somebody who can sign in, and tables in every shop."""
    password = desks.store.write_now(lambda tx: staff.first_administrator(tx, "default", SystemClock().now()))
    if password is not None:
        typer.echo(f"First start: sign in as admin with password {password} (not shown again)", err=True)
    new = desks.store.read_now(lambda tx: [shop for shop in _shops(tx) if store.scripts.newest(tx, shop) is None])
    if new:
        fit(desks.library.shipped)  # remembered, and done before a lock is held that other nodes may wait for
    _open(desks, new)


def _shops(tx: store.Transaction) -> set[str]:
    return {"default", *(shop.id for shop in store.shops.every(tx))}


def _open_shops(desks: Desks) -> None:
    """Have every shop's tables in memory before the first event comes."""
    _open(desks, desks.store.read_now(_shops))


def _open(desks: Desks, shops: Iterable[str]) -> None:
    for shop in shops:
        desks.write_now(shop, SystemClock().now(), lambda desk: None)


def parts(settings: Settings, desks: Desks, clock: Clock, visitor: str | None = None) -> Parts:
    """What the web application is put together from, on an open database."""
    bus = _bus(settings)
    secret = desks.store.write_now(lambda tx: store.secrets.kept(tx, "signing", secrets.token_urlsafe(32)))
    made = Desks(desks.store, desks.library, bus, OrderNews(timedelta(minutes=settings.order_delay_minutes)))
    return Parts(
        desks=made,
        access=Access(desks.store, Passes(secret), password_logins(settings)),
        bus=bus,
        clock=clock,
        pages=settings.web_sidebar,
        language=settings.language,
        visitor=visitor,
        hooks=Hooks(made, clock),
        wecom=WecomPages(made.store),
        oidc=outside(settings, clock),
        dead_letters=DeadLetters(made.store, clock, private=settings.private_webhooks),
        cast=cast(settings, desks.library.shipped),
        public_url=settings.public_url,
        second_person=settings.second_person,
        metrics_token=settings.metrics_token,
        access_log=settings.access_log,
        most=allowed(settings),
        mails=settings.smtp_host is not None,
        embed=embedder() if settings.semantic else None,
    )


def allowed(settings: Settings) -> Most:
    """How often one may come. Raises InvalidInput where the trusted proxies are no addresses."""
    return Most(
        key_events=settings.limit_key_events,
        address_requests=settings.limit_address_requests,
        person_pages=settings.limit_person_pages,
        address_pages=settings.limit_address_pages,
        proxies=networks(settings.trusted_proxies),
    )


def reading(settings: Settings, made: Parts) -> tuple[Coroutine[Any, Any, None], ...]:
    """Beside the web application: the connections to chat hosts are kept alive, subscribers are told of facts."""
    running = Running(made.desks, made.clock)
    made.bus.listen(running.hear)
    return running.run(), keep_subscribers_told(made.desks.store, made.clock, private=settings.private_webhooks)


def telling(settings: Settings, made: Parts) -> Coroutine[Any, Any, None]:
    """Alerts and reports to leaders."""
    letters = Letters(made.pages, made.public_url)
    return keep_telling(made.desks, made.clock, letters, carriers(settings))


def tidying(settings: Settings, made: Parts) -> Coroutine[Any, Any, None]:
    """What has been kept for long enough is let go of."""
    days = (settings.keep_texts_days, settings.keep_traces_days, settings.keep_buyers_days)
    return retention.keep(made.desks.store, made.clock, Periods(*(timedelta(days=n) if n else None for n in days)))


def beginning(made: Parts) -> Coroutine[Any, Any, None]:
    """Series of follow-ups begin for buyers who were there before the tables said so."""
    return series_begun.keep(made.desks, made.clock)


def _bus(settings: Settings) -> MemoryBus | RedisBus:
    if settings.redis is None:
        return MemoryBus()
    from assistant.bus.redis import RedisBus  # most shops are served by one process and never need it

    return RedisBus(settings.redis)


def run(settings: Settings, made: Parts, *beside: Coroutine[Any, Any, None], company: Company | None = None) -> None:
    logs.configure(settings.log_level)
    # The recogniser multiplies small arrays: threads for that cost more than they bring, and take turns with ours.
    threadpool_limits(1)
    room.for_sockets()
    try:
        with contextlib.suppress(KeyboardInterrupt):
            uvloop.run(_serve(settings, made, beside, company))
    finally:
        for one in beside:
            one.close()  # where the port is taken nothing of this has begun


def leave_what_is_loaded_alone() -> None:
    """What is loaded by now stays for good: the garbage collector need not look at it again and again. Requests leave
    next to no circles behind, so it may also come by more seldom, and look at everything only once in a great while:
    that takes a tenth of a second, in which nobody is answered."""
    gc.freeze()
    gc.set_threshold(10_000, 10, 100)


async def _serve(
    settings: Settings, made: Parts, beside: Iterable[Coroutine[Any, Any, None]], company: Company | None
) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    app = make_app(made)
    runner = runner_of(app)
    await runner.setup()
    address, shared = (settings.host, settings.port), company is not None
    site = web.TCPSite(runner, *address, reuse_port=shared, backlog=room.COMING)
    try:
        await site.start()
    except OSError as error:
        await runner.cleanup()
        raise cannot_listen(settings.host, settings.port, error) from error
    leave_what_is_loaded_alone()
    if company is None:
        announce(settings, runner.addresses[0][1])
    else:
        await company.take_place(runner, settings.port, stop)
    tasks = [asyncio.create_task(one) for one in beside]
    await stop.wait()
    end_after(STOP_SECONDS)
    await wind_down(app)
    for task in tasks:
        task.cancel()
    await runner.cleanup()


def runner_of(app: web.Application, idle_seconds: float = room.IDLE_SECONDS) -> web.AppRunner:
    """What takes in connections; those without a whole request for so long are closed."""
    return web.AppRunner(app, access_log=None, shutdown_timeout=5, keepalive_timeout=idle_seconds)


@dataclass(frozen=True, slots=True)
class Company:
    """A worker's place among others: its number, from 1, and its line to the parent that keeps it."""

    number: int
    parent: Connection

    async def take_place(self, runner: web.AppRunner, port: int, stop: asyncio.Event) -> None:
        """Open a door of its own for who wants this one and no other, and say that it is ready."""
        try:
            await web.TCPSite(runner, "127.0.0.1", port + self.number).start()
        except (OSError, OverflowError) as error:
            log.warning("workers.no_door_of_its_own", port=port + self.number, reason=str(error))
        self.parent.send(True)
        # Nothing is ever said to a worker: there is something to read when the parent is gone.
        asyncio.get_running_loop().add_reader(self.parent.fileno(), stop.set)


def announce(settings: Settings, port: int) -> None:
    """Say where the service is, now that it is ready."""
    typer.echo(f"assistant is ready: {settings.public_url or f'http://{settings.host}:{port}'}")


def cannot_listen(host: str, port: int, error: OSError) -> InvalidInput:
    """What to say when a port is taken, or is not ours to take."""
    return InvalidInput(f"cannot listen on {host}:{port} ({error.strerror}): choose another one with --port or --host")
