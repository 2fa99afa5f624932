"""The WebSocket doors: who comes in, what is shown, what is said. What is done then: `operations.py`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import structlog
from aiohttp import WSMsgType, web
from pydantic_core import from_json

from assistant.domain.errors import AssistantError, InvalidInput, NotSignedIn
from assistant.domain.practice import place_of
from assistant.domain.staff import Principal
from assistant.services import conversations, queue
from assistant.store.conversations import Conversation
from assistant.web import staying
from assistant.web.answers import hit
from assistant.web.attending import operation
from assistant.web.back_tests import wanted
from assistant.web.keys import ACCESS, CLOCK, DESKS, DOOR, HUB, RENDERING, STAGE, principal
from assistant.web.language import chosen
from assistant.web.limits import open_page
from assistant.web.open_pages import CLOSING_SECONDS, Screen, Socket
from assistant.web.operations import OPERATIONS, carry_out, whom
from assistant.web.practice import own_practice
from assistant.web.screens import (
    NOBODY_HERE,
    BackTestScreen,
    LobbyScreen,
    NoticesScreen,
    SidebarScreen,
    WorkbenchScreen,
)
from assistant.web.staying import SIGN_IN_AGAIN
from assistant.web.tallies import UNKNOWN
from assistant.web.wallboard import watched

log = structlog.get_logger(__name__)

PROTOCOL = "assistant.v1"
LONGEST = 64 * 1024
HEARTBEAT = 20.0
NO_VALUES: Mapping[str, object] = MappingProxyType({})


# --- doors ---------------------------------------------------------------------------------------------------------


async def sidebar(request: web.Request) -> web.StreamResponse:
    """`/ws`: the bearer comes as a subprotocol. A bad one is told by a close code, since a refused handshake would be
    tried again for ever."""
    ws = _socket_answer(PROTOCOL)
    try:
        found = await request.app[ACCESS].by_bearer(_bearer(request), request.app[CLOCK].now())
    except NotSignedIn as error:
        # Not at the door: whoever does not answer the closing would keep others waiting there.
        await ws.prepare(request)
        await ws.close(code=SIGN_IN_AGAIN, message=error.message.encode()[:120])
        return ws
    with open_page(request, found):
        async with request.app[DOOR]:
            socket = await _let_in(request, ws, found)
        return await _serve(request, socket, _open_sidebar, staying.sidebar)


async def _let_in(request: web.Request, ws: web.WebSocketResponse, found: Principal) -> Socket:
    """Show what stands before a chat is chosen."""
    await ws.prepare(request)
    app, socket = request.app, Socket(ws, found, chosen(request), request.transport)
    await app[DESKS].shop(found.shop, app[CLOCK].now())
    app[HUB].show(socket, LobbyScreen(app[STAGE], found.shop, found.agent, socket.lang))
    return socket


async def desk(request: web.Request) -> web.StreamResponse:
    """`/desk/ws`: the workbench, by the person's session."""
    return await _workbench(request, principal(request), staying.signed_in)


async def practice_desk(request: web.Request) -> web.StreamResponse:
    """`/practice/{id}/ws`: the workbench of one's own practice, in the practice's own shop."""
    found = await own_practice(request)
    who = replace(principal(request), shop=place_of(found.shop, found.id))
    return await _workbench(request, who, staying.practising)


async def _workbench(request: web.Request, who: Principal, stays: Staying) -> web.StreamResponse:
    screen = WorkbenchScreen(request.app[STAGE], who.shop, None, chosen(request))
    return await _show(request, who, screen, _open_workbench, stays)


async def notices(request: web.Request) -> web.StreamResponse:
    """`/notices/ws`: the page for who posts notices, by the person's session."""
    who = principal(request)
    return await _show(request, who, NoticesScreen(request.app[STAGE], who.shop, chosen(request)))


async def back_tests(request: web.Request) -> web.StreamResponse:
    """`/scripts/back-test/ws`: the page that plays chats again, by the person's session."""
    who = principal(request)
    return await _show(request, who, BackTestScreen(request.app[STAGE], who.shop, wanted(request), chosen(request)))


async def wallboard(request: web.Request) -> web.StreamResponse:
    """`/kpi/now/ws`: what a leader looks at while it happens, or alerts alone, by the person's session."""
    return await _show(request, principal(request), await watched(request))


def _socket_answer(*protocols: str) -> web.WebSocketResponse:
    return web.WebSocketResponse(
        protocols=protocols, timeout=CLOSING_SECONDS, heartbeat=HEARTBEAT, max_msg_size=LONGEST, compress=False
    )


def _bearer(request: web.Request) -> str:
    offered = request.headers.get("Sec-WebSocket-Protocol", "").split(",")
    return next((p.strip()[7:] for p in offered if p.strip().startswith("bearer.")), "")


def _open_nothing(request: web.Request, socket: Socket, conversation: Conversation) -> Screen:
    raise InvalidInput("this page shows no conversation: open one at /desk")


Staying = Callable[[web.Request, Socket], Coroutine[Any, Any, None]]
Opening = Callable[[web.Request, Socket, Conversation], Screen]


async def _show(
    request: web.Request,
    who: Principal,
    screen: Screen,
    opening: Opening = _open_nothing,
    stays: Staying = staying.signed_in,
) -> web.StreamResponse:
    """A page that shows this to begin with."""
    ws, app = _socket_answer(), request.app
    with open_page(request, who):
        await ws.prepare(request)
        socket = Socket(ws, who, chosen(request), request.transport)
        await app[DESKS].shop(who.shop, app[CLOCK].now())
        app[HUB].show(socket, screen)
        return await _serve(request, socket, opening, stays)


async def _serve(request: web.Request, socket: Socket, opening: Opening, stays: Staying) -> web.StreamResponse:
    hub, clock = request.app[HUB], request.app[CLOCK]
    hub.add(socket)
    beside = [asyncio.create_task(socket.write()), asyncio.create_task(stays(request, socket))]
    socket.push(json.dumps({"now": clock.now().timestamp(), "speed": clock.speed}))
    try:
        async for message in socket.ws:
            if message.type is WSMsgType.TEXT:
                await _hear(request, socket, message.data, opening)
    finally:
        hub.remove(socket)
        for task in beside:
            task.cancel()
    return socket.ws


# --- what they say -------------------------------------------------------------------------------------------------


async def _hear(request: web.Request, socket: Socket, text: str, opening: Opening) -> None:
    key, socket.operations = None, socket.operations + 1
    try:
        with operation(request, socket.operations) as told:
            said = _read(text)
            key = said.get("key")
            op = str(said.get("op"))
            told["op"] = op if op in OPERATIONS or op in ("open", "next") else UNKNOWN
            if op == "open":
                await _open(request, socket, said, opening)
            elif op == "next":
                await _lead(request, socket, said)
            else:
                await _operate(request, socket, said)
                socket.push(json.dumps({"acked": key}))
    except AssistantError as error:
        socket.push(_refusal(request, socket, key, error.message, error.reason, error.values))
    except Exception:
        log.exception("socket.operation_failed", op=told["op"])
        message = f"something went wrong on our side; it was logged with the request {told['id']}"
        socket.push(_refusal(request, socket, key, message))


def _refusal(
    request: web.Request,
    socket: Socket,
    key: object,
    message: str,
    reason: str = "error",
    values: Mapping[str, object] = NO_VALUES,
) -> str:
    """`message` for programs, `say` for the person at the page."""
    say = request.app[RENDERING].catalogues[socket.lang].refusal(reason, values)
    told: dict[str, object] = {"refused": key, "message": message, "say": say}
    hits = values.get("hits")  # what checks found in a text, for the page to mark and to offer other words
    if isinstance(hits, list):
        told |= {"hits": [hit(found) for found in hits], "stands": reason == "blocked"}
    return json.dumps(told, ensure_ascii=False)


def _read(text: str) -> dict[str, Any]:
    try:
        said = from_json(text)
    except ValueError as error:
        raise InvalidInput("this is no JSON") from error
    if not isinstance(said, dict):
        raise InvalidInput("send a JSON object with `op`")
    values = said.get("values")
    found = {**said, **values} if isinstance(values, dict) else said
    if any("\x00" in value for value in found.values() if isinstance(value, str)):
        raise InvalidInput("NUL cannot be stored")
    return found


async def _open(request: web.Request, socket: Socket, said: Mapping[str, Any], opening: Opening) -> None:
    app, shop, id, platform = request.app, socket.principal.shop, said.get("conversation"), said.get("platform")
    if id is None:
        raise InvalidInput("say which conversation to open: send its id as `conversation`")
    await app[DESKS].shop(shop, app[CLOCK].now())
    found = await app[DESKS].store.read(
        lambda tx: conversations.find(tx, shop, str(id), platform if isinstance(platform, str) else None)
    )
    app[HUB].show(socket, opening(request, socket, found))


async def _lead(request: web.Request, socket: Socket, said: Mapping[str, Any]) -> None:
    """Where the agent is to go next by what is true now: what the strip shows may be a second old."""
    app, by = request.app, socket.principal
    found = await app[DESKS].store.read(lambda tx: queue.read(tx, by.shop))
    app[STAGE].queues.keep(by.shop, found)
    view = found.of(by.agent, str(said.get("conversation") or NOBODY_HERE), app[CLOCK].now())
    due = said.get("what") == "due"
    place = (view.next_due, view.next_due_platform) if due else (view.first, view.first_platform)
    socket.push(json.dumps({"next": "due" if due else "waiting", "conversation": place[0], "platform": place[1]}))


def _open_sidebar(request: web.Request, socket: Socket, conversation: Conversation) -> Screen:
    by = socket.principal
    return SidebarScreen(request.app[STAGE], by.shop, by.agent, conversation.id, socket.lang)


def _open_workbench(request: web.Request, socket: Socket, conversation: Conversation) -> Screen:
    return WorkbenchScreen(request.app[STAGE], socket.principal.shop, conversation.id, socket.lang)


async def _operate(request: web.Request, socket: Socket, said: Mapping[str, Any]) -> None:
    app, by = request.app, socket.principal
    socket.rests_until = 0.0  # what somebody did they want to see at once
    await app[DESKS].write(by.shop, app[CLOCK].now(), lambda desk: carry_out(desk, by, said), whom(said))
