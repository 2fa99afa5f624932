"""The page about chat hosts and webhooks: what it shows to administrators, and telling again what was never taken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession, web

from assistant import store
from assistant.connectors.subscriptions import DeadLetters, Post
from assistant.domain.facts import Fact
from assistant.services import hosts, subscriptions
from assistant.services.clocks import DemoClock, SystemClock
from assistant.web.server import make_app
from tests.telling import tell
from tests.web.service import Service
from tests.web.serving import serving


@dataclass
class Taker:
    """Is told of facts and refuses them until all attempts but one by hand are used up."""

    address: str = ""
    taken: list[bytes] = field(default_factory=list)
    answers: list[int] = field(default_factory=lambda: [500] * (len(subscriptions.WAITS) + 1))

    async def take(self, request: web.Request) -> web.Response:
        self.taken.append(await request.read())
        return web.Response(status=self.answers.pop() if self.answers else 200)


@pytest.fixture
async def taker() -> AsyncIterator[Taker]:
    made, app = Taker(), web.Application()
    app.router.add_post("/", made.take)
    async with serving(app) as address:
        made.address = f"{address}/"
        yield made


async def never_taken(service: Service, address: str) -> None:
    """A connection that fails, and a fact that somebody has refused as often as it is told."""
    database, now = service.parts.desks.store, service.parts.clock.now()

    def prepare(tx: store.Transaction) -> None:
        store.shops.add(tx, "default", now)
        subscriptions.subscribe(tx, "default", address, ["order.paid"], now)
        hosts.connect(
            tx, shop="default", host="matrix", settings={"homeserver": "https://m.example.com"},
            secrets={"access_token": "never-shown"}, sends=True, cursor="s1", now=now,
        )  # fmt: skip
        store.facts.add_all(tx, "default", [Fact("order.paid", now, None, None, None, None, None, {})], now)
        store.hosts.failed(tx, 1, "GET /sync: status 401", now)

    await database.write(prepare)
    later = now
    for wait in (0, *subscriptions.WAITS):
        later += timedelta(seconds=wait + 1)
        await tell(database, Post(private=True), DemoClock(datetime.now(UTC), later))


async def test_it_shows_what_fails_and_tells_again_what_was_never_taken(service: Service, taker: Taker) -> None:
    await never_taken(service, taker.address)
    database = service.parts.desks.store
    letters = DeadLetters(database, SystemClock(), private=True)
    headers = {**service.cookie("admin"), "Accept": "text/html"}
    app = make_app(replace(service.parts, dead_letters=letters))
    async with serving(app) as base, ClientSession(base, headers=headers) as http:
        page = await (await http.get("/connections")).text()
        assert "GET /sync: status 401" in page
        assert taker.address in page
        assert "1 条事实" in page
        assert "never-shown" not in page
        assert "/hooks/" not in page  # Matrix calls nobody
        (letter,) = await database.read(lambda tx: store.subscriptions.dead(tx, "default"))
        taker.taken.clear()
        page = await (await http.post(f"/connections/dead/{letter.id}")).text()
        assert (len(taker.taken), "条事实" in page) == (1, False)
        answer = await http.post(f"/connections/dead/{letter.id}")
        assert answer.status == 404
