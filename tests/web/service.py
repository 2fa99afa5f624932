"""The real service in this process: aiohttp on a loopback port, a real SQLite file, people of every role."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from argon2 import PasswordHasher

from assistant import store
from assistant.app import logs, service, tables
from assistant.bus.memory import MemoryBus
from assistant.domain.staff import ROLES
from assistant.services.back_test_runs import Runs
from assistant.services.clocks import Clock, SystemClock
from assistant.services.desks import Desks
from assistant.services.keys import hashed
from assistant.services.scripts import Library
from assistant.settings import Settings, read_settings
from assistant.web import keys
from assistant.web.guard import COOKIE
from assistant.web.live import Hub
from assistant.web.server import Parts, make_app
from tests import fitted
from tests.databases import migrated_file
from tests.until import until
from tests.web.open_page import OpenPage
from tests.web.serving import serving

PASSWORD = "right horse"
SHAPE = {"code", "message", "details"}  # of every error that is answered


@dataclass
class Service:
    """A running service; `keys` by shop, `cookies` by (shop, role)."""

    address: str
    parts: Parts
    hub: Hub
    runs: Runs
    http: ClientSession
    keys: dict[str, str] = field(default_factory=dict)
    cookies: dict[tuple[str, str], str] = field(default_factory=dict)

    def key(self, shop: str = "default") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[shop]}"}

    def cookie(self, role: str, shop: str = "default") -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={self.cookies[shop, role]}"}

    async def fresh_cookie(self, role: str, shop: str = "default") -> dict[str, str]:
        """A session of its own, for what ends sessions."""
        token = await self.parts.access.session_for(f"{role}-{shop}", self.parts.clock.now())
        return {"Cookie": f"{COOKIE}={token}"}

    def bearer(self, shop: str = "default", agent: str = "a1") -> str:
        return self.parts.access.passes.bearer(shop, agent, "小雨")

    async def send(self, *events: dict[str, Any], shop: str = "default") -> tuple[int, Any]:
        async with self.http.post("/api/v1/events", json=list(events), headers=self.key(shop)) as answer:
            return answer.status, await answer.json()

    async def count(self, table: str) -> int:
        def read(tx: store.Transaction) -> int:
            return int(tx.driver.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

        return await self.parts.desks.store.read(read)

    async def run(self, sql: str) -> None:
        """Carry out a statement in the database."""

        def work(tx: store.Transaction) -> None:
            tx.driver.execute(sql)

        await self.parts.desks.store.write(work)

    async def stored(self, text: str) -> bool:
        """Whether a message with these words has come in."""

        def read(tx: store.Transaction) -> bool:
            found = tx.driver.execute("SELECT count(*) FROM messages WHERE text LIKE ?", (f"%{text}%",)).fetchone()
            return bool(found[0])

        return await self.parts.desks.store.read(read)

    async def facts(self, *names: str) -> list[dict[str, Any]]:
        """What has been recorded under these names, the oldest first."""
        _, found = await self.call("GET", "/api/v1/facts?limit=5000")
        return [fact for fact in found["facts"] if fact["name"] in names]

    async def until_facts(self, name: str, expected: list[dict[str, Any]], *keys: str) -> None:
        """Wait until exactly this has been recorded under a name: a page shows what it tells before that is stored.

        Of the data only `keys` are looked at, if any are given. Raises AssertionError with what there is instead.
        """
        found: list[dict[str, Any]] = []

        async def recorded() -> bool:
            data = [fact["data"] for fact in await self.facts(name)]
            found[:] = [{key: one[key] for key in keys} if keys else one for one in data]
            return found == expected

        with suppress(TimeoutError):
            await until(recorded, every=0.05)
        assert found == expected

    async def call(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> tuple[int, Any]:
        """(status, JSON) of one request; by the shop's key unless said otherwise."""
        async with self.http.request(method, path, headers=headers or self.key(), **more) as answer:
            return answer.status, await answer.json()

    async def page(
        self, path: str, role: str = "leader", lang: str = "zh-CN", shop: str = "default"
    ) -> tuple[int, str]:
        """(status, text) of what a person's browser is answered; where it is led on to is not followed."""
        headers = {**self.cookie(role, shop), "Accept": "text/html", "Accept-Language": lang}
        async with self.http.get(path, headers=headers, allow_redirects=False) as answer:
            return answer.status, (await answer.read()).decode("utf-8-sig")

    @asynccontextmanager
    async def sidebar(self, token: str | None = None) -> AsyncIterator[OpenPage]:
        """A sidebar's socket, by a bearer."""
        protocols = ("assistant.v1", f"bearer.{self.bearer() if token is None else token}")
        async with self.http.ws_connect("/ws", protocols=protocols) as ws:
            yield OpenPage(ws)

    @asynccontextmanager
    async def workbench(self, role: str = "agent") -> AsyncIterator[OpenPage]:
        """A workbench's socket, by a person's session."""
        async with self.http.ws_connect("/desk/ws", headers=self.cookie(role)) as ws:
            yield OpenPage(ws)


def message(id: str, text: str = "能便宜点嘛", **more: Any) -> dict[str, Any]:
    """A buyer's message event of this moment."""
    at = datetime.now(UTC).isoformat()
    place = {"conversation": "c1", "buyer": "b1", "side": "buyer"}
    return {"id": id, "type": "message", "at": at, "text": text, **place, **more}


@asynccontextmanager
async def running(
    folder: Path,
    clock: Clock | None = None,
    bus: MemoryBus | None = None,
    settings: Settings | None = None,
    **changed: Any,
) -> AsyncIterator[Service]:
    """The service on a file in this folder, a new one if need be; `changed` replaces fields of its `Parts`."""
    logs.configure("error")
    shipped, settings = settings is None, settings or read_settings()
    with _opened_desks(folder / "web.db", settings, shipped=shipped) as desks:
        parts = replace(service.parts(settings, desks, clock or SystemClock()), **changed)
        if bus is not None:
            parts = replace(parts, bus=bus, desks=Desks(desks.store, desks.library, bus, parts.desks.news))
        app = make_app(parts)
        # Its pages outlive the service: they hear how it ends.
        async with AsyncExitStack() as afterwards, serving(app) as address:
            http = ClientSession(address)
            afterwards.push_async_callback(http.close)
            made = Service(address, parts, app[keys.HUB], app[keys.RUNS], http)
            await _people(made, shipped=shipped)
            yield made


@contextmanager
def _opened_desks(file: Path, settings: Settings, *, shipped: bool) -> Iterator[Desks]:
    """As the product opens them, only that what it reads and makes at a start is read and made once a worker."""
    if not file.exists():
        file.write_bytes(migrated_file())
    opened = store.open_store(f"sqlite:///{file}")
    try:
        yield Desks(opened, Library(fitted.shipped().scripts if shipped else tables(settings)))
    finally:
        opened.close()


async def _people(made: Service, *, shipped: bool) -> None:
    now = made.parts.clock.now()
    for shop in ("default", "other-shop"):
        if shipped:
            await made.parts.desks.store.write(partial(fitted.furnish, shop=shop, now=now))
        await made.parts.desks.shop(shop, now)
        made.keys[shop] = secrets.token_urlsafe(16)
        await made.parts.desks.store.write(partial(_employ, shop=shop, key=made.keys[shop], now=now))
        for role in ROLES:
            made.cookies[shop, role] = await made.parts.access.session_for(f"{role}-{shop}", now)


def _employ(tx: store.Transaction, shop: str, key: str, now: datetime) -> None:
    store.keys.add(tx, f"key-{shop}", shop, hashed(key), now)
    for role in ROLES:
        user = store.users.add(tx, f"{role}-{shop}", role, _hashed_password(), now)
        store.users.join(tx, user, shop, role)


@cache
def _hashed_password() -> str:
    """Hashing is made to be slow, and everybody here has the same one."""
    return PasswordHasher().hash(PASSWORD)
