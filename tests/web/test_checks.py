"""Checks over HTTP and through the sockets: what is found, what is refused, and who may say so."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.service import Service, message


async def check(service: Service, text: str, **more: Any) -> list[dict[str, Any]]:
    status, found = await service.call("POST", "/api/v1/checks", json={"text": text, **more})
    assert status == 200, found
    assert found.keys() == {"hits"}
    return list(found["hits"])


async def test_a_hit_says_what_why_and_what_to_say_instead_and_nothing_else(service: Service) -> None:
    (hit,) = await check(service, "亲，加 我 微 信 吧")
    assert hit.keys() == {"code", "severity", "words", "reason", "instead"}
    assert (hit["code"], hit["severity"], hit["words"]) == ("C04", "block", "加 我 微 信")
    assert await check(service, hit["instead"]) == []
    assert await check(service, "第一时间为您处理") == []
    assert await check(service, "") == []


async def test_asking_records_nothing(service: Service) -> None:
    before = await service.count("facts")
    await check(service, "加我微信")
    assert await service.count("facts") == before


async def test_what_a_buyer_may_be_told_depends_on_the_buyer(service: Service) -> None:
    at = message("x")["at"]
    await service.send({"id": "c-b", "type": "buyer", "at": at, "buyer": "own", "phone": "13912345678"})
    assert await check(service, "您的号码是13912345678吧", buyer="own") == []
    (hit,) = await check(service, "您的号码是13812345678吧", buyer="own")
    assert hit["code"] == "C11"
    chat = message("c-m", conversation="by-wecom", buyer="by-wecom", platform="wecom")
    await service.send(chat)
    assert await check(service, "加我微信", conversation="by-wecom") == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "x", "buyer": "nobody-knows"}, 404),
        ({"text": "x", "conversation": "nobody-knows"}, 404),
        ({"text": "长" * 10_001}, 422),
        ({"buyer": "b1"}, 422),
        ({"text": "x", "sender": "a1"}, 422),
        ({"text": "a\x00b"}, 422),
    ],
)
async def test_what_cannot_be_checked_is_refused(service: Service, body: dict[str, Any], status: int) -> None:
    told, found = await service.call("POST", "/api/v1/checks", json=body)
    assert (told, bool(found["error"]["message"])) == (status, True)


async def test_the_workbench_is_told_what_was_found_and_whether_it_stands(service: Service) -> None:
    await service.send(message("c-1", conversation="c-send", buyer="c-send"))
    async with service.workbench() as page:
        refused = await page.say("send", conversation="c-send", text="加我微信")
        assert (refused["stands"], refused["hits"][0]["words"]) == (True, "加我微信")
        assert refused["say"].startswith("「加我微信」不能发：")
        doubted = await page.say("send", conversation="c-send", text="给个五星好评哦")
        assert (doubted["stands"], doubted["hits"][0]["code"]) == (False, "C02")
        assert "acked" in await page.say("send", conversation="c-send", text="给个五星好评哦", override="3")
    _, listed = await service.call("GET", "/api/v1/conversations/c-send/sidebar")
    assert [(each["code"], each["severity"]) for each in listed["checked"]] == [("C02", "warn")]


async def test_a_sidebar_notes_why_a_warning_was_overridden(service: Service) -> None:
    await service.send(message("c-2", conversation="c-over", buyer="c-over"))
    async with service.sidebar() as page:
        assert "acked" in await page.say("override", conversation="c-over", codes=["C05", "C05"], reason="1")
        assert "refused" in await page.say("override", conversation="c-over", codes=["C05"], reason="9")
        assert "refused" in await page.say("override", conversation="c-over", codes="C05", reason="1")
    _, listed = await service.call("GET", "/api/v1/facts?limit=200")
    mine = [fact for fact in listed["facts"] if fact["name"] == "check.overridden" and fact["conversation"] == "c-over"]
    assert [(fact["agent"], fact["data"]) for fact in mine] == [("a1", {"code": "C05", "reason": "buyers_words"})]
