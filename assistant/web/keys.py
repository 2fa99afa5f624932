"""What handlers find in the application, each under a typed key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from aiohttp import web

from assistant import store
from assistant.domain.practice import Cast
from assistant.domain.staff import Principal
from assistant.services.access import Access
from assistant.services.back_test_runs import Runs
from assistant.services.clocks import Clock
from assistant.services.desk import Shop
from assistant.services.desks import Desks
from assistant.services.gaps import Findings
from assistant.services.identities import Identity, Newcomers
from assistant.services.judging import Judges
from assistant.services.personal_replies import Shelves
from assistant.services.proving import Provers
from assistant.services.quick_replies import Habits
from assistant.web.live import Hub
from assistant.web.rendering import Rendering
from assistant.web.screens import Stage
from assistant.web.tallies import Tallies

T = TypeVar("T")


class Hooks(Protocol):
    """What takes the calls of chat hosts."""

    async def call(
        self, id: int, method: str, headers: dict[str, str], query: dict[str, str], body: bytes
    ) -> tuple[int, str]: ...


class WecomPages(Protocol):
    """What lets agents into the sidebar in 企业微信's toolbar."""

    async def sign_in_at(self, id: int, back: str, state: str) -> str: ...

    async def enter(self, id: int, code: str, url: str) -> tuple[str, str, dict[str, Any]]: ...


class SignInService(Protocol):
    """The company's own way of signing in."""

    async def leave_for(self, back: str, state: str, nonce: str, verifier: str) -> str: ...

    async def come_back(self, code: str, back: str, nonce: str, verifier: str) -> Identity: ...


@dataclass(frozen=True, slots=True)
class Outside:
    """That service, its name on the button, and what becomes of whom nobody here has given an identity."""

    service: SignInService
    issuer: str
    name: str
    newcomers: Newcomers | None


class DeadLetters(Protocol):
    """What tells subscribers again what they never took."""

    async def replay(self, shop: str, id: int) -> int: ...


class Counters(Protocol):
    """What handlers ask of the bus: what all nodes know together."""

    async def count(self, key: str, seconds: float) -> int: ...

    async def others(self, taken: Mapping[str, float]) -> dict[str, float]: ...

    async def present(self, shop: str) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How often open sockets are looked after: bearers live 15 minutes, so 10 leave room for a slow network. And how
    often metrics look at the database: whoever asks in between is told the same. And for how long a body may arrive,
    and a file."""

    renew_seconds: float = 10 * 60.0
    check_seconds: float = 60.0
    figures_seconds: float = 5.0
    body_seconds: float = 60.0
    file_seconds: float = 600.0


CAST = web.AppKey("cast", Cast)
DESKS = web.AppKey("desks", Desks)
CLOCK = web.AppKey("clock", Clock)
SECOND_PERSON = web.AppKey("second_person", bool)
JUDGES = web.AppKey("judges", Judges)
PROVERS = web.AppKey("provers", Provers)
RUNS = web.AppKey("runs", Runs)
FINDINGS = web.AppKey("findings", Findings)
HABITS = web.AppKey("habits", Habits)
SHELVES = web.AppKey("shelves", Shelves)
ACCESS = web.AppKey("access", Access)
COUNTERS = web.AppKey("counters", Counters)
# None where nothing is connected, as in tests of other things.
DEAD_LETTERS: web.AppKey[DeadLetters | None] = web.AppKey("dead_letters")
OIDC: web.AppKey[Outside | None] = web.AppKey("oidc")
WECOM: web.AppKey[WecomPages | None] = web.AppKey("wecom")
HOOKS: web.AppKey[Hooks | None] = web.AppKey("hooks")
RENDERING = web.AppKey("rendering", Rendering)
STAGE = web.AppKey("stage", Stage)
PACE = web.AppKey("pace", Pace)
HUB = web.AppKey("hub", Hub)
# Sidebars are let in so many at a time: events come between, also when thousands come back at once.
DOOR, AT_THE_DOOR = web.AppKey("door", asyncio.Semaphore), 32
TALLIES = web.AppKey("tallies", Tallies)
# What reading metrics from another machine takes; None: they are read from this one.
METRICS_TOKEN: web.AppKey[str | None] = web.AppKey("metrics_token")
STATIC = web.AppKey("static", Path)
OPENAPI = web.AppKey("openapi", dict)
LANGUAGE = web.AppKey("language", str)
# The origin people use when a proxy stands before the service; None: what the request says.
PUBLIC_ORIGIN: web.AppKey[str | None] = web.AppKey("public_origin")
# The login the demo signs its visitor in with; None everywhere else.
VISITOR: web.AppKey[str | None] = web.AppKey("visitor")

# Whether alerts and reports can be mailed.
MAILS = web.AppKey("mails", bool)

# Whether each request and each operation has a line in the log.
ACCESS_LOG = web.AppKey("access_log", bool)

REQUEST_ID = web.RequestKey("request_id", str)
PRINCIPAL = web.RequestKey("principal", Principal)


def principal(request: web.Request) -> Principal:
    """Who is asking; the guard of the address has found out."""
    return request[PRINCIPAL]


async def read_shop(request: web.Request, work: Callable[[store.Transaction, str], T]) -> T:
    """What is read of the shop whoever asks works in."""
    shop = principal(request).shop
    return await request.app[DESKS].store.read(lambda tx: work(tx, shop))


async def shop_of(request: web.Request) -> Shop:
    """The shop whoever asks works in, with the tables it works by."""
    return await request.app[DESKS].shop(principal(request).shop, request.app[CLOCK].now())


def origin(request: web.Request) -> str:
    """The origin of our own pages as browsers name it."""
    return request.app[PUBLIC_ORIGIN] or f"{request.scheme}://{request.host}"
