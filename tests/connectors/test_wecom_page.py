"""Who opens the sidebar in 企业微信's toolbar, asked of a stand-in for its interface; in a browser: tests/browser."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from assistant.connectors.wecom_page import WecomPages
from assistant.domain.errors import NotSignedIn
from tests.connectors.at_work import AtWork
from tests.web.serving import serving

URL = "https://shop.example/hosts/wecom/1"


@dataclass
class Interface:
    """Takes one secret, whose tokens it knows by it; `asked` is what it was asked."""

    secret: str = "first"
    asked: list[str] = field(default_factory=list)
    address: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.asked.append(name)
        given = request.query["corpsecret"] if name == "gettoken" else request.query["access_token"]
        if given != self.secret:
            return web.json_response({"errcode": 40014, "errmsg": "invalid access_token"})
        said: dict[str, Any] = {"access_token": given, "userid": "lin", "ticket": "t", "expires_in": 7200}
        return web.json_response({"errcode": 0, **said})


@pytest.fixture
async def interface() -> AsyncIterator[Interface]:
    made, app = Interface(), web.Application()
    app.router.add_get("/cgi-bin/{name:.+}", made.answer)
    async with serving(app) as address:
        made.address = address
        yield made


async def connect(node: AtWork, interface: Interface, secret: str) -> int:
    await node.connect(
        "wecom", corp_id="ww1", agent_id="218", secret=secret, token="t", encoding_aes_key="k" * 43,
        api=interface.address, sign_in=interface.address,
    )  # fmt: skip
    return (await node.connection("wecom")).id


async def test_tokens_and_tickets_are_asked_for_once(node: AtWork, interface: Interface) -> None:
    id, pages = await connect(node, interface, "first"), WecomPages(node.desks.store)
    interface.asked.clear()
    for _ in range(2):
        _, agent, _ = await pages.enter(id, "code", URL)
        assert agent == "lin"
    assert sorted(interface.asked) == [
        "auth/getuserinfo", "auth/getuserinfo", "get_jsapi_ticket", "gettoken", "ticket/get",
    ]  # fmt: skip


async def test_a_connection_that_is_made_anew_lets_agents_in_at_once_with_its_new_secret(
    node: AtWork, interface: Interface
) -> None:
    id, pages = await connect(node, interface, "first"), WecomPages(node.desks.store)
    await pages.enter(id, "code", URL)
    interface.secret = "second"
    with pytest.raises(NotSignedIn):
        await pages.enter(id, "code", URL)
    assert await connect(node, interface, "second") == id
    _, agent, _ = await pages.enter(id, "code", URL)
    assert agent == "lin"
