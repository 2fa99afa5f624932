"""What handlers find in the application, each under a typed key."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from aiohttp import web

from assistant.domain.staff import Principal
from assistant.services.access import Access
from assistant.services.clocks import Clock
from assistant.services.desks import Desks
from assistant.web.live import Hub
from assistant.web.rendering import Rendering
from assistant.web.screens import Stage


class Counters(Protocol):
    """What handlers ask of the bus: things that happen once, or not too often, over all nodes."""

    async def claim(self, key: str, seconds: float) -> bool: ...

    async def count(self, key: str, seconds: float) -> int: ...


DESKS = web.AppKey("desks", Desks)
CLOCK = web.AppKey("clock", Clock)
ACCESS = web.AppKey("access", Access)
COUNTERS = web.AppKey("counters", Counters)
RENDERING = web.AppKey("rendering", Rendering)
STAGE = web.AppKey("stage", Stage)
HUB = web.AppKey("hub", Hub)
STATIC = web.AppKey("static", Path)
OPENAPI = web.AppKey("openapi", dict)
LANGUAGE = web.AppKey("language", str)
# The login the demo signs its visitor in with; None everywhere else.
VISITOR: web.AppKey[str | None] = web.AppKey("visitor")

PRINCIPAL = web.RequestKey("principal", Principal)


def principal(request: web.Request) -> Principal:
    """Who is asking; the guard of the address has found out."""
    return request[PRINCIPAL]
