"""The handbook over HTTP: found by what the reader calls it, with until when it holds, and whether it may be said."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from assistant.services.handbook import EntryView
from assistant.web import texts
from assistant.web.handbook import as_json
from tests.web.service import Service

CATALOGUES = texts.load(Path(__file__).resolve().parents[2] / "web_sidebar/locales")


async def look_up(service: Service, query: str) -> dict[str, Any]:
    status, found = await service.call("GET", f"/api/v1/handbook?{query}")
    assert status == 200
    return dict(found)


async def test_an_entry_is_found_and_said_with_its_validity(service: Service) -> None:
    found = await look_up(service, "q=运费")
    first = found["items"][0]
    assert (first["key"], first["label"], first["usable"]) == ("freight_rule", "退货运费规则", True)
    assert (first["state"], first["validity"], first["valid_to"]) == ("always", "长期有效", None)
    assert "质量问题由我们承担" in first["text"]


async def test_an_english_reader_finds_it_by_its_english_name(service: Service) -> None:
    found = await look_up(service, "q=who pays&lang=en")
    assert [(item["key"], item["label"]) for item in found["items"]] == [("freight_rule", "who pays return freight")]
    assert (await look_up(service, "q=who pays&lang=zh-CN"))["items"] == []


async def test_a_list_that_is_cut_says_how_many_there_are(service: Service) -> None:
    found = await look_up(service, "q=")
    assert len(found["items"]) == 8 < found["total"]
    assert len((await look_up(service, "limit=50"))["items"]) == found["total"]
    assert (await service.call("GET", "/api/v1/handbook?limit=51"))[0] == 422


async def test_a_notice_takes_an_entry_back_and_lets_it_be_said_again(service: Service) -> None:
    body = {"text": "运费规则今天改", "withdraws": {"handbook": ["freight_rule"]}}
    _, made = await service.call("POST", "/api/v1/notices", json=body)
    first = (await look_up(service, "q=运费"))["items"][0]
    assert (first["state"], first["validity"], first["usable"]) == ("withdrawn", "已撤回：运费规则今天改", False)
    await service.call("POST", f"/api/v1/notices/{made['id']}/end")
    assert (await look_up(service, "q=运费"))["items"][0]["usable"]


@pytest.mark.parametrize(
    ("entry", "said", "usable"),
    [
        ({"valid_to": date(2026, 12, 31)}, ("有效期到 2026-12-31", "Valid to 2026-12-31"), True),
        ({"valid_to": date(2026, 11, 14), "days_left": 3}, ("还有 3 天到期", "Ends in 3 days"), True),
        ({"valid_to": date(2026, 11, 11), "days_left": 0}, ("今天是最后一天", "Last day today"), True),
        ({"lack": "expired 2026-11-10"}, ("2026-11-10 已过期", "Expired after 2026-11-10"), False),
        ({"lack": "coming 2026-12-01"}, ("2026-12-01 起生效", "Valid from 2026-12-01"), False),
    ],
)
def test_what_ends_soon_is_marked_and_what_has_ended_cannot_be_said(
    entry: dict[str, Any], said: tuple[str, str], usable: bool
) -> None:
    whole = {"valid_from": None, "valid_to": None, "days_left": None, "lack": None} | entry
    view = EntryView(key="own_rule", label="", text="内容", **whole)
    shown = [as_json(view, CATALOGUES[lang]) for lang in ("zh-CN", "en")]
    assert tuple(one["validity"] for one in shown) == said
    assert {one["usable"] for one in shown} == {usable}
    assert [one["label"] for one in shown] == ["口径「own_rule」", "handbook entry “own_rule”"]
