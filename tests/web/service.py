"""The real service in this process: aiohttp on a loopback port, a real SQLite file, people of every role."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, web

from assistant import store
from assistant.app import logs, opened_desks, service
from assistant.domain.staff import ROLES
from assistant.services.access import add_person, hashed
from assistant.services.clocks import Clock, SystemClock
from assistant.settings import read_settings
from assistant.web.guard import COOKIE
from assistant.web.server import Parts, make_app
from tests.web.open_page import OpenPage

PASSWORD = "right horse"


@dataclass
class Service:
    """A running service; `keys` by shop, `cookies` by (shop, role)."""

    address: str
    parts: Parts
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

    def bearer(self, shop: str = "default") -> str:
        return self.parts.access.passes.bearer(shop, "a1", "小雨")

    async def send(self, *events: dict[str, Any], shop: str = "default") -> tuple[int, Any]:
        async with self.http.post("/api/v1/events", json=list(events), headers=self.key(shop)) as answer:
            return answer.status, await answer.json()

    async def count(self, table: str) -> int:
        def read(tx: store.Transaction) -> int:
            return int(tx.driver.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

        return await self.parts.desks.store.read(read)

    async def call(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> tuple[int, Any]:
        """(status, JSON) of one request; by the shop's key unless said otherwise."""
        async with self.http.request(method, path, headers=headers or self.key(), **more) as answer:
            return answer.status, await answer.json()

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
async def running(folder: Path, clock: Clock | None = None, **changed: Any) -> AsyncIterator[Service]:
    """The service on a new file in this folder; `changed` replaces fields of its `Parts`."""
    logs.configure("error")
    with opened_desks(read_settings(), f"sqlite:///{folder}/web.db") as desks:
        parts = replace(service.parts(read_settings(), desks, clock or SystemClock()), **changed)
        runner = web.AppRunner(make_app(parts), access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with ClientSession(address) as http:
            running_service = Service(address, parts, http)
            await _people(running_service)
            try:
                yield running_service
            finally:
                await runner.cleanup()


async def _people(made: Service) -> None:
    now = made.parts.clock.now()
    for shop in ("default", "other-shop"):
        await made.parts.desks.shop(shop, now)
        made.keys[shop] = secrets.token_urlsafe(16)
        await made.parts.desks.store.write(partial(_employ, shop=shop, key=made.keys[shop], now=now))
        for role in ROLES:
            made.cookies[shop, role] = await made.parts.access.session_for(f"{role}-{shop}", now)


def _employ(tx: store.Transaction, shop: str, key: str, now: datetime) -> None:
    store.keys.add(tx, f"key-{shop}", shop, hashed(key), now)
    for role in ROLES:
        add_person(tx, f"{role}-{shop}", role, PASSWORD, shop, role, now)
