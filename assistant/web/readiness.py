"""Whether this node can serve just now, and what is wrong if it cannot. Whether it lives at all: `operation.alive`."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

from aiohttp import hdrs, web

from assistant.services import upkeep
from assistant.services.desks import Desks
from assistant.store.migrations import steps

# Whoever asks wants to know within a few seconds, whatever the database does.
PATIENCE = 2.0
Checks = dict[str, dict[str, Any]]


class Connected(Protocol):
    """What is asked of the bus here."""

    @property
    def connected(self) -> bool: ...


@dataclass(slots=True)
class Readiness:
    """Asks each part; a database that does not answer is asked once, however many want to know."""

    desks: Desks
    bus: Connected
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _asking: asyncio.Task[upkeep.Foundations] | None = None

    async def checks(self) -> Checks:
        """By part: whether it is `ok`, and what can be said of it."""
        began = time.monotonic()
        found = await self._foundations()
        seconds = round(time.monotonic() - began, 3)
        return {
            "service": {"ok": not self.stopping.is_set(), "stopping": self.stopping.is_set()},
            "store": {"ok": found is not None, "seconds": seconds},
            "writer": self._writer(),
            **({"migrations": _migrations(found), "tables": self._tables(found)} if found is not None else {}),
            # Without its bus a node finds out once a second what others changed: worth telling, no reason to be away.
            "bus": {"ok": True, "connected": self.bus.connected},
        }

    async def _foundations(self) -> upkeep.Foundations | None:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self.desks.store.read(upkeep.foundations))
        done, _ = await asyncio.wait({self._asking}, timeout=PATIENCE)
        return self._asking.result() if done and self._asking.exception() is None else None

    def _writer(self) -> dict[str, Any]:
        waiting, limit = self.desks.store.waiting()
        return {"ok": waiting < limit, "waiting": waiting, "limit": limit}

    def _tables(self, found: upkeep.Foundations) -> dict[str, Any]:
        """A shop that is new is fitted at its first event; that none is means that the start has not come so far."""
        fitted = sum(self.desks.library.known(shop) is not None for shop in found.shops)
        return {"ok": fitted > 0 or not found.shops, "fitted": fitted, "shops": len(found.shops)}


READINESS = web.AppKey("readiness", Readiness)


def _migrations(found: upkeep.Foundations) -> dict[str, Any]:
    """A database of a newer version is served on: other nodes are being brought up to date."""
    known = steps()
    return {"ok": found.step == known[0] or found.step not in known, "database": found.step, "program": known[0]}


async def ready(request: web.Request) -> web.StreamResponse:
    """What each part says; 503 if one of them cannot serve."""
    checks = await request.app[READINESS].checks()
    wrong = [name for name, each in checks.items() if not each["ok"]]
    if not wrong:
        return web.json_response({"status": "ready", "checks": checks})
    error = {"code": "unavailable", "message": f"not ready: {', '.join(wrong)}", "details": []}
    told = {"status": "not ready", "checks": checks, "error": error}
    return web.json_response(told, status=503, headers={hdrs.RETRY_AFTER: "1"})
