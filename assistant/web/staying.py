"""Looks after an open page: whether what it was opened with still stands, and whether what it shows is over."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from assistant.domain.errors import NotAllowed, NotFound, NotSignedIn, Unavailable
from assistant.web.guard import who
from assistant.web.keys import ACCESS, CLOCK, PACE, principal
from assistant.web.open_pages import Socket
from assistant.web.practice import own_practice

log = structlog.get_logger(__name__)

SIGN_IN_AGAIN = 4401
PRACTICE_SECONDS = 1.0


async def sidebar(request: web.Request, socket: Socket) -> None:
    """It lives as long as what it was opened with; meanwhile its bearer is made anew."""
    access, found, pace, old = request.app[ACCESS], socket.principal, request.app[PACE], 0.0
    while True:
        await asyncio.sleep(pace.check_seconds)
        if not await _holds(lambda: access.stands(found, request.app[CLOCK].now())):
            return await socket.close(SIGN_IN_AGAIN)
        old += pace.check_seconds
        if old >= pace.renew_seconds:
            old = 0.0
            token = access.passes.bearer(found.shop, found.agent, found.name, found.through)
            socket.push(json.dumps({"token": token}))


async def signed_in(request: web.Request, socket: Socket) -> None:
    """It lives as long as the person's session, with the rights it was opened with."""
    while True:
        await asyncio.sleep(request.app[PACE].check_seconds)
        if not await _holds(lambda: _is_the_same(request)):
            return await socket.close(SIGN_IN_AGAIN)


async def practising(request: web.Request, socket: Socket) -> None:
    """Tell the page when its practice is over, by itself or on another page."""
    checking = asyncio.create_task(signed_in(request, socket))
    try:
        while await _holds(lambda: _is_running(request)):  # noqa: ASYNC110 - another process may end it
            await asyncio.sleep(PRACTICE_SECONDS)
        socket.push(json.dumps({"practice": "over"}))
        await checking
    finally:
        checking.cancel()


async def _is_the_same(request: web.Request) -> bool:
    return await who(request) == principal(request)


async def _is_running(request: web.Request) -> bool:
    return (await own_practice(request)).state == "running"


async def _holds(asked: Callable[[], Awaitable[bool]]) -> bool:
    """Nobody is sent away since it could not be found out, whatever the reason: it is asked again in a moment."""
    try:
        return await asked()
    except (NotSignedIn, NotAllowed, NotFound):
        return False
    except Unavailable:
        return True
    except Exception:
        log.exception("live.not_looked_after")
        return True
