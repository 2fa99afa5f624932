"""A node connected to a stand-in that speaks Chatwoot's REST, cable and webhooks."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from assistant.connectors.hooks import Hooks
from assistant.connectors.stand_ins.chatwoot import ChatwootStandIn
from assistant.domain.errors import NotFound, NotSignedIn
from tests.connectors.at_work import AtWork, keys
from tests.services.shop import OFFERS, TELLS
from tests.until import until
from tests.web.serving import serving

WHERE = {"conversation": "418", "platform": "chatwoot"}


@pytest.fixture
async def chatwoot() -> AsyncIterator[ChatwootStandIn]:
    made = ChatwootStandIn()
    made.user(1, "管理员", "reads-all")
    made.user(12, "林晓", "lins-own")
    made.chat(418, 9031, "小鹿爱吃糖", "+8613800001234")
    async with made.running():
        yield made


async def connect(node: AtWork, chatwoot: ChatwootStandIn, **more: str) -> str:
    given = {"url": chatwoot.address, "account_id": "3", "access_token": "reads-all", "agents": "12=lin"}
    return await node.connect("chatwoot", **{**given, "agent_tokens": "lin=lins-own", **more})


def said(node: AtWork, count: int, chat: str = "418") -> Callable[[], Awaitable[bool]]:
    async def found() -> bool:
        return len(await node.messages(chat, "chatwoot")) == count

    return found


def texts(chatwoot: ChatwootStandIn, chat: int = 418) -> list[str]:
    return [message["content"] for message in chatwoot.chats[chat].messages]


async def test_from_a_buyers_words_over_the_cable_to_the_agents_click(node: AtWork, chatwoot: ChatwootStandIn) -> None:
    assert await connect(node, chatwoot) == "signed in as 管理员 in 云杉女装旗舰店"
    async with node.reading():
        await until(lambda: chatwoot.listeners == 1)
        await chatwoot.buyer_says(418, "这个能便宜点嘛")
        await until(said(node, 1))
        (card, *_) = await node.cards("418", "chatwoot")
        await node.click("lin", op="suggestion", id=card.id, action="inserted", key="insert-0001")
        await node.click("lin", op="post", text=card.text, key="click-00000001", **WHERE)
        await until(said(node, 2))
        assert await node.messages("418", "chatwoot") == [("buyer", None, "这个能便宜点嘛"), ("agent", "lin", OFFERS)]
        assert (chatwoot.chats[418].messages[-1]["sender_id"], texts(chatwoot)[-1]) == (12, OFFERS)
        assert [(row.touchpoint, row.state) for row in await node.follow_ups()] == [("told", "armed")]
        await chatwoot.becomes(418, "resolved")
        await until(lambda: _has(node, "conversation.closed"))
    assert (await node.facts("suggestion.sent", "agent.spoke")).count("agent.spoke") == 1


async def test_what_is_sent_from_the_workbench_goes_out_through_the_host_and_is_said_once_it_is_there(
    node: AtWork, chatwoot: ChatwootStandIn
) -> None:
    await connect(node, chatwoot)
    async with node.reading():
        await until(lambda: chatwoot.listeners == 1)
        await chatwoot.buyer_says(418, "在吗")
        await until(said(node, 1))
        chatwoot.chats[418].can_reply = False
        await node.click("lin", op="send", text=TELLS, key="desk-00000001", **WHERE)
        await until(lambda: _is(node, "failed"))
        assert await node.facts("agent.spoke") == []
        chatwoot.chats[418].can_reply = True
        await node.click("lin", op="sending", id=1, action="again", key="desk-00000002", **WHERE)
        await until(said(node, 2))
    assert texts(chatwoot)[1:] == [TELLS]


async def test_what_was_said_while_the_cable_was_cut_is_asked_for(node: AtWork, chatwoot: ChatwootStandIn) -> None:
    await connect(node, chatwoot)
    for chat in range(500, 530):
        chatwoot.chat(chat, 9000 + chat, f"买家 {chat}")
    async with node.reading():
        await until(lambda: chatwoot.listeners == 1)
        await chatwoot.buyer_says(418, "第 0 句")
        await until(said(node, 1))
    for number in range(1, 131):
        await chatwoot.buyer_says(418, f"第 {number} 句")
    for chat in range(500, 530):
        await chatwoot.buyer_says(chat, "在吗")
    await chatwoot.agent_says(418, "我来看看", "lins-own")
    await chatwoot.agent_says(418, "内部备注", "lins-own", private=True)
    async with node.reading():
        await until(said(node, 132))
        await until(said(node, 1, "500"))
        await chatwoot.cut()
        await chatwoot.buyer_says(418, "还在吗")
        await until(said(node, 133))
    found = await node.messages("418", "chatwoot")
    assert [text for _, _, text in found] == [*(f"第 {n} 句" for n in range(131)), "我来看看", "还在吗"]
    assert ("agent", "lin", "我来看看") in found


async def test_a_message_that_is_not_taken_is_shown_to_the_agent_who_decides(
    node: AtWork, chatwoot: ChatwootStandIn
) -> None:
    await connect(node, chatwoot)
    clicks = keys()
    async with node.reading():
        await until(lambda: chatwoot.listeners == 1)
        await chatwoot.buyer_says(418, "在吗")
        await until(said(node, 1))
        chatwoot.chats[418].can_reply = False
        await node.click("lin", op="post", text=TELLS, key=next(clicks), **WHERE)
        await until(lambda: _is(node, "failed"))
        ((_, why),) = await node.sendings("418", "chatwoot")
        assert why is not None
        assert "has to write first" in why
        chatwoot.chats[418].can_reply = True
        row = await node.connection("chatwoot")
        assert row.failure is not None
        await node.click("lin", op="sending", id=1, action="again", key=next(clicks), **WHERE)
        await until(said(node, 2))
        # Nobody's token: sent under somebody else's name it would count for them.
        await node.click("wei", op="post", text="亲，在的", key=next(clicks), **WHERE)
        await until(lambda: _is(node, "failed"))
        await node.click("wei", op="sending", id=2, action="drop", key=next(clicks), **WHERE)
        assert await node.sendings("418", "chatwoot") == []
    assert texts(chatwoot) == ["在吗", TELLS]


async def test_where_nobody_knows_whether_it_arrived_it_is_not_sent_again_by_itself(
    node: AtWork, chatwoot: ChatwootStandIn
) -> None:
    await connect(node, chatwoot)

    async with node.reading():
        await until(lambda: chatwoot.listeners == 1)
        await chatwoot.buyer_says(418, "在吗")
        await until(said(node, 1))
        chatwoot.dies_after_taking = True
        await node.click("lin", op="post", text=TELLS, key="click-dies", **WHERE)
        await until(lambda: _is(node, "unclear"))
        assert texts(chatwoot) == ["在吗", TELLS]


async def test_webhooks_come_in_once_however_often_they_are_told(node: AtWork, chatwoot: ChatwootStandIn) -> None:
    await connect(node, chatwoot, webhook_secret="whsec", cable="false")
    hooks, told = Hooks(node.desks, node.clock), list[tuple[dict[str, str], bytes]]()
    row = await node.connection("chatwoot")

    async def take(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        told.append((headers, await request.read()))
        status, text = await hooks.call(row.id, "POST", *told[-1][:1], {}, told[-1][1])
        return web.Response(status=status, text=text)

    app = web.Application()
    app.router.add_post("/", take)
    async with serving(app) as address:
        chatwoot.webhooks.append((f"{address}/", "whsec"))
        await chatwoot.buyer_says(418, "这个 <3 能便宜点嘛 & 包邮吗")
        await until(said(node, 1))
    headers, body = told[0]
    assert b"\\u003c3" in body
    for _ in range(2):
        assert (await hooks.call(row.id, "POST", headers, {}, body))[0] == 200
    assert await node.messages("418", "chatwoot") == [("buyer", None, "这个 <3 能便宜点嘛 & 包邮吗")]
    with pytest.raises(NotSignedIn):
        await hooks.call(row.id, "POST", headers, {}, body + b" ")
    with pytest.raises(NotFound):
        await hooks.call(row.id + 1, "POST", headers, {}, body)
    after = await node.connection("chatwoot")
    assert (after.heard, after.failure is not None and "signature" in after.failure) == (2, True)
    token = json.loads(body)["conversation"]["contact_inbox"]["pubsub_token"].encode()
    assert token
    assert all(token not in file.read_bytes() for file in node.files())


async def _has(node: AtWork, name: str) -> bool:
    return name in await node.facts()


async def _is(node: AtWork, state: str) -> bool:
    return [found for found, _ in await node.sendings("418", "chatwoot")] == [state]
