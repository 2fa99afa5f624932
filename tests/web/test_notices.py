"""Notices over HTTP and in open pages: everybody is told at once, each in their own way, and only who may posts."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from assistant import store
from assistant.domain.notices import Withdraws
from tests.set_clock import SetClock
from tests.until import PATIENCE
from tests.web.service import Service, message, running

PRICE = "price-too-high"


async def post(service: Service, text: str = "赠品已送完", headers: dict[str, str] | None = None, **more: Any) -> int:
    status, answer = await service.call("POST", "/api/v1/notices", headers, json={"text": text, **more})
    assert status == 200, answer
    return int(answer["id"])


async def end(service: Service, id: int) -> None:
    assert (await service.call("POST", f"/api/v1/notices/{id}/end"))[0] == 200


@pytest.fixture(autouse=True)
async def _none_left(service: Service) -> Any:
    yield
    for notice in (await service.call("GET", "/api/v1/notices"))[1]["notices"]:
        await end(service, notice["id"])


async def test_every_open_sidebar_is_told_at_once_and_again_when_it_ends(service: Service) -> None:
    await service.send(message("live-1", conversation="n-live", buyer="n-live"))
    async with service.sidebar() as beside, service.sidebar() as lobby:
        await beside.open("n-live")
        await beside.parts("suggestions", "data-insert")
        id = await post(service, "活动停了", withdraws={"situations": [PRICE]})
        await beside.parts("notices", "活动停了")
        await beside.parts("suggestions", "已撤回") if not seen(beside, "已撤回") else None
        assert "data-insert" not in last(beside, "suggestions")
        await lobby.parts("notices", "活动停了")
        await end(service, id)
        await lobby.hear(lambda told: 'hx-target="#notices"' in told and "活动停了" not in told)
        await beside.hear(lambda told: 'hx-target="#suggestions"' in told and "data-insert" in told)


def seen(page: Any, text: str) -> bool:
    return any(text in told for told in page.heard)


def last(page: Any, part: str) -> str:
    return next(str(told) for told in reversed(page.heard) if f'hx-target="#{part}"' in told)


async def test_a_reading_is_kept_once_and_shown_on_the_page_of_who_posts(service: Service) -> None:
    id = await post(service, "读一下", service.cookie("leader"))
    async with service.http.ws_connect("/notices/ws", headers=service.cookie("trainer")) as ws:
        pushed = await ws.receive_str()
        while "notices-list" not in pushed:
            pushed = await ws.receive_str()
        assert "agent 未读" in pushed
        async with service.sidebar() as page:
            await page.parts("notices", "知道了")
            assert "acked" in await page.say("notice", id=id)
            await page.parts("notices", "data-read") if not seen(page, "data-read") else None
            assert "acked" in await page.say("notice", id=id)
        async with asyncio.timeout(PATIENCE):
            while "✓ </span>小雨" not in (pushed := await ws.receive_str()):
                pass
    _, found = await service.call("GET", "/api/v1/notices/receipts", service.cookie("trainer"))
    row = next(one for one in found["notices"] if one["id"] == id)
    assert [reader["agent"] for reader in row["read"]] == ["a1"]
    assert row["author"] == "leader"
    assert "agent-default" in {reader["agent"] for reader in row["unread"]}


async def test_what_is_withdrawn_is_refused_to_programs_and_sockets_in_words(service: Service) -> None:
    await service.send(message("refuse-1", conversation="n-refuse", buyer="n-refuse"))
    _, before = await service.call("GET", "/api/v1/conversations/n-refuse/sidebar")
    card = next(one for one in before["suggestions"] if one["situation"] == PRICE)
    assert (card["withdrawn"], before["notices"]) == (None, [])
    await post(service, "满减今天停", withdraws={"situations": [PRICE]})
    _, after = await service.call("GET", "/api/v1/conversations/n-refuse/sidebar")
    assert [one["withdrawn"] for one in after["suggestions"] if one["id"] == card["id"]] == ["满减今天停"]
    status, answer = await service.call("POST", f"/api/v1/suggestions/{card['id']}", json={"action": "inserted"})
    assert (status, answer["error"]["code"]) == (409, "conflict")
    assert "满减今天停" in answer["error"]["message"]
    async with service.sidebar() as page:
        told = await page.say("suggestion", id=card["id"], action="inserted")
        assert told["say"] == "这句话已撤回：满减今天停"


async def test_quick_replies_say_that_they_are_withdrawn(service: Service) -> None:
    _, page = await service.call("GET", "/api/v1/quick-replies?q=赠品&limit=50")
    id = page["items"][0]["id"]
    await post(service, "赠品已送完", withdraws={"quick_replies": [id]})
    _, page = await service.call("GET", "/api/v1/quick-replies?q=赠品&limit=50")
    assert {item["id"]: item["withdrawn"] for item in page["items"]}[id] == "赠品已送完"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "'field': 'text'"),
        ({"text": "  "}, "write what agents are to know"),
        ({"text": "字" * 101}, "at most 100"),
        ({"text": "x", "withdraws": {"handbook": ["gift_rul"]}}, "did you mean `gift_rule`"),
        ({"text": "x", "withdraws": {"nothing": ["a"]}}, "withdraws.nothing"),
        ({"text": "x", "ends_at": "2020-01-01T00:00:00+08:00"}, "ended already"),
        ({"text": "x", "ends_at": "2026-11-11T10:00:00"}, "no offset"),
        ({"text": "x", "ends_at": "2126-11-11T10:00:00+08:00"}, "at most 31 days"),
        ({"text": "x\u0000"}, "without a meaning (NUL)"),
    ],
)
async def test_bad_input_is_refused_and_nothing_is_stored(service: Service, body: dict[str, Any], says: str) -> None:
    before = await service.count("notices")
    status, answer = await service.call("POST", "/api/v1/notices", json=body)
    assert status == 422
    assert says in str(answer["error"])
    assert await service.count("notices") == before


async def test_people_post_in_their_own_name_and_programs_in_the_one_they_give(service: Service) -> None:
    await post(service, "一", service.cookie("leader"), author="别人")
    await post(service, "二", author="仓库系统")
    _, found = await service.call("GET", "/api/v1/notices")
    assert {one["text"]: one["author"] for one in found["notices"]} == {"一": "leader", "二": "仓库系统"}


async def test_a_program_reads_for_the_agent_it_names_and_a_person_for_nobody_else(service: Service) -> None:
    id = await post(service)
    for headers, body in ((service.key(), {"agent": "a9"}), (service.cookie("agent"), {"agent": "a8"})):
        assert (await service.call("POST", f"/api/v1/notices/{id}/read", headers, json=body))[0] == 200
    assert (await service.call("POST", f"/api/v1/notices/{id}/read", service.cookie("agent")))[0] == 200
    _, found = await service.call("GET", "/api/v1/notices/receipts")
    row = next(one for one in found["notices"] if one["id"] == id)
    assert {reader["agent"] for reader in row["read"]} == {"a9", "agent-default"}


async def test_another_shops_notices_do_not_exist(service: Service) -> None:
    id = await post(service)
    stranger = service.key("other-shop")
    assert (await service.call("GET", "/api/v1/notices", stranger))[1] == {"notices": []}
    for what in ("read", "end"):
        status, _ = await service.call("POST", f"/api/v1/notices/{id}/{what}", stranger, json={})
        assert status == 404
    assert len((await service.call("GET", "/api/v1/notices"))[1]["notices"]) == 1


# --- the page ------------------------------------------------------------------------------------------------------


async def sent(service: Service, role: str = "leader", **form: Any) -> tuple[int, str]:
    headers = {**service.cookie(role), "Accept": "text/html", "Accept-Language": "zh-CN"}
    async with service.http.post("/notices", data=form, headers=headers) as answer:
        return answer.status, await answer.text()


async def test_the_form_posts_what_it_says_and_shows_it(service: Service) -> None:
    at = (datetime.now(UTC) + timedelta(hours=30)).astimezone().strftime("%Y-%m-%dT%H:%M")
    gone = ["handbook:ship_within", f"situations:{PRICE}"]
    status, page = await sent(service, text="发货改48小时", ends="at", at=at, withdraws=gone)
    assert (status, "发货改48小时" in page, "发货时限" in page) == (200, True, True)
    _, found = await service.call("GET", "/api/v1/notices/receipts")
    row = found["notices"][0]
    assert {(one["kind"], one["name"]) for one in row["withdraws"]} == {
        ("handbook", "ship_within"), ("situations", PRICE),
    }  # fmt: skip
    assert row["ends_at"].startswith(at)
    headers = {**service.cookie("trainer"), "Accept": "text/html"}
    async with service.http.post(f"/notices/{row['id']}/end", headers=headers) as answer:
        assert answer.status == 200
    assert (await service.call("GET", "/api/v1/notices"))[1] == {"notices": []}


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"text": " "}, "还没有写内容"),
        ({"text": "赠品", "ends": "at", "at": ""}, "请选好结束的日期和时间"),
        ({"text": "赠品", "ends": "at", "at": "2020-01-01T10:00"}, "结束时间已经过了"),
        ({"text": "赠品", "withdraws": ["handbook:nothing"]}, "话术表里没有「nothing」"),
    ],
)
async def test_what_is_wrong_is_said_beside_the_form_and_nothing_typed_is_lost(
    service: Service, form: dict[str, Any], says: str
) -> None:
    kept = {"withdraws": [f"situations:{PRICE}"], **form}
    status, page = await sent(service, **kept)
    assert (status, says in page) == (422, True)
    assert form["text"].strip() in page
    assert ("withdraws" in form) or (f'value="situations:{PRICE}"' in page)
    assert (await service.call("GET", "/api/v1/notices"))[1] == {"notices": []}


async def test_what_people_write_is_shown_as_text(service: Service) -> None:
    trick = '"><script>alert(1)</script>'
    _, page = await sent(service, text=trick, withdraws=[f"quick_replies:{trick}"])
    assert "<script>alert" not in page
    _, page = await sent(service, text=trick)
    assert "<script>alert" not in page


async def test_the_searchable_list_speaks_the_readers_language(service: Service) -> None:
    for lang, title in (("zh-CN", "赠品规则"), ("en", "gift rule")):
        _, found = await service.call("GET", f"/notices/choices?q=赠品&lang={lang}", service.cookie("trainer"))
        assert title in {item["title"] for item in found["items"] if item["value"] == "handbook:gift_rule"}
        assert found["total"] >= len(found["items"]) > 3
        assert not [item for item in found["items"] if "{{" in item["text"]]


# --- without a signal ------------------------------------------------------------------------------------------------


async def test_a_notice_of_another_process_is_shown_within_seconds(service: Service) -> None:
    now = service.parts.clock.now()

    def elsewhere(tx: store.Transaction) -> int:
        return store.notices.add(tx, "default", "命令行发的", "x", now, now + timedelta(hours=1), Withdraws())

    async with service.sidebar() as lobby:
        await service.parts.desks.store.write(elsewhere)
        await lobby.parts("notices", "命令行发的")


async def test_a_notice_that_runs_out_goes_by_itself(tmp_path: Path) -> None:
    clock = SetClock(datetime(2026, 11, 11, 2, tzinfo=UTC))
    async with running(tmp_path, clock) as service, service.sidebar() as lobby:
        await post(service, "马上结束", ends_at=(clock.at + timedelta(hours=1)).isoformat())
        await lobby.parts("notices", "马上结束")
        clock.step(hours=1)
        await lobby.hear(lambda told: 'hx-target="#notices"' in told and "马上结束" not in told)
