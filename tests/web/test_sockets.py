"""Live pages over real WebSockets: how they come in, and what is pushed to them when."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import WSServerHandshakeError

from assistant.services import intake
from assistant.services.desks import Desks
from assistant.web.rendering import PARTS
from tests.web.live_chats import chat, shown
from tests.web.open_page import parts_of
from tests.web.service import Service, message, running

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
