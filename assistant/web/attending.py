"""Around every request and every operation of a socket: its id, how long it took, how it ended, a line of the log if
wanted.

Nothing of what was sent is kept: addresses stand without their ids.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from aiohttp import web

from assistant.domain.errors import AssistantError
from assistant.web import arrivals
from assistant.web.guard import Handler
from assistant.web.keys import ACCESS_LOG, REQUEST_ID, TALLIES
from assistant.web.tallies import UNKNOWN, address

log = structlog.get_logger(__name__)

HEADER = "X-Request-Id"
# Ids given by others go into the log: nothing that could be a person's words, a phone number or a key.
_WELL_FORMED = re.compile(r"(?=.*[-_a-fA-F])[0-9a-fA-F][0-9a-fA-F_-]{14,62}[0-9a-fA-F]")
# What nginx calls a request whose sender has gone away.
GONE = 499


@web.middleware
async def attend(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id that stands on every line logged meanwhile, and count it."""
    began = arrivals.came()
    request[REQUEST_ID] = _id(request.headers.get(HEADER, ""))
    structlog.contextvars.bind_contextvars(request=request[REQUEST_ID])
    status = 500
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPException as answer:
        status = answer.status
        raise
    except (ConnectionResetError, asyncio.CancelledError):
        status = GONE
        raise
    finally:
        seconds = asyncio.get_running_loop().time() - began
        request.app[TALLIES].answered(request, status, seconds)
        if request.app[ACCESS_LOG]:
            # Said anew: a socket's operations have had ids of their own meanwhile.
            id, path = request[REQUEST_ID], address(request)
            _note("request", seconds, request=id, method=request.method, path=path, status=status)


def _id(given: str) -> str:
    """The one that came along if it looks like an id (hexadecimal, 16 to 64 characters), else a new one."""
    return given if _WELL_FORMED.fullmatch(given) else f"{random.getrandbits(64):016x}"


@contextmanager
def operation(request: web.Request, number: int) -> Iterator[dict[str, str]]:
    """The same for an operation of a socket; the caller says in `op` what it turned out to be."""
    began, told, outcome = arrivals.came(), {"op": UNKNOWN, "id": f"{request[REQUEST_ID]}.{number}"}, "done"
    structlog.contextvars.bind_contextvars(request=told["id"])
    try:
        yield told
    except AssistantError:
        outcome = "refused"
        raise
    except Exception:
        outcome = "failed"
        raise
    finally:
        request.app[TALLIES].operations[told["op"], outcome] += 1
        if request.app[ACCESS_LOG]:
            seconds = asyncio.get_running_loop().time() - began
            _note("operation", seconds, op=told["op"], outcome=outcome)


def _note(event: str, seconds: float, **more: object) -> None:
    log.info(event, **more, ms=round(seconds * 1000, 1))
