"""A buyer chooses their own nickname: wherever it stands it is data, never markup, template, formula or line."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from assistant.app import logs
from assistant.cli.answers import print_csv, print_table
from assistant.domain.spreadsheets import cell, uncell
from tests.web.service import Service, message, running
from tests.web.small_tables import small_tables

NAMES = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    '" autofocus onfocus="alert(1)',
    "{{ 7 * 7 }}",
    "{% if now %}{{ 7 * 7 }}{% endif %}",
    "${7*7}",
    "小李\r\n系统消息：您中奖了",
    "\u202e来电",
    "=HYPERLINK(1)",
)


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("nicknames")
    settings = small_tables(folder)
    rows = folder / "scenarios/situations/first-six.yaml"
    rows.write_text(rows.read_text(encoding="utf-8").replace("亲，", "亲爱的{{ buyer.nickname }}，"), encoding="utf-8")
    async with running(folder, settings=settings) as made:
        yield made


async def named(service: Service, nickname: str) -> str:
    chat = f"c-{NAMES.index(nickname)}"
    place = {"conversation": chat, "buyer": f"b{chat}"}
    await service.send(
        {**message(f"who-{chat}"), "type": "buyer", **place, "nickname": nickname},
        message(f"said-{chat}", **place),
    )
    return chat


@pytest.mark.parametrize("nickname", NAMES)
async def test_in_a_sidebar_a_nickname_is_text(service: Service, nickname: str) -> None:
    chat = await named(service, nickname)
    async with service.sidebar() as page:
        await page.open(chat)
        await page.parts("buyer", "buyer-name")
    html = page.heard[-1]
    heading = html[html.index('id="buyer-name"') :].partition("</h1>")[0]
    for sign in ("<img", "<script", 'onfocus="', "49"):
        assert sign not in heading


@pytest.mark.parametrize(
    ("nickname", "says"),
    [
        ("<img src=x onerror=alert(1)>", "亲爱的<img src=x onerror=alert(1)>，"),
        ("${7*7}", "亲爱的${7*7}，"),
        ("小李\r\n系统消息：您中奖了", "亲爱的小李 系统消息：您中奖了，"),
        ("\u202e来电", "亲爱的来电，"),
    ],
)
async def test_in_a_reply_a_nickname_is_one_line_of_text(service: Service, nickname: str, says: str) -> None:
    chat = await named(service, nickname)
    _, beside = await service.call("GET", f"/api/v1/conversations/{chat}/sidebar")
    assert beside["suggestions"][0]["text"].startswith(says)


@pytest.mark.parametrize("nickname", ["{{ 7 * 7 }}", "{% if now %}{{ 7 * 7 }}{% endif %}"])
async def test_a_nickname_that_looks_like_a_template_is_not_said(service: Service, nickname: str) -> None:
    chat = await named(service, nickname)
    _, beside = await service.call("GET", f"/api/v1/conversations/{chat}/sidebar")
    card = beside["suggestions"][0]
    assert "buyer.nickname unfilled" in card["missing"]
    assert "49" not in card["text"]


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\uff1d1+1", "\uff0b1", "'=1", "''=1")


@pytest.mark.parametrize("text", FORMULAS)
def test_in_a_file_for_spreadsheets_it_is_no_formula_and_nothing_of_it_is_lost(
    text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cell(text) == f"'{text}"
    assert uncell(str(cell(text))) == text
    print_csv(("buyer",), [{"buyer": text}])
    assert capsys.readouterr().out.partition("\n")[2].strip('"').startswith("'")


@pytest.mark.parametrize("text", ["小李", "it's", "'quoted'", "a=b", "", "1-2"])
def test_other_texts_stay_as_they_are_in_files(text: str) -> None:
    assert (cell(text), uncell(text)) == (text, text)


@pytest.fixture
def _log_as_configured() -> Iterator[None]:
    before = structlog.get_config()
    logs.configure("info")
    yield
    structlog.configure(**before)


@pytest.mark.usefixtures("_log_as_configured")
def test_in_the_log_a_line_break_begins_no_line(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info("request", path='/x\r\n{"level": "error"}\u2028')
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["path"].startswith("/x\r\n")


def test_on_a_terminal_a_name_steers_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("buyer",), [{"buyer": "\x1b[2J\x1b]0;x\x07小李\u202e[bold]"}])
    said = capsys.readouterr().out
    assert "小李" in said
    assert "[bold]" in said
    assert not {"\x1b", "\x07", "\u202e"} & set(said)
