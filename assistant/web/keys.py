"""What handlers find in the application, each under a typed key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from aiohttp import web

from assistant.domain.practice import Cast
from assistant.domain.staff import Principal
from assistant.services.access import Access
from assistant.services.clocks import Clock
from assistant.services.desks import Desks
from assistant.services.quick_replies import Habits
from assistant.web.live import Hub
from assistant.web.rendering import Rendering
from assistant.web.screens import Stage


class Counters(Protocol):
    """What handlers ask of the bus: things that happen once, or not too often, over all nodes."""

    async def claim(self, key: str, seconds: float) -> bool: ...

    async def count(self, key: str, seconds: float) -> int: ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How often open sockets are looked after: bearers live 15 minutes, so 10 leave room for a slow network."""

    renew_seconds: float = 10 * 60.0
    check_seconds: float = 60.0


CAST = web.AppKey("cast", Cast)
DESKS = web.AppKey("desks", Desks)
CLOCK = web.AppKey("clock", Clock)
HABITS = web.AppKey("habits", Habits)
ACCESS = web.AppKey("access", Access)
COUNTERS = web.AppKey("counters", Counters)
RENDERING = web.AppKey("rendering", Rendering)
STAGE = web.AppKey("stage", Stage)
PACE = web.AppKey("pace", Pace)
HUB = web.AppKey("hub", Hub)
STATIC = web.AppKey("static", Path)
OPENAPI = web.AppKey("openapi", dict)
LANGUAGE = web.AppKey("language", str)
# The origin people use when a proxy stands before the service; None: what the request says.
PUBLIC_ORIGIN: web.AppKey[str | None] = web.AppKey("public_origin")
# The login the demo signs its visitor in with; None everywhere else.
VISITOR: web.AppKey[str | None] = web.AppKey("visitor")

PRINCIPAL = web.RequestKey("principal", Principal)


def principal(request: web.Request) -> Principal:
    """Who is asking; the guard of the address has found out."""
    return request[PRINCIPAL]


def origin(request: web.Request) -> str:
    """The origin of our own pages as browsers name it."""
    return request.app[PUBLIC_ORIGIN] or f"{request.scheme}://{request.host}"
