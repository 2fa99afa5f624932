"""Live pages over real WebSockets: what is pushed when, what a repeated or foreign operation does, how sockets end."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError

from assistant import store
from assistant.domain.staff import Principal
from assistant.services import intake
from assistant.services.access import Access
from assistant.services.desks import Desks
from assistant.web.keys import Pace
from assistant.web.operations import OPERATIONS
from assistant.web.rendering import PARTS
from tests.until import until
from tests.web.open_page import OpenPage, parts_of
from tests.web.service import Service, message, running

# In what a sidebar's page starts from.
BEARER = re.compile(r'"token": ?"([^"]+)"')


async def chat(service: Service, name: str, text: str = "在吗", **more: Any) -> None:
    """A buyer says something in a conversation of their own."""
    event = message(f"{name}-{len(text)}-{hash(text)}", text, conversation=name, buyer=name, **more)
    assert (await service.send(event))[0] == 200


async def shown(page: OpenPage, conversation: str) -> None:
    await page.open(conversation)
    await page.parts("buyer")


# --- what is shown -------------------------------------------------------------------------------------------------


async def test_opening_a_conversation_brings_every_part_at_once(service: Service) -> None:
    await chat(service, "all-parts", "能便宜点嘛")
    async with service.sidebar() as page:
        await page.open("all-parts")
        assert await page.parts("buyer") == set(PARTS)


async def test_a_change_brings_only_the_parts_that_changed(service: Service) -> None:
    await chat(service, "changes")
    async with service.sidebar() as page:
        await shown(page, "changes")
        await service.call("PUT", "/api/v1/buyers/changes/tags", json={"tags": ["常买针织"]})
        assert await page.parts("buyer", "常买针织") == {"buyer"}


async def test_who_waits_elsewhere_is_seen_beside_every_chat(service: Service) -> None:
    await chat(service, "beside")
    async with service.sidebar() as page:
        await shown(page, "beside")
        await chat(service, "elsewhere")
        assert await page.parts("queue", "待回") == {"queue"}


async def test_the_next_buyer_is_who_waits_now_not_who_waited_when_the_strip_was_read(tmp_path: Path) -> None:
    async with running(tmp_path) as service, service.sidebar() as page:
        for name in ("open-now", "answered-now", "still-waiting"):
            await chat(service, name)
        await shown(page, "open-now")
        assert (await page.next("waiting", "open-now"))["conversation"] == "answered-now"
        there = {"conversation": "answered-now", "buyer": "answered-now"}
        await service.send(message("n-1", "在的", side="agent", agent="a1", **there))
        assert await page.next("waiting", "open-now") == {
            "next": "waiting", "conversation": "still-waiting", "platform": "other"
        }  # fmt: skip
        assert (await page.next("waiting", "still-waiting"))["conversation"] == "open-now"
        assert (await page.next("due", "open-now"))["conversation"] is None


async def test_who_waits_is_seen_before_any_chat_is_chosen(service: Service) -> None:
    await chat(service, "early")
    async with service.sidebar() as page:
        assert "queue" in await page.parts("queue", "待回")
        await chat(service, "later")
        assert await page.parts("queue", "待回") == {"queue"}


async def test_who_else_answers_the_buyer_is_seen_and_oneself_is_not(service: Service) -> None:
    await chat(service, "shared")
    async with service.sidebar() as page:
        await shown(page, "shared")
        await service.send(
            message("shared-2", "在的", side="agent", agent="小王", conversation="shared", buyer="shared")
        )
        await page.parts("buyer", "小王 正在跟进")
        await service.send(message("shared-3", "我来", side="agent", agent="a1", conversation="shared", buyer="shared"))
        assert "正在跟进" not in await page.hear(lambda text: "buyer" in parts_of(text))


async def test_two_pages_on_one_conversation_see_the_same(service: Service) -> None:
    await chat(service, "twice")
    async with service.sidebar() as one, service.sidebar() as other:
        await shown(one, "twice")
        await shown(other, "twice")
        assert "acked" in await one.say("note", conversation="twice", text="喜欢宽松款")
        await one.parts("notes", "喜欢宽松款")
        await other.parts("notes", "喜欢宽松款")


async def test_a_page_that_comes_back_sees_what_it_missed(service: Service) -> None:
    await chat(service, "away")
    async with service.sidebar() as page:
        await shown(page, "away")
    await service.call("POST", "/api/v1/buyers/away/notes", json={"text": "离开时写下的"})
    async with service.sidebar() as page:
        await page.open("away")
        assert await page.parts("notes", "离开时写下的") == set(PARTS)


async def test_a_lost_signal_costs_about_a_second(service: Service) -> None:
    await chat(service, "lost")
    silent = Desks(service.parts.desks.store, service.parts.desks.library)  # tells nobody
    async with service.sidebar() as page:
        await shown(page, "lost")
        await asyncio.sleep(0)
        now = datetime.now(UTC)
        order = {"id": "lost-o", "type": "order", "at": now.isoformat(), "order": "lost-o", "buyer": "lost"}
        found = intake.read([{**order, "status": "unpaid", "amount": "9.50"}], now, "default")
        await silent.write("default", now, lambda desk: intake.receive(desk, found))
        assert "orders" in await page.parts("orders", "9.5")


async def test_a_chat_nobody_told_of_comes_into_the_list_within_about_a_second(service: Service) -> None:
    silent = Desks(service.parts.desks.store, service.parts.desks.library)
    async with service.workbench() as page:
        await page.parts("conversations")
        now = datetime.now(UTC)
        found = intake.read([message("untold-1", "没人说起的", conversation="untold", buyer="untold")], now, "default")
        await silent.write("default", now, lambda desk: intake.receive(desk, found))
        await page.parts("conversations", "没人说起的")


async def test_another_shops_conversation_cannot_be_opened(service: Service) -> None:
    await chat(service, "foreign")
    async with service.sidebar(service.bearer("other-shop")) as page:
        answer = await page.say("open", conversation="foreign")
        assert "foreign" in answer["message"]
        assert "refused" in answer
        answer = await page.say("note", conversation="foreign", text="x")
        assert "refused" in answer
    assert not any(parts_of(text) - {"notices", "queue"} for text in page.heard)


# --- what is done --------------------------------------------------------------------------------------------------


async def test_a_repeated_operation_changes_nothing(service: Service) -> None:
    await chat(service, "repeat")
    async with service.sidebar() as page:
        for _ in range(3):
            said = await page.say("note", key="the-same-key", conversation="repeat", text="只记一次")
            assert said == {"acked": "the-same-key"}
    _, found = await service.call("GET", "/api/v1/conversations/repeat/sidebar")
    assert [note["text"] for note in found["buyer"]["notes"]] == ["只记一次"]


async def test_an_operation_that_failed_may_be_repeated_with_its_key(service: Service) -> None:
    await chat(service, "again")
    async with service.sidebar() as page:
        assert "refused" in await page.say("note", key="the-other-key", conversation="again", text="")
        assert "acked" in await page.say("note", key="the-other-key", conversation="again", text="这次写了")


async def test_what_an_agent_sends_from_the_workbench_is_a_message_like_any_other(service: Service) -> None:
    await chat(service, "sending")
    async with service.workbench() as page:
        await page.open("sending")
        assert "acked" in await page.say("send", conversation="sending", text="您平时穿多大码呀")
        await page.parts("chat", "您平时穿多大码呀")
    _, found = await service.call("GET", "/api/v1/facts")
    of_it = {fact["name"] for fact in found["facts"] if fact["conversation"] == "sending"}
    assert {"buyer.spoke", "agent.spoke", "agent.asked", "follow_up.armed"} <= of_it


@pytest.mark.parametrize("name", OPERATIONS)
async def test_a_sidebar_carries_out_only_what_its_bearer_may(service: Service, name: str) -> None:
    await chat(service, "rights-of-operations")
    async with service.sidebar() as page:
        said = await page.say(name, conversation="rights-of-operations")
    refused_for_rights = "right to do this" in said.get("message", "")
    assert refused_for_rights == (OPERATIONS[name].right != "desk.use")


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "[]",
        "{}",
        '{"op": ["open"]}',
        '{"op": "open", "conversation": "\\ud800"}',
        '{"op": "open", "conversation": {"a": 1}}',
        '{"op": "note", "key": "short", "conversation": "odd", "text": "x"}',
        '{"op": "note", "key": 12345678, "conversation": "odd", "text": "x"}',
        '{"op": "note", "key": "long-enough", "conversation": "odd", "text": "a\\u0000b"}',
        '{"op": "note", "key": "long-enough", "conversation": "odd", "text": "a\\ud800b"}',
        '{"op": "suggestion", "key": "long-enough", "id": "²", "action": "inserted"}',
        '{"op": "follow_up", "key": "long-enough", "id": 99999999999999999999, "action": "done"}',
        '{"op": "tag", "key": "long-enough", "conversation": "odd", "group": "free", "tag": "", "on": true}',
        "[" * 5000,
    ],
)
async def test_nonsense_is_refused_and_the_page_lives_on(service: Service, text: str) -> None:
    await chat(service, "odd")
    async with service.sidebar() as page:
        await page.ws.send_str(text)
        refusal = await page.hear(lambda told: told.startswith('{"refused"'))
        assert "on our side" not in refusal
        assert "acked" in await page.say("note", conversation="odd", text="还在")


async def test_a_sidebar_says_that_orders_come_in_late_until_they_do_not(service: Service) -> None:
    def order(n: int, late: float) -> dict[str, Any]:
        at = (datetime.now(UTC) - timedelta(minutes=late)).isoformat()
        place = {"type": "order", "platform": "jd", "buyer": "late-data", "status": "paid", "amount": "9.50"}
        return {"id": f"late-{n}", "at": at, "order": f"late-{n}", **place}

    await service.send(message("late-hello", "在吗", conversation="late-data", buyer="late-data", platform="jd"))
    async with service.sidebar() as page:
        await shown(page, "late-data")
        await service.send(order(1, 4.5), order(2, 4.5), order(3, 4.5))
        await page.parts("follow_ups", "订单数据延迟 4 分钟，催付已暂停")
        await service.send(order(4, 0))
        told = await page.hear(lambda text: "follow_ups" in parts_of(text) and "订单数据延迟" not in text)
        assert told


async def test_a_message_too_long_to_keep_is_refused(service: Service) -> None:
    await chat(service, "long")
    async with service.workbench() as page:
        said = await page.say("send", conversation="long", text="长" * 10_001)
        assert "10000" in said["message"]
        assert said["say"] == "太长了：最多 10000 字，现在 10001 字。请删短，或分成几条。"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"op": "note", "text": " "}, "还没有写内容"),
        ({"op": "note", "text": "长" * 501}, "最多 500 字，现在 501 字"),
        ({"op": "tag", "group": "personality", "tag": "没有", "on": True}, "没有这个标签"),
        ({"op": "record", "situation": "x", "quantity": "两件"}, "数量请填数字"),
        ({"op": "record", "situation": "x", "size": " "}, "至少填一项"),
        ({"op": "follow_up", "id": "999999", "action": "done"}, "已经找不到了"),
        ({"op": "nothing"}, "请改一下再试"),
    ],
)
async def test_a_refusal_says_in_plain_words_what_to_do(service: Service, said: dict[str, Any], why: str) -> None:
    await chat(service, "refusals")
    async with service.sidebar() as page:
        await shown(page, "refusals")
        answer = await page.say(said.pop("op"), conversation="refusals", **said)
        assert why in answer["say"]
        assert answer["message"].isascii() or "两件" in answer["message"] or "没有" in answer["message"]


# --- how they come in ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "nobody", "a.forged.bearer"])
async def test_a_bad_bearer_is_told_to_sign_in_again(service: Service, token: str) -> None:
    async with service.sidebar(token) as page:
        assert await page.closed() == 4401


async def test_a_socket_from_another_site_is_refused(service: Service) -> None:
    for strange in ({"Origin": "https://elsewhere.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}):
        with pytest.raises(WSServerHandshakeError) as refused:
            await service.http.ws_connect("/desk/ws", headers=service.cookie("agent") | strange)
        assert refused.value.status == 403


async def test_the_workbench_needs_a_session_not_a_bearer(service: Service) -> None:
    bearer = {"Authorization": f"Bearer {service.bearer()}"}
    for headers, status in (({}, 401), (bearer, 403), (service.key(), 403)):
        with pytest.raises(WSServerHandshakeError) as refused:
            await service.http.ws_connect("/desk/ws", headers=headers)
        assert refused.value.status == status


# --- how they end --------------------------------------------------------------------------------------------------


@pytest.fixture
async def quick(tmp_path: Path) -> AsyncIterator[Service]:
    """A service that looks after its sockets all the time."""
    async with running(tmp_path, pace=Pace(renew_seconds=0.05, check_seconds=0.05)) as made:
        yield made


async def test_a_sidebars_bearer_is_renewed_while_it_is_open_until_its_agent_is_shut_out(quick: Service) -> None:
    await chat(quick, "renewed")
    async with quick.sidebar(quick.parts.access.passes.bearer("default", "agent-default")) as page:
        token = (await page.hear(lambda told: told.startswith('{"token"'))).split('"')[3]
        headers = {"Authorization": f"Bearer {token}"}
        assert (await quick.call("GET", "/api/v1/conversations/renewed/sidebar", headers))[0] == 200
        await quick.parts.desks.store.write(disable_agent)
        assert await page.closed() == 4401


async def test_a_sidebar_ends_with_the_session_it_was_opened_with(quick: Service) -> None:
    await chat(quick, "ended")
    headers = await quick.fresh_cookie("agent")
    async with quick.http.get("/beside", headers=headers) as answer:
        token = BEARER.findall(await answer.text())[0]
    by_bearer = {"Authorization": f"Bearer {token}"}
    assert (await quick.call("GET", "/api/v1/conversations/ended/sidebar", by_bearer))[0] == 200
    async with quick.sidebar(token) as page:
        async with quick.http.post("/logout", headers=headers, allow_redirects=False) as answer:
            assert answer.status == 303
        assert await page.closed() == 4401
    async with quick.sidebar(token) as page:
        assert await page.closed() == 4401


async def test_what_a_key_has_let_in_goes_with_the_key(quick: Service) -> None:
    await chat(quick, "leaked")
    asked = {"agent": "whoever", "host_origin": "https://im.example.com"}
    _, made = await quick.call("POST", "/api/v1/launches", json=asked)
    async with quick.http.get(made["address"]) as answer:
        token = BEARER.findall(await answer.text())[0]
    async with quick.sidebar(token) as page:
        await page.hear(lambda told: told.startswith('{"token"'))
        await quick.run("UPDATE keys SET revoked_at = 1 WHERE id = 'key-default'")
        assert await page.closed() == 4401

    async def refused() -> bool:
        headers = {"Authorization": f"Bearer {token}"}
        return (await quick.call("GET", "/api/v1/conversations/leaked/sidebar", headers))[0] == 401

    await until(refused, every=0.05)


async def test_signing_out_ends_the_workbenchs_socket(quick: Service) -> None:
    headers = await quick.fresh_cookie("agent")
    async with quick.http.ws_connect("/desk/ws", headers=headers) as ws:
        async with quick.http.post("/logout", headers=headers, allow_redirects=False) as answer:
            assert answer.status == 303
        assert await OpenPage(ws).closed() == 4401


async def test_a_look_that_failed_does_not_end_looking_after_a_page(
    quick: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, looked = Access.by_session, 0

    async def fails_once(self: Access, token: str, now: datetime, shop: str | None = None) -> Principal | None:
        nonlocal looked
        looked += 1
        if looked == 2:  # the first lets the page in
            raise RuntimeError("a row that cannot be read")
        return await really(self, token, now, shop)

    headers = await quick.fresh_cookie("agent")
    monkeypatch.setattr(Access, "by_session", fails_once)
    async with quick.http.ws_connect("/desk/ws", headers=headers) as ws:
        await until(lambda: looked > 2)
        async with quick.http.post("/logout", headers=headers, allow_redirects=False) as answer:
            assert answer.status == 303
        assert await OpenPage(ws).closed() == 4401


def disable_agent(tx: store.Transaction) -> None:
    user = store.users.find(tx, "agent-default")
    assert user is not None
    store.users.disable(tx, user.id, datetime.now(UTC))


async def test_a_stop_tells_every_page_to_come_back(tmp_path: Path) -> None:
    async with running(tmp_path) as made:
        await chat(made, "stop")
        page = OpenPage(await made.http.ws_connect("/desk/ws", headers=made.cookie("agent")))
        await shown_workbench(page, "stop")
        reading = asyncio.create_task(page.closed())
    assert await reading == 1012


async def shown_workbench(page: OpenPage, conversation: str) -> None:
    await page.open(conversation)
    await page.parts("chat")


async def test_a_page_that_takes_nothing_is_dropped_and_harms_nobody(tmp_path: Path) -> None:
    async with running(tmp_path) as made:
        stalled = await stalled_page(made, messages=80)
        assert await stalled.closed() not in (1000, 1012)
    with sqlite3.connect(tmp_path / "web.db") as read:
        assert read.execute("SELECT count(*) FROM messages").fetchone() == (81,)


async def test_a_page_that_takes_nothing_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    async with running(tmp_path) as made:
        stalled = await stalled_page(made, messages=25)
        assert not stalled.ws.closed
        begun = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - begun < 8  # a page that will not say goodbye is waited for by nobody
    assert not stalled.heard


async def stalled_page(service: Service, messages: int) -> OpenPage:
    """A page that reads nothing while a long chat goes on, which another page follows to the end."""
    await chat(service, "slow")
    stalled = OpenPage(await service.http.ws_connect("/desk/ws", headers=service.cookie("agent")))
    await stalled.open("slow")
    async with service.workbench() as lively:
        await shown_workbench(lively, "slow")
        for n in range(messages):
            await chat(service, "slow", f"{n:02}" + "字" * 9_000, side="agent", agent="a1")
            await lively.parts("chat", f"{n:02}字")
    return stalled
