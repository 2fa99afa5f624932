"""`assistant demo --with chatwoot`: a page that looks at the stand-in as an agent would, and buyers who write there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from aiohttp import web

from assistant.connectors.chatwoot import CHATWOOT
from assistant.connectors.stand_ins.chatwoot import ChatwootStandIn
from assistant.services import hosts
from assistant.services.clocks import Clock
from assistant.services.demo import Stage, perform
from assistant.services.desks import Desks

PAGE = Path(__file__).with_name("chatwoot.html")
AGENT = 12


class ChatwootPages(ChatwootStandIn):
    """The stand-in with its page; `app_address` is the dashboard app."""

    app_address = ""
    own_token = ""

    def extend(self, app: web.Application) -> None:
        app.router.add_get("/", self.show)
        app.router.add_get("/demo/chats", self.chats_shown)
        app.router.add_post("/demo/chats/{id}", self.typed)

    async def show(self, request: web.Request) -> web.Response:
        text = PAGE.read_text(encoding="utf-8").replace("<body>", f'<body data-app="{self.app_address}">')
        return web.Response(text=text, content_type="text/html")

    async def chats_shown(self, request: web.Request) -> web.Response:
        """All chats with all their messages: there are a few."""
        found = [{**self._conversation(chat), "messages": chat.messages} for chat in self.chats.values()]
        return web.json_response(found)

    async def typed(self, request: web.Request) -> web.Response:
        """The agent writes in the page itself."""
        text = (await request.text()).strip()[:10_000]
        if text:
            await self.agent_says(int(request.match_info["id"]), text, self.own_token)
        return web.json_response({})


@dataclass(frozen=True, slots=True)
class ChatwootStage(Stage):
    """What buyers say goes through the stand-in; what the shop knows of them comes through the door for events."""

    stand_in: ChatwootStandIn | None = None

    async def tell(self, found: Iterable[dict[str, Any]]) -> None:
        """Send events as a platform would."""
        assert self.stand_in is not None
        events = list(found)
        for event in events:
            if event["type"] == "message" and event["side"] == "buyer":
                await self.stand_in.buyer_says(int(event["conversation"]), event["text"])
        # Not `super()`: a class with slots is made twice, and the first one is meant by it.
        await Stage.tell(self, [event for event in events if event["type"] != "message"])


async def play(
    stand_in: ChatwootPages, told: dict[str, Any], desks: Desks, clock: Clock, agent: str, port: int
) -> None:
    """Connect the demo's shop to the stand-in and let its buyers write, until cancelled."""
    stand_in.number_from(int(clock.now().timestamp()))
    reads = stand_in.user(1, "管理员")
    stand_in.own_token = stand_in.user(AGENT, "小雨")
    for buyer in told["buyers"]:
        stand_in.chat(int(buyer["chat"]), int(buyer["id"]), buyer["nickname"])
    async with stand_in.running(port):
        given = {"url": stand_in.address, "account_id": 3, "access_token": reads, "agents": f"{AGENT}={agent}"}
        settings = CHATWOOT.read_settings({**given, "agent_tokens": f"{agent}={stand_in.own_token}"})
        shown, secret = CHATWOOT.split(settings)
        keep = partial(
            hosts.connect, shop=told["shop"], host="chatwoot", settings=shown, secrets=secret, sends=True, cursor="0 0",
            now=clock.now(),
        )  # fmt: skip
        await desks.store.write(keep)
        await perform(told, ChatwootStage(desks, clock, told["shop"], stand_in))
