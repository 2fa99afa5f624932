"""The sidebar in 企业微信: the vendor's own library in a real browser, against a page that plays the client."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, expect

from assistant.connectors.wecom import WECOM
from assistant.connectors.wecom_page import WecomPages
from assistant.services import hosts
from assistant.web.server import make_app
from tests.until import until
from tests.web.service import Service, message
from tests.web.serving import serving

VENDOR = Path(__file__).resolve().parents[2] / "web_sidebar/static/vendor/wecom.js"
# What the client puts into its web view: every call goes to the test, which answers it.
BRIDGE = """
window.WeixinJSBridge = {
  on() {},
  invoke(name, params, done) { window.client(name, JSON.stringify(params)).then(text => done(JSON.parse(text))); },
};
"""
TICKETS = {"corp": "ticket-of-the-corp", "app": "ticket-of-the-app"}


@pytest.fixture
async def interface() -> AsyncIterator[str]:
    """Plays 企业微信's interface and its sign-in."""

    async def answer(request: web.Request) -> web.Response:
        name = request.match_info["name"]
        said: dict[str, Any] = {"errcode": 0, "errmsg": "ok", "expires_in": 7200}
        if name == "gettoken":
            right = request.query["corpsecret"] == "of-the-app"
            return web.json_response({**said, "access_token": "at"} if right else {"errcode": 40001, "errmsg": "no"})
        assert request.query["access_token"] == "at"
        if name == "auth/getuserinfo":
            right = request.query["code"] == "code-of-lin"
            return web.json_response({**said, "userid": "lin"} if right else {"errcode": 40029, "errmsg": "bad code"})
        return web.json_response({**said, "ticket": TICKETS["app" if request.query.get("type") else "corp"]})

    async def sign_in(request: web.Request) -> web.Response:
        back = f"{request.query['redirect_uri']}?code=code-of-lin&state={request.query['state']}"
        return web.Response(status=302, headers={"Location": back})

    app = web.Application()
    app.router.add_get("/cgi-bin/{name:.+}", answer)
    app.router.add_get("/connect/oauth2/authorize", sign_in)
    async with serving(app) as address:
        yield address


class Client:
    """What the client was asked, and what it checks: signatures over the very address it shows."""

    def __init__(self) -> None:
        self.page: Page | None = None
        self.sent: list[str] = []
        self.asked: list[str] = []

    async def __call__(self, name: str, text: str) -> str:
        given = json.loads(text)
        self.asked.append(name)
        said: dict[str, Any] = {"err_msg": f"{name}:ok"}
        if name == "agentConfig":
            assert self.page is not None
            said = said if _is_signed(given, self.page.url) else {"err_msg": f"{name}:fail invalid signature"}
        elif name == "getCurExternalContact":
            said["userId"] = "woAJ2GCAAA"
        elif name == "sendChatMessage":
            self.sent.append(given["text"]["content"])
        return json.dumps(said)


def _is_signed(given: dict[str, Any], url: str) -> bool:
    said = f"jsapi_ticket={TICKETS['app']}&noncestr={given['nonceStr']}&timestamp={given['timestamp']}"
    return bool(given["signature"] == hashlib.sha1(f"{said}&url={url.partition('#')[0]}".encode()).hexdigest())


@pytest.fixture
async def pages(service: Service, interface: str) -> AsyncIterator[str]:
    """The address of our pages for 企业微信, connected with its interface."""
    settings = WECOM.read_settings(
        {"corp_id": "ww1", "agent_id": "218", "secret": "of-the-app", "token": "t", "encoding_aes_key": "k",
         "api": interface, "sign_in": interface}
    )  # fmt: skip
    shown, sealed = WECOM.split(settings)
    database = service.parts.desks.store
    await database.write(
        partial(
            hosts.connect, shop="default", host="wecom", settings=shown, secrets=sealed, sends=False, cursor=None,
            now=service.parts.clock.now(),
        )
    )  # fmt: skip
    async with serving(make_app(replace(service.parts, wecom=WecomPages(database)))) as address:
        yield address


async def in_the_client(browser: Browser, client: Client) -> Page:
    """A page as the client of 企业微信 shows it."""
    context = await browser.new_context(
        locale="zh-CN", viewport={"width": 360, "height": 800}, user_agent="Mozilla/5.0 Chrome/122 wxwork/4.1.30"
    )
    await context.expose_function("client", client)
    await context.add_init_script(BRIDGE)
    client.page = await context.new_page()
    return client.page


@pytest.mark.skipif(not VENDOR.exists(), reason="the vendor's library is not here: `make test` fetches it")
async def test_the_client_tells_whose_chat_it_is_and_sends_on_the_agents_click(
    browser: Browser, service: Service, pages: str
) -> None:
    said = {**message("m1", "能便宜点嘛"), "platform": "wecom", "conversation": "woAJ2GCAAA", "buyer": "woAJ2GCAAA"}
    await service.send(said)
    client = Client()
    page = await in_the_client(browser, client)
    await page.goto(f"{pages}/hosts/wecom/1")
    await expect(page.locator("#buyer-name")).to_have_text("woAJ2GCAAA")
    card = page.locator("[data-card=suggestion]").first
    await expect(card.locator("[data-insert]")).to_contain_text("发送")
    await expect(card.locator("[data-insert]")).not_to_contain_text("插入", use_inner_text=True)
    words = (await card.locator(".text").inner_text()).strip()
    await card.locator("[data-insert]").click()
    await expect(card).to_have_attribute("data-state", "inserted")
    await until(lambda: client.sent == [words])
    assert {"agentConfig", "getCurExternalContact", "sendChatMessage"} <= set(client.asked)
    await page.context.close()


async def test_a_code_of_the_sign_in_comes_back_only_to_where_it_was_asked_for(browser: Browser, pages: str) -> None:
    context = await browser.new_context(user_agent="Mozilla/5.0 Chrome/122 wxwork/4.1.30")
    answer = await (await context.new_page()).goto(f"{pages}/hosts/wecom/1?code=code-of-lin&state=guessed")
    assert answer is not None
    assert answer.status == 401
    await context.close()
