"""The two WebSocket doors: who comes in, what is shown, what is said. What is done then: `operations.py`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from aiohttp import WSMsgType, web

from assistant.domain.errors import AssistantError, InvalidInput, NotSignedIn
from assistant.services import conversations
from assistant.store.conversations import Conversation
from assistant.web import operations
from assistant.web.keys import ACCESS, CLOCK, DESKS, HUB, STAGE, principal
from assistant.web.language import chosen
from assistant.web.live import Screen, Socket
from assistant.web.screens import SidebarScreen, WorkbenchScreen

log = structlog.get_logger(__name__)

PROTOCOL = "assistant.v1"
SIGN_IN_AGAIN = 4401
LONGEST = 64 * 1024
HEARTBEAT = 20.0
# Well before the bearer's fifteen minutes are over.
RENEWED_SECONDS = 10 * 60.0


# --- doors ---------------------------------------------------------------------------------------------------------


async def sidebar(request: web.Request) -> web.StreamResponse:
    """`/ws`: the bearer comes as a subprotocol. A bad one is told by a close code, since a refused handshake would be
    tried again for ever."""
    ws = web.WebSocketResponse(protocols=(PROTOCOL,), heartbeat=HEARTBEAT, max_msg_size=LONGEST, compress=False)
    await ws.prepare(request)
    try:
        who = await request.app[ACCESS].by_bearer(_bearer(request))
    except NotSignedIn as error:
        await ws.close(code=SIGN_IN_AGAIN, message=error.message.encode()[:120])
        return ws
    socket = Socket(ws, who, chosen(request))
    renewing = asyncio.create_task(_renew(request, socket))
    try:
        return await _serve(request, socket, _open_sidebar)
    finally:
        renewing.cancel()


async def desk(request: web.Request) -> web.StreamResponse:
    """`/desk/ws`: the workbench, by the person's session."""
    ws = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=LONGEST, compress=False)
    await ws.prepare(request)
    socket, app = Socket(ws, principal(request), chosen(request)), request.app
    await app[DESKS].shop(socket.principal.shop, app[CLOCK].now())
    app[HUB].show(socket, WorkbenchScreen(app[STAGE], socket.principal.shop, None, socket.lang))
    return await _serve(request, socket, _open_workbench)


def _bearer(request: web.Request) -> str:
    offered = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    return next((p.strip()[7:] for p in offered if p.strip().startswith("bearer.")), "")


async def _renew(request: web.Request, socket: Socket) -> None:
    while True:
        await asyncio.sleep(RENEWED_SECONDS)
        who = socket.principal
        socket.push(json.dumps({"token": request.app[ACCESS].passes.bearer(who.shop, who.agent, who.name)}))


Opening = Callable[[web.Request, Socket, Conversation], Screen]


async def _serve(request: web.Request, socket: Socket, opening: Opening) -> web.StreamResponse:
    hub = request.app[HUB]
    hub.add(socket)
    writing = asyncio.create_task(socket.write())
    clock = request.app[CLOCK]
    socket.push(json.dumps({"now": clock.now().timestamp(), "speed": clock.speed}))
    try:
        async for message in socket.ws:
            if message.type is WSMsgType.TEXT:
                await _hear(request, socket, message.data, opening)
    finally:
        hub.remove(socket)
        writing.cancel()
    return socket.ws


# --- what they say -------------------------------------------------------------------------------------------------


async def _hear(request: web.Request, socket: Socket, text: str, opening: Opening) -> None:
    key = None
    try:
        said = _read(text)
        key = said.get("key")
        if said.get("op") == "open":
            await _open(request, socket, said, opening)
        else:
            await _operate(request, socket, said)
            socket.push(json.dumps({"acked": key}))
    except AssistantError as error:
        socket.push(json.dumps({"refused": key, "message": error.message}, ensure_ascii=False))
    except Exception:
        log.exception("socket.operation_failed")
        socket.push(json.dumps({"refused": key, "message": "something went wrong on our side; it was logged"}))


def _read(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError as error:
        raise InvalidInput("this is no JSON") from error
    if not isinstance(said, dict):
        raise InvalidInput("send a JSON object with `op`")
    values = said.get("values")
    return {**said, **values} if isinstance(values, dict) else said


async def _open(request: web.Request, socket: Socket, said: Mapping[str, Any], opening: Opening) -> None:
    app, shop = request.app, socket.principal.shop
    await app[DESKS].shop(shop, app[CLOCK].now())
    id, platform = str(said.get("conversation")), said.get("platform")
    found = await app[DESKS].store.read(
        lambda tx: conversations.find(tx, shop, id, platform if isinstance(platform, str) else None)
    )
    app[HUB].show(socket, opening(request, socket, found))


def _open_sidebar(request: web.Request, socket: Socket, conversation: Conversation) -> Screen:
    who = socket.principal
    return SidebarScreen(request.app[STAGE], who.shop, who.agent, conversation.id, socket.lang)


def _open_workbench(request: web.Request, socket: Socket, conversation: Conversation) -> Screen:
    return WorkbenchScreen(request.app[STAGE], socket.principal.shop, conversation.id, socket.lang)


async def _operate(request: web.Request, socket: Socket, said: Mapping[str, Any]) -> None:
    app, who = request.app, socket.principal
    await app[DESKS].write(who.shop, app[CLOCK].now(), lambda desk: operations.carry_out(desk, who, said))
