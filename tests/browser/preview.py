"""Serves the real templates with sample views and a stand-in for the live socket: to look at and for tests.

`python -m tests.browser.preview` serves http://127.0.0.1:8799/desk. Not a model of the service: it only
says what a page needs to hear, and lets a test push, hold back acknowledgements and drop connections.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import WSMsgType, web
from playwright.async_api import Browser, ConsoleMessage, FrameLocator, Page

from assistant.services.sidebar_view import SidebarView
from assistant.web.rendering import PARTS, compiled
from tests.until import PATIENCE
from tests.web import samples

ROOT = Path(__file__).resolve().parents[2]
RULES = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
REPLIES = [
    ("催付", "付款提醒", "亲，您拍下的宝贝还没付款哦，16 点前付款当天发出～", "售中"),
    ("尺码", "尺码推荐", "亲，按您 165cm、52kg，建议选 M 码，喜欢宽松可以选 L 码。", "售前"),
    ("发货", "发货时间", "亲，16 点前付款当天发货，一般两三天送达。", "售前"),
    ("物流", "查询物流", "亲，您的包裹由【快递公司】配送，请留意电话哦", "售后"),
    ("退换", "七天退换", "亲，支持七天无理由退换，运费险已经赠送。", "售后"),
    ("停滞", "物流没更新", "亲，我催一下快递，有消息马上告诉您", "售后"),
    ("报码", "报尺码", "亲，身高___、体重____的话，建议选___码", "售前"),
]
Maker = Callable[[str], SidebarView]


class Preview:
    """One fake service: what it was told is in `heard`; `acknowledge` decides whether it answers."""

    def __init__(self, make: Maker = samples.view, lang: str = "zh-CN") -> None:
        self.rendering = compiled(ROOT / "web_sidebar")
        self.make, self.lang, self.acknowledge = make, lang, True
        self.refusing: str | None = None  # what people are told of every operation, instead of its being done
        self.heard: list[dict[str, Any]] = []
        self.sockets: list[web.WebSocketResponse] = []
        self._told_by: dict[str, web.WebSocketResponse] = {}  # by the operation's key
        self.protocols: list[str] = []
        self.token = "t"
        self.leads_to: str | None = "c2"  # where who asks for the next chat is led
        self.away = False
        self.load = {"open": 12, "promises": 3, "due": 2}  # what the agent holds
        self.unlisted = 0  # quick replies that fit, beyond those in the list
        self.lists_all = True  # False: what an empty field asks for never comes
        self.news = asyncio.Event()

    def view(self) -> SidebarView:
        return self.make(self.lang)

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes([
            web.get("/desk", self.desk), web.get("/sidebar", self.sidebar), web.get("/login", self.login),
            web.get("/error", self.error), web.get("/ws", self.socket), web.get("/desk/ws", self.desk_socket),
            web.get("/api/v1/colleagues", self.colleagues), web.post("/api/v1/follow-ups/{what}", self.passed),
            web.post("/api/v1/checks", self.check), web.get("/api/v1/quick-replies", self.quick),
            web.static("/static", ROOT / "web_sidebar/static"),
        ])  # fmt: skip
        return app

    def page(self, name: str, **context: Any) -> web.Response:
        html = self.rendering.page(name, self.lang, **context)
        return web.Response(
            text=html,
            content_type="text/html",
            headers={"Content-Security-Policy": RULES, "Cache-Control": "no-store"},
        )

    async def desk(self, request: web.Request) -> web.Response:
        self.lang = request.query.get("lang", self.lang)
        agent = {"id": "a-007", "name": samples.WORDS[self.lang]["agent"]}
        boot = {"sidebar": "/sidebar?launch=x", "agent": agent, "now": samples.NOW, "speed": 1.0}
        return self.page("desk/page.html", boot=boot)

    async def sidebar(self, request: web.Request) -> web.Response:
        self.lang = request.query.get("lang", self.lang)
        boot = {
            "token": "t",
            "agent": {"id": "a-007", "name": ""},
            "host": f"http://{request.host}",
            "now": samples.NOW,
            "speed": 1.0,
            "slash": True,
            "conversation": request.query.get("conversation"),
        }
        return self.page("sidebar/page.html", boot=boot)

    async def login(self, request: web.Request) -> web.Response:
        wrong = self.rendering.catalogues[self.lang].gettext("用户名或密码不对")
        error, visitor = wrong if "error" in request.query else None, "demo" in request.query
        return self.page("login/page.html", error=error, next="/desk", visitor=visitor)

    async def error(self, request: web.Request) -> web.Response:
        return self.page("error/page.html", status=404)

    async def quick(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return web.json_response({"error": {"code": "not_signed_in", "message": ""}}, status=401)
        q = request.query["q"]
        if not q and not self.lists_all:
            await asyncio.Event().wait()
        found = [reply for reply in REPLIES if q in reply[0] + reply[1]]
        items = [
            {"id": n, "title": t, "text": x, "group": g, "shortcut": "", "lacks": re.findall("【(.+?)】", x)}
            for n, t, x, g in found
        ]
        return web.json_response({"items": items, "total": len(items) + self.unlisted})

    async def check(self, request: web.Request) -> web.Response:
        return web.json_response({"hits": []})

    async def colleagues(self, request: web.Request) -> web.Response:
        lee = {"agent": "xiaoli", "name": "小李" if self.lang == "zh-CN" else "Lee", "here": True}
        others = [lee, {"agent": "a2", "name": "a2", "here": False}]
        return web.json_response({"agent": "a-007", **self.load, "colleagues": others})

    async def passed(self, request: web.Request) -> web.Response:
        self.heard.append({"op": request.match_info["what"], **await request.json()})
        self.news.set()
        self.news.clear()
        return web.json_response({"follow_ups": [7, 8, 9], "chats": 2, "left": 0})

    async def socket(self, request: web.Request) -> web.WebSocketResponse:
        return await self.serve(request, lambda: samples.pushed(self.rendering, self.view(), self.lang))

    async def desk_socket(self, request: web.Request) -> web.WebSocketResponse:
        return await self.serve(request, lambda: samples.desk_pushed(self.rendering, self.lang))

    async def serve(self, request: web.Request, html: Callable[[], str]) -> web.WebSocketResponse:
        if self.away:
            raise web.HTTPServiceUnavailable
        self.protocols.append(request.headers.get("Sec-WebSocket-Protocol", ""))
        socket = web.WebSocketResponse(protocols=("assistant.v1",))
        await socket.prepare(request)
        self.sockets.append(socket)
        if request.path == "/desk/ws":
            await socket.send_str(html())
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self.hear(socket, json.loads(message.data), html)
        self.sockets.remove(socket)
        return socket

    async def hear(self, socket: web.WebSocketResponse, told: dict[str, Any], html: Callable[[], str]) -> None:
        self.heard.append(told)
        self._told_by[told.get("key", "")] = socket
        self.news.set()
        self.news.clear()  # whoever waits has been woken
        if told["op"] == "open":
            await socket.send_str(html())
        elif told["op"] == "next":
            await socket.send_json({"next": told["what"], "conversation": self.leads_to, "platform": "taobao"})
        elif self.refusing:
            await socket.send_json({"refused": told["key"], "message": "for programs", "say": self.refusing})
        elif self.acknowledge:
            await socket.send_json({"acked": told["key"]})

    async def refuse(self, key: str, message: str, **more: str) -> None:
        """Say to the page whose operation this was that it is not done."""
        await self._told_by[key].send_json({"refused": key, "message": message, **more})

    async def push(self, *names: str) -> None:
        for socket in tuple(self.sockets):
            await socket.send_str(samples.pushed(self.rendering, self.view(), self.lang, names or PARTS))

    async def leave(self) -> None:
        """Be unreachable until `back`."""
        self.away = True
        await self.drop()

    def back(self) -> None:
        self.away = False

    async def drop(self, code: int = 1012) -> None:
        for socket in tuple(self.sockets):
            await socket.close(code=code)


@dataclass
class Shown:
    """A page on the stand-in service: `page` is the tab, `side` the sidebar in its frame, or the tab."""

    preview: Preview
    page: Page
    side: FrameLocator | Page
    complaints: list[str] = field(default_factory=list)

    def heard(self, op: str) -> list[dict[str, Any]]:
        return [told for told in self.preview.heard if told["op"] == op]

    async def until_heard(self, op: str, count: int = 1) -> list[dict[str, Any]]:
        """What was told under this name, once it is so many."""
        async with asyncio.timeout(PATIENCE):
            while len(self.heard(op)) < count:
                await self.preview.news.wait()
        return self.heard(op)

    async def until_opened(self, conversation: str) -> None:
        """Until this one is asked for. How often one is, depends on how long the page waits to see it."""
        async with asyncio.timeout(PATIENCE):
            while conversation not in [told["conversation"] for told in self.heard("open")]:
                await self.preview.news.wait()


@asynccontextmanager
async def shown(
    browser: Browser, path: str = "/desk", make: Maker = samples.view, lang: str = "zh-CN", **context: Any
) -> AsyncIterator[Shown]:
    """Serve and open `path`; afterwards the console must have stayed silent."""
    preview = Preview(make, lang)
    runner = web.AppRunner(preview.app(), shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    tab = await browser.new_context(**{"viewport": {"width": 1280, "height": 800}, "locale": lang, **context})
    try:
        page = await tab.new_page()
        seen = Shown(preview, page, page.frame_locator("#sidebar") if path == "/desk" else page)
        page.on("console", lambda message: note(seen, message))
        page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        await page.goto(site.name + path)
        yield seen
    finally:
        await tab.close()
        await preview.drop()
        await runner.cleanup()
    assert not seen.complaints, seen.complaints


def note(seen: Shown, message: ConsoleMessage) -> None:
    """Keep warnings and errors, save those of the browser about connections a test has cut."""
    cut = any(word in message.text for word in ("WebSocket", "ws:error", "503"))
    if message.type in ("warning", "error") and not cut:
        seen.complaints.append(message.text)


def main() -> None:
    """Serve until stopped; the sample moment is shifted so that its clocks run now."""
    samples.NOW = time.time()
    makers: dict[str, Maker] = {"full": samples.view, "empty": samples.nothing}
    web.run_app(
        Preview(makers[sys.argv[1] if sys.argv[1:] else "full"]).app(),
        host="127.0.0.1",
        port=8799,
        print=None,
    )


if __name__ == "__main__":
    main()
