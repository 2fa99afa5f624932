"""The trainers' pages over HTTP: rights, what is kept, what is refused, and what publishing does to open sidebars."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from yarl import URL

from assistant.web.keys import SECOND_PERSON
from assistant.web.server import make_app
from tests.web.script_calls import HELLO, PRICE, ask, publish, rewrite, row
from tests.web.service import Service, message, running
from tests.web.serving import serving
from tests.web.small_tables import small_tables

pytestmark = pytest.mark.usefixtures("no_drafts_left")


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("scripts")
    async with running(folder, settings=small_tables(folder)) as made:
        yield made


async def test_a_row_may_be_kept_as_values_and_agents_see_what_is_published(service: Service) -> None:
    before = await row(service, HELLO)
    value = {**before["value"], "text": "亲，在的"}
    status, saved = await ask(service, "POST", "/scripts/row", json={**HELLO, "value": value, "seen": before["mark"]})
    assert (status, saved["state"], saved["changes"]) == (200, "changed", 1)
    assert (await row(service, HELLO, "leader"))["value"]["text"] == "亲，在的"
    assert (await row(service, HELLO, "agent"))["value"] == before["value"]


async def test_who_is_slower_is_told_by_whom_and_nothing_is_overwritten(service: Service) -> None:
    before = await row(service, HELLO)
    await rewrite(service, HELLO, "title: 欢迎语", "title: 打招呼", "leader")
    mine = {**HELLO, "text": before["text"].replace("欢迎语", "问好"), "seen": before["mark"]}
    status, refused = await ask(service, "POST", "/scripts/row", json=mine)
    assert (status, refused["error"]["code"]) == (409, "conflict")
    assert refused["error"]["say"].startswith("leader 刚改过这一行")
    theirs = await row(service, HELLO)
    assert (theirs["author"], theirs["value"]["title"]) == ("leader", "打招呼")
    status, _ = await ask(service, "POST", "/scripts/row", json={**mine, "seen": theirs["mark"]})
    assert status == 200


async def test_the_address_of_touchpoints_opens_the_first_of_them_on_the_trainers_page(service: Service) -> None:
    cookie = service.cookie("trainer")
    async with service.http.get("/touchpoints?lang=en", headers=cookie, allow_redirects=False) as answer:
        assert answer.status == 303
        where = URL(answer.headers["Location"])
    assert (where.path, where.query["table"], where.query["lang"]) == ("/scripts", "touchpoints", "en")
    assert (await row(service, {"table": "touchpoints", "id": where.query["id"]}))["title"]
    async with service.http.get("/touchpoints", headers=cookie) as answer:
        assert answer.status == 200


async def test_a_row_is_looked_at_as_it_is_typed_and_nothing_is_kept(service: Service) -> None:
    text = "id: hello\ntitle: 欢迎语\ntext: 亲{{ promotion.titel }}\n"
    status, found = await ask(service, "POST", "/scripts/look", json={**HELLO, "text": text})
    (complaint,) = found["complaints"]
    assert (status, complaint["line"], complaint["field"]) == (200, 3, "text")
    assert complaint["message"] == "没有变量 `promotion.titel`"
    assert [one["sample"] for one in found["previews"]] == ["new", "vip", "unpaid", "shipped", "nothing"]
    assert (await row(service, HELLO))["state"] == "published"


async def test_a_variable_written_by_what_people_call_it_is_mended_by_one_press(service: Service) -> None:
    for said, right, advice in (
        ("买家昵称", "buyer.nickname", "是不是想写 `buyer.nickname`？"),
        ("不知道叫什么", None, "打一个 { ，从列表里选"),
    ):
        text = f"id: hello\ntitle: 欢迎语\ntext: 亲{{{{{said}}}}}\n"
        _, found = await ask(service, "POST", "/scripts/look", json={**HELLO, "text": text})
        (complaint,) = found["complaints"]
        assert complaint["advice"] == advice
        assert (complaint["mend"] or {}).get("right") == right


async def test_a_preview_says_which_reply_each_buyer_gets_and_what_it_lacks(service: Service) -> None:
    text = (await row(service, PRICE))["text"]
    _, found = await ask(service, "POST", "/scripts/look", json={**PRICE, "text": text})
    replies = {one["sample"]: one["reply"] for one in found["previews"]}
    assert replies["new"] == "coupon"
    assert replies["nothing"] == "multi-buy"
    places = {one["sample"]: one["nth"] for one in found["previews"]}
    assert (places["new"], places["nothing"]) == (2, 1)
    said = "text: 亲{{ promotion.title }}"
    _, found = await ask(service, "POST", "/scripts/look", json={**HELLO, "text": f"id: hello\ntitle: a\n{said}\n"})
    lacks = {one["sample"]: one["lacks"] for one in found["previews"]}
    assert (lacks["new"], lacks["nothing"]) == ([], ["当前活动的名称"])


async def test_the_tree_finds_rows_by_phrases_and_marks_what_is_changed_and_faulty(service: Service) -> None:
    await rewrite(service, HELLO, "text: 亲", "text: 亲{{ oder.amount }}")
    status, found = await ask(service, "GET", "/scripts/tree?judged=1&q=欢迎语")
    assert (status, found["judged"], found["faults"], found["changes"]) == (200, True, 1, 1)
    assert "有错" in found["html"]
    _, found = await ask(service, "GET", "/scripts/tree?q=能便宜点嘛")
    assert "price-too-high" in found["html"]
    _, found = await ask(service, "GET", "/scripts/tree?q=没有这样的话")
    assert (found["total"], "没有找到" in found["html"]) == (0, True)


async def test_the_only_row_of_a_table_is_called_as_the_table_is(service: Service) -> None:
    only = {"table": "small_talk", "id": "small_talk"}
    assert (await row(service, only))["title"] == "闲聊"
    _, found = await ask(service, "GET", "/scripts/tree?q=small_talk")
    assert re.findall(r'class="title">([^<]*)', found["html"]) == ["闲聊"]


async def test_new_rows_get_an_id_and_none_is_given_twice(service: Service) -> None:
    status, made = await ask(service, "POST", "/scripts/rows", json={"table": "situations"})
    assert (status, made["id"], made["state"]) == (200, "new", "added")
    assert (await ask(service, "POST", "/scripts/rows", json={"table": "situations"}))[1]["id"] == "new-1"
    status, refused = await ask(service, "POST", "/scripts/rows", json=HELLO)
    assert (status, refused["error"]["code"]) == (409, "conflict")
    assert (await ask(service, "POST", "/scripts/rows", json={"table": "nothing"}))[0] == 422


async def offered(service: Service, buyer: str) -> str:
    await service.send(message(f"scripts-{buyer}", conversation=buyer, buyer=buyer))
    _, beside = await service.call("GET", f"/api/v1/conversations/{buyer}/sidebar")
    return str(beside["suggestions"][0]["text"])


async def test_what_is_published_is_offered_at_once_and_what_is_put_back_as_well(service: Service) -> None:
    await rewrite(service, PRICE, "单件价格我这边改不了", "价格实在改不了")
    assert "单件价格我这边改不了" in await offered(service, "s1")
    status, told = await publish(service, note="改价")
    assert status == 200, told
    assert "价格实在改不了" in await offered(service, "s2")
    before = told["version"] - 1
    status, back = await ask(service, "POST", f"/scripts/versions/{before}/restore")
    assert (status, back["version"], back["before"]) == (200, before + 2, before + 1)
    assert "单件价格我这边改不了" in await offered(service, "s3")


async def test_nothing_faulty_nothing_unchanged_and_nothing_unseen_is_published(service: Service) -> None:
    status, refused = await publish(service)
    assert (status, refused["error"]["say"]) == (422, "和已发布的一样，没有可以发布的。")
    await rewrite(service, HELLO, "text: 亲", "text: 亲{{ oder.amount }}")
    status, refused = await publish(service)
    assert (status, refused["error"]["say"]) == (422, "还有 1 行有错，改好才能发布。")
    status, refused = await ask(service, "POST", "/scripts/publish", json={"mark": "of before"})
    assert (status, refused["error"]["code"]) == (409, "conflict")


async def test_where_a_second_person_is_asked_nobody_publishes_alone(service: Service) -> None:
    app = make_app(replace(service.parts, second_person=True))
    assert app[SECOND_PERSON]
    async with serving(app) as address:
        await rewrite(service, HELLO, "title: 欢迎语", "title: 打招呼")
        await second_person(replace(service, address=address))


async def second_person(strict: Service) -> None:
    async def publish(role: str, how: str) -> tuple[int, Any]:
        async def ask(method: str, path: str, **more: Any) -> tuple[int, Any]:
            headers = strict.cookie(role)
            async with strict.http.request(method, strict.address + path, headers=headers, **more) as answer:
                return answer.status, await answer.json()

        _, checked = await ask("GET", "/scripts/publish/check")
        return await ask("POST", "/scripts/publish", json={"mark": checked["mark"], "how": how})

    status, refused = await publish("trainer", "publish")
    assert (status, "提交给同事确认" in refused["error"]["say"]) == (403, True)
    assert (await publish("trainer", "urgent"))[0] == 403
    assert (await publish("trainer", "propose"))[1] == {"version": 0, "proposed": True}
    status, refused = await publish("trainer", "approve")
    assert (status, refused["error"]["say"]) == (403, "这是你提交的，要由另一位同事确认。")
    status, told = await publish("leader", "approve")
    assert status == 200, told


async def test_words_are_replaced_where_they_are_ticked_all_in_one_write(service: Service) -> None:
    _, found = await ask(service, "GET", "/scripts/replace/hits", params={"q": "亲，"})
    first, second, *_ = found["hits"]
    assert found["total"] == len(found["hits"]) > 10
    assert first["words"] == "亲，"
    body = {"words": "亲，", "by": "您好，", "chosen": [first["key"], second["key"]], "mark": found["mark"]}
    status, told = await ask(service, "POST", "/scripts/replace", json=body)
    assert (status, told["rows"] in (1, 2)) == (200, True)
    _, after = await ask(service, "GET", "/scripts/replace/hits", params={"q": "亲，"})
    assert after["total"] == found["total"] - 2
    status, refused = await ask(service, "POST", "/scripts/replace", json=body)
    assert (status, refused["error"]["code"]) == (409, "conflict")


async def test_ids_keys_and_conditions_are_never_replaced(service: Service) -> None:
    for words in ("price-too-high", "phrases", "buyer.purchases"):
        _, found = await ask(service, "GET", "/scripts/replace/hits", params={"q": words})
        assert found["hits"] == [], words


async def test_it_may_be_asked_why_a_situation_does_not_come_that_stands_in_the_draft_alone(service: Service) -> None:
    asked = {"table": "situations", "name": "问能不能刻字"}
    assert (await ask(service, "POST", "/scripts/rows", json=asked))[0] == 200
    async with service.http.get("/scripts/try", headers=service.cookie("trainer")) as answer:
        assert ">问能不能刻字</option>" in await answer.text()


async def test_a_trial_says_what_is_offered_and_why_the_rest_is_not(service: Service) -> None:
    said = {"messages": ["在吗", "能便宜点嘛"], "order_state": "shipped"}
    status, trial = await ask(service, "POST", "/scripts/try", "agent", json=said)
    assert (status, trial["offer"], trial["rows"][0]["situation"]) == (200, True, "price-too-high")
    assert trial["rows"][0]["verdict"] == "offered"
    assert {one["verdict"] for one in trial["rows"]} <= {"offered", "score", "full", "when", "unheard"}
    assert trial["rows"][0]["why"] == "买家说「能便宜点嘛」"
    english = (await ask(service, "POST", "/scripts/try?lang=en", "agent", json=said))[1]
    assert english["rows"][0]["why"] == "The buyer said “能便宜点嘛”"
    silent = (await ask(service, "POST", "/scripts/try", json={"messages": ["好的谢谢"]}))[1]
    assert {one["verdict"] for one in silent["rows"]} <= {"silent", "unheard"}
    assert (await ask(service, "POST", "/scripts/try", json={"messages": [" "]}))[0] == 422


async def test_a_draft_is_tried_by_its_own_phrases(service: Service) -> None:
    before = await row(service, PRICE)
    phrases = [*before["value"]["phrases"], "这价位我得掂量掂量"]
    body = {**PRICE, "value": {**before["value"], "phrases": phrases}, "seen": before["mark"]}
    assert (await ask(service, "POST", "/scripts/row", json=body))[0] == 200
    said = {"messages": ["这价位我得掂量掂量"], "draft": True}
    trial = (await ask(service, "POST", "/scripts/try", json=said))[1]
    now = (await ask(service, "POST", "/scripts/try", json={**said, "draft": False}))[1]
    of = {one["situation"]: one["score"] for one in trial["rows"]}
    assert of["price-too-high"] > {one["situation"]: one["score"] for one in now["rows"]}["price-too-high"]
