"""What live pages do: a repeated, foreign or nonsensical operation harms nothing, and a refusal says what to do."""

from typing import Any

import pytest

from assistant.web.operations import OPERATIONS
from tests.web.live_chats import chat, shown
from tests.web.service import Service


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


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"op": "open"}', "say which conversation to open: send its id as `conversation`"),
        ('{"op": "close"}', "'close' is no operation: send one of open, next, suggestion"),
    ],
)
async def test_an_operation_that_cannot_be_done_is_told_what_to_send(service: Service, text: str, says: str) -> None:
    async with service.sidebar() as page:
        await page.ws.send_str(text)
        assert says in await page.hear(lambda told: told.startswith('{"refused"'))


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
