"""Back-tests and gaps over HTTP and in an open page: nothing live is touched, words are masked, a press drafts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from assistant import store
from assistant.services import back_test_runs
from assistant.services.back_test_runs import Wish
from assistant.store.tables import metadata
from tests.until import until
from tests.web.open_page import OpenPage
from tests.web.script_calls import PRICE, ask, row
from tests.web.service import Service, message, running
from tests.web.small_tables import small_tables
from tests.web.test_another_shop import WORKED_AT

# A process of its own starts, and fits both tables.
LONG = 180.0
ASKED = "这价位我得掂量掂量，我的电话13800001111"
TODAY = datetime.now(UTC).date()
DAYS = {"first": (TODAY - timedelta(days=3)).isoformat(), "last": (TODAY + timedelta(days=1)).isoformat()}


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("back-tests")
    async with running(folder, settings=small_tables(folder)) as made:
        await made.send(message("m1", ASKED), message("m2", "亲，我帮您看看", side="agent", agent="a1"))
        yield made


@pytest.fixture(autouse=True)
async def _nothing_left(service: Service) -> AsyncIterator[None]:
    yield
    await service.parts.desks.store.write(emptied)


def emptied(tx: store.Transaction) -> None:
    for table in ("drafts", "back_tests", "refused_phrases"):
        tx.driver.execute(f"DELETE FROM {table}")


async def add_phrase(service: Service, phrase: str) -> None:
    before = await row(service, PRICE)
    value = {**before["value"], "phrases": [*before["value"]["phrases"], phrase]}
    status, told = await ask(service, "POST", "/scripts/row", json={**PRICE, "value": value, "seen": before["mark"]})
    assert status == 200, told


@asynccontextmanager
async def watching(service: Service, query: str = "") -> AsyncIterator[OpenPage]:
    async with service.http.ws_connect(f"/scripts/back-test/ws{query}", headers=service.cookie("trainer")) as ws:
        yield OpenPage(ws)


def everything(tx: store.Transaction) -> dict[str, list[Any]]:
    """All rows of all tables but the one that reports are kept in, and those that the service works at by itself."""
    names = [name for name in metadata.tables if name not in {"back_tests", *WORKED_AT}]
    return {name: sorted(map(repr, tx.driver.execute(f'SELECT * FROM "{name}"').fetchall())) for name in names}


async def test_a_draft_is_played_on_the_shops_own_chats_and_the_gained_message_is_shown_masked(
    service: Service,
) -> None:
    await add_phrase(service, "这价位我得掂量掂量")
    before = await service.parts.desks.store.read(everything)
    async with watching(service) as page:
        status, begun = await ask(service, "POST", "/scripts/back-test", json=DAYS)
        assert status == 200, begun
        await page.parts("back-test-run", "data-running")
        told = await page.hear(lambda told: "back-test-report" in told and "shift-price-too-high" in told, LONG)
    assert "这价位我得掂量掂量" in told
    assert "13800001111" not in told
    assert "/scripts/chats/c1?on=other" in told
    assert "data-running" not in told
    assert await service.parts.desks.store.read(everything) == before
    report = await service.parts.desks.store.read(lambda tx: store.back_tests.report(tx, "default", begun["id"]))
    assert report is not None
    assert (report["before"]["silent"], report["after"]["offered"], report["changed"]) == (1, 1, 1)


async def test_the_chat_behind_a_quoted_message_is_masked_and_that_somebody_looked_is_kept(service: Service) -> None:
    before = await service.count("facts WHERE name = 'access.viewed'")
    async with service.http.get("/scripts/chats/c1?on=other", headers=service.cookie("trainer")) as answer:
        page = await answer.text()
    assert "我得掂量掂量" in page
    assert "13800001111" not in page
    assert await service.count("facts WHERE name = 'access.viewed'") == before + 1


async def test_a_file_of_events_is_played_and_forgotten_and_one_that_is_none_says_why(service: Service) -> None:
    lines = [json.dumps(message("f1", "能便宜点嘛", at="2026-11-11T10:00:00+08:00"), ensure_ascii=False), "{no"]
    async with watching(service) as page:
        assert (await upload(service, "\n".join(lines)))[0] == 200
        told = await page.hear(lambda told: "有 1 条事件读不懂" in told, LONG)
        assert "/scripts/chats/" not in told
        assert (await upload(service, "nothing at all"))[0] == 200
        await page.hear(lambda told: "里面没有读得懂的买家消息" in told, LONG)
    assert (await upload(service, None))[1]["error"]["say"] == "请先选一个文件。"


async def upload(service: Service, content: str | None) -> tuple[int, Any]:
    form = FormData()
    if content is None:
        form.add_field("words", "x", content_type="text/plain", filename="")
    else:
        form.add_field("file", content.encode(), filename="week.jsonl", content_type="application/jsonl")
    return await ask(service, "POST", "/scripts/back-test", data=form)


async def test_only_one_runs_in_a_shop_and_whoever_may_edit_stops_it(service: Service) -> None:
    status, begun = await ask(service, "POST", "/scripts/back-test", json=DAYS)
    assert status == 200, begun
    status, refused = await ask(service, "POST", "/scripts/back-test", "leader", json=DAYS)
    assert (status, refused["error"]["say"][:8]) == (409, "店里已经有一个回")
    async with watching(service) as page:
        assert (await ask(service, "POST", f"/scripts/back-test/{begun['id']}/cancel", "leader", json={}))[0] == 200
        await page.hear(lambda told: "back-test-kept" in told and "已停止" in told and "data-running" not in told)
    # Whoever played it has noticed, too.
    await until(lambda: not service.runs.playing, LONG)
    assert (await ask(service, "POST", "/scripts/back-test/999999/cancel", json={}))[0] == 404


async def test_what_cannot_be_played_says_what_to_do(service: Service) -> None:
    long = {"first": "2026-01-01", "last": "2026-03-01"}
    assert (await ask(service, "POST", "/scripts/back-test", json=long))[1]["error"]["say"] == "请选 1–31 天。"
    backwards = {"first": "2026-03-01", "last": "2026-02-01"}
    assert (await ask(service, "POST", "/scripts/back-test", json=backwards))[0] == 422
    before = await row(service, PRICE)
    body = {**PRICE, "text": before["text"].replace("亲", "亲{{ oder.amount }}", 1), "seen": before["mark"]}
    assert (await ask(service, "POST", "/scripts/row", json=body))[0] == 200
    status, refused = await ask(service, "POST", "/scripts/back-test", json=DAYS)
    assert (status, refused["error"]["say"]) == (422, "草稿还有 1 行有错，改好才能回测。")


async def test_another_shops_back_tests_do_not_exist(service: Service) -> None:
    desks, now = service.parts.desks, datetime.now(UTC)
    id = await desks.write("default", now, partial(back_test_runs.begin, wish=Wish(1, 0, file="a"), author="x"))
    status, _ = await service.call(
        "POST", f"/scripts/back-test/{id}/cancel", service.cookie("admin", "other-shop"), json={}
    )
    assert status == 404
    async with service.http.get(f"/scripts/back-test?id={id}", headers=service.cookie("admin", "other-shop")) as page:
        assert "data-running" not in await page.text()


# --- what the tables lack: in the other shop, whose chats these are ---------------------------------------------------

INVOICE = ["可以开发票吗", "能开发票不", "发票怎么开"]
NEAR = "掂量掂量这价位"
ANSWER = "亲，可以开的，联系13800001111"


async def there(service: Service, method: str, path: str, **more: Any) -> tuple[int, Any]:
    return await service.call(method, path, service.cookie("trainer", "other-shop"), **more)


async def row_there(service: Service, name: dict[str, str]) -> dict[str, Any]:
    status, found = await there(service, "GET", "/scripts/row", params=name)
    assert status == 200, found
    return dict(found)


@pytest.fixture(scope="module")
async def chats(service: Service) -> None:
    """Three questions without a reply, and one that an agent answered by hand with a situation's words."""
    reply = (await row_there(service, PRICE))["value"]["replies"][0]["text"]
    said = [(INVOICE[0], "亲，可以开的"), (INVOICE[1], ANSWER), (INVOICE[2], ANSWER), (NEAR, reply)]
    for number, (text, answer) in enumerate(said):
        place = {"conversation": f"g{number}", "buyer": f"g{number}"}
        asked = message(f"g{number}-q", text, **place)
        answered = message(f"g{number}-a", answer, **place, side="agent", agent="a1")
        await service.send(asked, answered, shop="other-shop")


async def found(service: Service) -> dict[str, Any]:
    status, told = await there(service, "GET", "/scripts/gaps/found", params=DAYS)
    assert status == 200, told
    return dict(told)


@pytest.mark.usefixtures("chats")
async def test_a_gap_is_found_masked_made_a_situation_by_one_press_and_may_be_published(service: Service) -> None:
    told = await found(service)
    assert told["gaps"] == 1
    assert "可以开发票吗" in told["html"]
    assert "13800001111" not in told["html"]
    gap = {"phrases": INVOICE, "answers": ["亲，可以开的"]}
    status, made = await there(service, "POST", "/scripts/gaps/situation", json=gap)
    assert (status, made) == (200, {"table": "situations", "id": "neng-kai-fa-piao-bu"})
    assert (await row_there(service, made))["value"]["replies"][0]["text"] == "亲，可以开的"
    assert "话术里已经有了" in (await found(service))["html"]
    assert (await there(service, "GET", "/scripts/publish/check"))[1]["faults"] == []


@pytest.mark.usefixtures("chats")
async def test_words_are_decided_once_and_measured_before(service: Service) -> None:
    assert f'data-text="{NEAR}"' in (await found(service))["html"]
    accepted = {"accepted": {PRICE["id"]: [NEAR]}}
    status, told = await there(service, "POST", "/scripts/gaps/effect", json={**DAYS, **accepted})
    assert status == 200, told
    assert "这 1 次提问里" in told["html"]
    assert "其他 3 次提问里" in told["html"]
    assert (await row_there(service, PRICE))["state"] == "published"
    status, told = await there(service, "POST", "/scripts/gaps/examples", json=accepted)
    assert (status, told) == (200, {"rows": 1, "refused": 0})
    assert (await row_there(service, PRICE))["value"]["phrases"][-1] == NEAR
    assert NEAR not in (await found(service))["html"]


@pytest.mark.usefixtures("chats")
async def test_what_was_refused_is_not_asked_again(service: Service) -> None:
    refused = {"refused": {PRICE["id"]: [NEAR]}}
    assert await there(service, "POST", "/scripts/gaps/examples", json=refused) == (200, {"rows": 0, "refused": 1})
    assert NEAR not in (await found(service))["html"]
    assert (await row_there(service, PRICE))["state"] == "published"


async def test_what_cannot_be_done_says_what_to_do(service: Service) -> None:
    gone = {"accepted": {"gone": [NEAR]}}
    status, told = await there(service, "POST", "/scripts/gaps/examples", json=gone)
    assert (status, told["error"]["say"][:6]) == (422, "「gone」")
    empty = {"phrases": ["13800001111"], "answers": ["好"]}
    assert (await there(service, "POST", "/scripts/gaps/situation", json=empty))[0] == 422
    status, told = await there(service, "GET", "/scripts/gaps/found?first=2026-01-01&last=2026-03-01")
    assert (status, told["error"]["say"]) == (422, "请选 1–31 天。")
    assert (await there(service, "GET", "/scripts/gaps/found?first=x"))[0] == 422
