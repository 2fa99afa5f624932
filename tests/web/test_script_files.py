"""The trainers' tables out of a file and into one, and pictures of quick replies: looked at first, then a draft."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData
from openpyxl import load_workbook

from tests.web.script_calls import HELLO, ask, publish, rewrite, row
from tests.web.service import Service, running
from tests.web.small_tables import small_tables

pytestmark = pytest.mark.usefixtures("no_drafts_left")


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("scripts")
    async with running(folder, settings=small_tables(folder)) as made:
        yield made


async def exported(service: Service, ending: str, role: str = "agent") -> bytes:
    async with service.http.get(f"/scripts/versions/1/file?as={ending}", headers=service.cookie(role)) as answer:
        assert answer.status == 200
        assert f"scripts-1.{ending}" in answer.headers["Content-Disposition"]
        return await answer.read()


async def send(service: Service, content: bytes, name: str, take: str | None = None) -> tuple[int, Any]:
    form = FormData()
    form.add_field("file", content, filename=name)
    if take is not None:
        form.add_field("take", take)
    return await ask(service, "POST", "/scripts/file", data=form)


async def test_a_file_edited_elsewhere_becomes_a_draft_once_it_was_looked_at(service: Service) -> None:
    book = load_workbook(io.BytesIO(await exported(service, "xlsx")))
    sheet = book["quick_replies"]
    sheet["B2"] = "欢迎光临"
    written = io.BytesIO()
    book.save(written)
    status, found = await send(service, written.getvalue(), "话术.xlsx")
    assert (status, found["total"]) == (200, 1)
    assert ["+", "标题: 欢迎光临"] in found["rows"][0]["lines"]
    assert (await row(service, HELLO))["state"] == "published"
    assert (await send(service, written.getvalue(), "话术.xlsx", "of before"))[0] == 409
    assert await send(service, written.getvalue(), "话术.xlsx", found["mark"]) == (200, {"kept": 1})
    assert (await row(service, HELLO))["value"]["title"] == "欢迎光临"


async def test_each_fault_of_a_file_is_named_with_sheet_and_line_and_nothing_is_taken(service: Service) -> None:
    book = load_workbook(io.BytesIO(await exported(service, "xlsx")))
    book["replies"]["C3"] = "亲{{ promotion.titel }}"
    book["quick_replies"]["B4"] = None
    written = io.BytesIO()
    book.save(written)
    _, found = await send(service, written.getvalue(), "a.xlsx")
    assert {(one["sheet"], one["line"], one["message"]) for one in found["faults"]} == {
        ("replies", 3, "没有变量 `promotion.titel`"),
        ("quick_replies", 4, "缺少标题（title）"),
    }
    assert (await ask(service, "GET", "/scripts/tree"))[1]["changes"] == 0


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.doc", b"x", "不认识这种文件"),
        ("a.xlsx", b"no workbook", "打不开"),
        ("a.csv", "table,id\n情景,1\n".encode("gbk"), "不是 UTF-8"),
        ("a.csv", b"table,id\nnothing,1\n", "没有「nothing」这张表"),
        ("a.csv", b"table,id,when\nsituations,a,{no\n", "situations 第 2 行「when」"),
    ],
)
async def test_a_file_that_cannot_be_read_says_what_to_do(
    service: Service, name: str, content: bytes, says: str
) -> None:
    status, refused = await send(service, content, name)
    assert (status, says in refused["error"]["say"]) == (422, True), refused


async def test_unchanged_files_of_every_kind_change_nothing(service: Service) -> None:
    for ending in ("yaml", "csv", "xlsx"):
        _, found = await send(service, await exported(service, ending), f"a.{ending}")
        current = (await ask(service, "GET", "/scripts/tree"))[1]
        assert "faults" not in found, ending
        assert current["changes"] == 0


async def test_a_quick_reply_of_the_team_has_a_picture_that_every_agent_of_the_shop_sees(service: Service) -> None:
    status, refused = await ask(service, "PUT", "/scripts/pictures", data=b"<svg>")
    assert (status, refused["error"]["say"]) == (422, "这不是图片：请用 PNG、JPEG、GIF 或 WebP。")
    status, kept = await ask(service, "PUT", "/scripts/pictures", data=b"\x89PNG\r\n\x1a\n of sizes")
    assert status == 200
    before = await row(service, HELLO)
    value = {**before["value"], "image": kept["image"]}
    _, looked = await ask(service, "POST", "/scripts/look", json={**HELLO, "value": value})
    assert kept["image"] in looked["previews"][0]["parts"]["quick-list"]
    await ask(service, "POST", "/scripts/row", json={**HELLO, "value": value, "seen": before["mark"]})
    assert (await publish(service))[0] == 200
    _, found = await ask(service, "GET", "/api/v1/quick-replies?limit=50", "agent")
    assert {item["id"]: item["image"] for item in found["items"]}["hello"] == kept["image"]
    path = f"/api/v1/quick-replies/images/{kept['image']}"
    for shop, expected in (("default", 200), ("other-shop", 404)):
        async with service.http.get(path, headers=service.cookie("agent", shop)) as answer:
            assert answer.status == expected
    wrong = {**HELLO, "value": {**value, "image": "my-picture.png"}}
    _, looked = await ask(service, "POST", "/scripts/look", json=wrong)
    assert looked["complaints"][0]["message"] == "图片（image） 不是图片：my-picture.png"
    await rewrite(service, HELLO, f"image: {kept['image']}\n", "")
    assert (await publish(service))[0] == 200


async def test_a_spreadsheet_of_another_tool_is_taken_for_quick_replies_once_its_columns_were_seen(
    service: Service,
) -> None:
    def sent(**more: str) -> FormData:
        form = FormData({"columns": '["group","text"]', "head": "true", **more})
        form.add_field("file", "分类,话术\n问候,亲，您好呀欢迎光临\n".encode("gb18030"), filename="mine.csv")
        return form

    status, found = await ask(service, "POST", "/scripts/file", data=sent())
    assert (status, found["new"], found["faulty"]) == (200, 1, 0)
    assert [column["samples"] for column in found["columns"]] == [["问候"], ["亲，您好呀欢迎光临"]]
    assert (await ask(service, "POST", "/scripts/file", data=sent(take="older")))[0] == 409
    assert (await ask(service, "POST", "/scripts/file", data=sent(take=found["mark"])))[1] == {"kept": 1}
    _, listed = await ask(service, "GET", "/scripts/tree?q=欢迎光临")
    assert "新增" in listed["html"]
    status, refused = await ask(service, "POST", "/scripts/file", data=sent(columns="[1]"))
    assert (status, refused["error"]["code"]) == (422, "invalid_request")
