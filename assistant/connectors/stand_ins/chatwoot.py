"""Plays a Chatwoot of one account on loopback: REST, cable and signed webhooks as its sources describe them (v4.15).

Not Chatwoot, and no proof that ours works with it: only that ours speaks what was read there.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession, WSMsgType, web

from assistant.connectors.stand_ins import chatwoot_payloads as payloads

PING_SECONDS = 3.0
PROTOCOL = "actioncable-v1-json"


@dataclass
class Chat:
    """A conversation with a contact."""

    id: int
    contact: dict[str, Any]
    messages: list[dict[str, Any]] = field(default_factory=list)
    status: str = "open"
    can_reply: bool = True
    assignee: dict[str, Any] | None = None


class ChatwootStandIn:
    """One account with its people, chats and webhooks."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now, self.account = now, {"id": 3, "name": "云杉女装旗舰店"}
        self.users: dict[str, dict[str, Any]] = {}  # by access token
        self.chats: dict[int, Chat] = {}
        self.webhooks: list[tuple[str, str]] = []  # (address, secret); without one it does not sign
        self.dies_after_taking = False  # whether it takes a message and is gone before it says so
        self.address = ""
        self._sockets: dict[web.WebSocketResponse, str] = {}
        self._last = 88_100
        self._calls: set[asyncio.Task[None]] = set()
        self._http: ClientSession | None = None

    # --- who and what there is

    def user(self, id: int, name: str, token: str | None = None) -> str:
        """A person of the account; returns their access token."""
        token = token or secrets.token_urlsafe(12)
        self.users[token] = {**payloads.user(id, name), "pubsub_token": secrets.token_urlsafe(18)}
        return token

    def chat(self, id: int, contact: int, name: str, phone: str | None = None) -> Chat:
        self.chats[id] = Chat(id, payloads.contact(contact, name, phone))
        return self.chats[id]

    def number_from(self, last: int) -> None:
        """Messages are numbered after this one: numbers of a life before must not come again."""
        self._last = last

    # --- what happens

    async def buyer_says(self, chat: int, text: str) -> dict[str, Any]:
        """A contact writes."""
        found = self.chats[chat]
        return await self._add(found, text, 0, found.contact, {})

    async def agent_says(self, chat: int, text: str, token: str, **more: Any) -> dict[str, Any]:
        """A person writes in Chatwoot itself."""
        return await self._add(self.chats[chat], text, 1, self.users[token], more)

    async def becomes(self, chat: int, status: str) -> None:
        """A conversation is resolved or opened again."""
        found = self.chats[chat]
        found.status = status
        await self._tell("conversation_status_changed", "conversation.status_changed", self._conversation(found))

    async def _add(
        self, chat: Chat, text: str, kind: int, sender: dict[str, Any], more: dict[str, Any]
    ) -> dict[str, Any]:
        self._last += 1
        made = payloads.message(self._last, text, kind, chat.id, sender, self.now(), **more)
        chat.messages.append(made)
        webhook = payloads.webhook_message(made, self._conversation(chat), self.account)
        if not (more.get("private") and kind == 2):
            await self._tell("message_created", "message.created", webhook, {**made, "account_id": self.account["id"]})
        return made

    def _conversation(self, chat: Chat) -> dict[str, Any]:
        return payloads.conversation(
            chat.id,
            chat.contact,
            chat.messages[-1:],
            chat.status,
            chat.can_reply,
            chat.assignee,
            self.account,
            self.now(),
        )

    async def _tell(self, hook: str, frame: str, data: dict[str, Any], pushed: dict[str, Any] | None = None) -> None:
        for url, secret in self.webhooks:
            task = asyncio.create_task(self._call(url, secret, {**data, "event": hook}))
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)
        message = {"event": frame, "data": pushed or {**data, "account_id": self.account["id"]}}
        for socket, identifier in list(self._sockets.items()):
            await socket.send_str(json.dumps({"identifier": identifier, "message": message}))

    async def _call(self, url: str, secret: str, payload: dict[str, Any]) -> None:
        """Once, and what comes of it is nobody's business: so does Chatwoot."""
        # Rails writes these three signs in its own way, and signs what it wrote.
        body = json.dumps(payload).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        at = str(int(datetime.now(UTC).timestamp()))
        signature = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
        signed = {"X-Chatwoot-Timestamp": at, "X-Chatwoot-Signature": f"sha256={signature}"} if secret else {}
        headers = {"Content-Type": "application/json", "X-Chatwoot-Delivery": secrets.token_hex(16), **signed}
        assert self._http is not None
        async with self._http.post(url, data=body.encode(), headers=headers):
            pass

    # --- REST

    def _who(self, request: web.Request) -> dict[str, Any]:
        found = self.users.get(request.headers.get("api_access_token", ""))
        if found is None:
            raise web.HTTPUnauthorized(text='{"error":"Invalid Access Token"}', content_type="application/json")
        return found

    async def profile(self, request: web.Request) -> web.Response:
        user = self._who(request)
        return web.json_response({**user, "account_id": self.account["id"], "accounts": [self.account]})

    async def list_chats(self, request: web.Request) -> web.Response:
        """25 a page, the most recently active first."""
        self._who(request)
        chats = sorted(self.chats.values(), key=lambda chat: -(chat.messages[-1]["id"] if chat.messages else 0))
        first = 25 * (int(request.query.get("page", "1")) - 1)
        return web.json_response(
            {"data": {"meta": {}, "payload": [self._conversation(chat) for chat in chats[first : first + 25]]}}
        )

    async def show_chat(self, request: web.Request) -> web.Response:
        self._who(request)
        return web.json_response(self._conversation(self._named(request)))

    async def list_messages(self, request: web.Request) -> web.Response:
        """`after`: at most 100, the oldest first; otherwise the last 20."""
        self._who(request)
        found = self._named(request).messages
        after = request.query.get("after")
        shown = [one for one in found if one["id"] > int(after)][:100] if after is not None else found[-20:]
        return web.json_response({"meta": {}, "payload": shown})

    async def create_message(self, request: web.Request) -> web.Response:
        user, body = self._who(request), await request.json()
        text = payloads.rendered(str(body["content"]))
        more = {"private": bool(body.get("private"))}
        made = await self._add(self._named(request), text, 1, user, more)
        if self.dies_after_taking and request.transport is not None:
            request.transport.abort()
        return web.json_response({**made, "echo_id": body.get("echo_id")})

    def _named(self, request: web.Request) -> Chat:
        found = self.chats.get(int(request.match_info["id"]))
        if found is None or int(request.match_info["account"]) != self.account["id"]:
            raise web.HTTPNotFound(text='{"error":"Resource could not be found"}', content_type="application/json")
        return found

    # --- cable

    async def cable(self, request: web.Request) -> web.WebSocketResponse:
        """Welcome, subscribe, confirm, then frames and pings. A wrong token is answered by nothing at all."""
        socket = web.WebSocketResponse(protocols=[PROTOCOL])
        await socket.prepare(request)
        await socket.send_str('{"type":"welcome"}')
        pinging = asyncio.create_task(self._ping(socket))
        try:
            async for frame in socket:
                if frame.type is WSMsgType.TEXT:
                    await self._heard(socket, json.loads(frame.data))
        finally:
            pinging.cancel()
            self._sockets.pop(socket, None)
        return socket

    async def _heard(self, socket: web.WebSocketResponse, said: dict[str, Any]) -> None:
        if said.get("command") != "subscribe":
            return
        who = json.loads(said["identifier"])
        if any(
            one["pubsub_token"] == who["pubsub_token"] and one["id"] == who["user_id"] for one in self.users.values()
        ):
            self._sockets[socket] = said["identifier"]
            await socket.send_str(json.dumps({"identifier": said["identifier"], "type": "confirm_subscription"}))

    async def _ping(self, socket: web.WebSocketResponse) -> None:
        while not socket.closed:
            await asyncio.sleep(PING_SECONDS)
            await socket.send_str(json.dumps({"type": "ping", "message": int(datetime.now(UTC).timestamp())}))

    async def cut(self) -> None:
        """All cables at once."""
        for socket in list(self._sockets):
            await socket.close()

    @property
    def listeners(self) -> int:
        """Subscribed cables."""
        return len(self._sockets)

    # --- running

    @asynccontextmanager
    async def running(self, port: int = 0) -> AsyncIterator[ChatwootStandIn]:
        """On loopback until the end of the block."""
        app = web.Application()
        base = "/api/v1/accounts/{account}/conversations"
        app.router.add_get("/api/v1/profile", self.profile)
        app.router.add_get(base, self.list_chats)
        app.router.add_get(base + "/{id}", self.show_chat)
        app.router.add_get(base + "/{id}/messages", self.list_messages)
        app.router.add_post(base + "/{id}/messages", self.create_message)
        app.router.add_get("/cable", self.cable)
        self.extend(app)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        self.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with ClientSession() as self._http:
            try:
                yield self
            finally:
                await self.cut()
                await runner.cleanup()
                await asyncio.gather(*self._calls, return_exceptions=True)

    def extend(self, app: web.Application) -> None:
        """Room for pages that people look at."""
