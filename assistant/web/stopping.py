"""The graceful end of a node: nothing new is begun, pages are told to come back, what is being done is finished."""

from __future__ import annotations

import structlog
from aiohttp import web

from assistant.domain.errors import Unavailable
from assistant.web.keys import HUB
from assistant.web.readiness import READINESS

log = structlog.get_logger(__name__)

# What operators ask is answered to the end.
TO_THE_END = {"/healthz", "/readyz", "/metrics"}


async def wind_down(app: web.Application) -> None:
    """Refuse what is new, and tell every page that the service restarts. Takes two seconds at most."""
    log.info("service.stopping", pages=len(app[HUB]))
    app[READINESS].stopping.set()
    await app[HUB].close()


def refuse_if_stopping(request: web.Request) -> None:
    """Raises Unavailable while the node stops: another one, or this one in a moment, will take it."""
    if request.app[READINESS].stopping.is_set() and request.path not in TO_THE_END:
        raise Unavailable("the service is stopping: send it again in a few seconds")
