"""The JSON that other front ends rely on: shapes, actions, paging, and what is refused."""

import json
import re
from typing import Any

import pytest

from assistant import store
from assistant.domain.staff import OPERATOR
from assistant.services import staff
from tests.web.api_chats import asked, chat, facts_of, sidebar
from tests.web.service import Service, message

# --- the sidebar ---------------------------------------------------------------------------------------------------


async def test_the_sidebar_has_the_promised_shape(service: Service) -> None:
    order = {"type": "order", "order": "shape-o", "status": "unpaid", "amount": "239.00"}
    await chat(service, "shape")
    await service.send(message("shape-order", buyer="shape") | order)
    found = await sidebar(service, "shape")
    top = {"version", "buyer", "orders", "suggestions", "follow_ups", "waiting"}
    card = {"id", "situation", "name", "goal", "reply", "text", "missing", "score", "why"}
    assert top <= set(found)
    assert {"id", "nickname", "tier", "tags", "segment", "notes"} <= set(found["buyer"])
    assert card <= set(found["suggestions"][0])
    assert 0 <= found["suggestions"][0]["score"] <= 1
    assert set(found["waiting"]) == {"since", "seconds", "level"}
    assert (found["orders"][0]["id"], found["orders"][0]["amount"]) == ("shape-o", "239.00")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+08:00", found["waiting"]["since"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+\+08:00", found["follow_ups"][0]["due_at"])


async def test_the_version_grows_with_every_change(service: Service) -> None:
    await chat(service, "version", "在吗")
    before = (await sidebar(service, "version"))["version"]
    await service.call("POST", "/api/v1/buyers/version/notes", json={"text": "x"})
    assert (await sidebar(service, "version"))["version"] > before


async def test_an_id_that_two_platforms_share_needs_the_platform(service: Service) -> None:
    await chat(service, "shared", "在吗", platform="jd")
    await chat(service, "shared", "在吗", platform="taobao")
    status, _ = await service.call("GET", "/api/v1/conversations/shared/sidebar")
    assert status == 422
    assert (await sidebar(service, "shared", "?platform=jd"))["conversation"]["platform"] == "jd"
    for path, body in (("tags", {"tags": ["熟客"]}), ("notes", {"text": "x"})):
        method = "PUT" if path == "tags" else "POST"
        assert (await service.call(method, f"/api/v1/buyers/shared/{path}", json=body))[0] == 422
        assert (await service.call(method, f"/api/v1/buyers/shared/{path}?platform=jd", json=body))[0] == 200


# --- actions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["inserted", "edited", "dismissed"])
async def test_what_became_of_a_suggestion_is_a_fact(service: Service, action: str) -> None:
    name = f"card-{action}"
    await chat(service, name)
    card = (await sidebar(service, name))["suggestions"][0]["id"]
    assert await service.call("POST", f"/api/v1/suggestions/{card}", json={"action": action}) == (200, {"ok": True})
    assert f"suggestion.{action}" in {fact["name"] for fact in await facts_of(service, name)}
    left = {each["id"] for each in (await sidebar(service, name))["suggestions"]}
    assert (card in left) == (action != "dismissed")


async def test_a_follow_up_is_snoozed_and_done(service: Service) -> None:
    await asked(service, "snoozed")
    path = f"/api/v1/follow-ups/{(await sidebar(service, 'snoozed'))['follow_ups'][0]['id']}"
    assert (await service.call("POST", path, json={"action": "snooze", "minutes": 30}))[0] == 200
    assert (await service.call("POST", path, json={"action": "done", "reason": "电话里说了"}))[0] == 200
    assert (await sidebar(service, "snoozed"))["follow_ups"] == []
    facts = await facts_of(service, "snoozed")
    told = {fact["name"]: fact["data"] for fact in facts if fact["name"].startswith("follow_up.")}
    assert {"follow_up.armed", "follow_up.snoozed", "follow_up.done"} <= set(told)
    assert told["follow_up.done"]["reason"] == "电话里说了"


@pytest.mark.parametrize(
    "body",
    [
        {"action": "snooze", "minutes": 10**30},
        {"action": "snooze", "minutes": -5},
        {"action": "snooze", "minutes": 0},
        {"action": "snooze", "minutes": 1.5},
        {"action": "postpone"},
        {"action": "nonsense"},
        {"action": "done", "reason": "a\x00b"},
        {"action": "done", "unknown": 1},
        {},
        [],
        None,
    ],
)
async def test_a_wrong_action_on_a_follow_up_changes_nothing(service: Service, body: object) -> None:
    await asked(service, "wrong-action")
    before = (await sidebar(service, "wrong-action"))["follow_ups"]
    path = f"/api/v1/follow-ups/{before[0]['id']}"
    status, found = await service.call("POST", path, data=json.dumps(body))
    assert (status, found["error"]["code"]) == (422, "invalid_request")
    assert (await sidebar(service, "wrong-action"))["follow_ups"] == before


async def test_tags_become_exactly_those_given(service: Service) -> None:
    await chat(service, "tags", "在吗")
    path = "/api/v1/buyers/tags/tags"
    for wanted in (["爱穿针织", "住校"], ["住校"], []):
        assert (await service.call("PUT", path, json={"tags": wanted}))[0] == 200
        tags = (await sidebar(service, "tags"))["buyer"]["tags"]
        assert {tag["tag"] for tag in tags} == set(wanted)
    for wrong in (["x" * 21], [""], ["a\x00b"], {"nonsense": ["x"]}, "x", [str(n) for n in range(101)], None):
        assert (await service.call("PUT", path, json={"tags": wrong}))[0] == 422
    assert (await sidebar(service, "tags"))["buyer"]["tags"] == []


async def test_notes_are_kept_with_who_wrote_them(service: Service) -> None:
    await chat(service, "notes", "在吗")
    path = "/api/v1/buyers/notes/notes"
    status, made = await service.call("POST", path, json={"text": " 脚背高 "})
    note = (await sidebar(service, "notes"))["buyer"]["notes"][0]
    assert (status, note["id"], note["text"], note["author"]) == (200, made["id"], "脚背高", "key-default")
    for wrong in ("", "  ", "x" * 501, "a\x00b", 5):
        assert (await service.call("POST", path, json={"text": wrong}))[0] == 422


async def test_orders_and_notes_say_when_there_are_older_ones(service: Service) -> None:
    await chat(service, "much", "在吗")
    found = await sidebar(service, "much")
    assert (found["older_orders"], found["buyer"]["older_notes"]) == (False, False)
    orders = [
        {
            **message(f"much-{n}"),
            "type": "order",
            "order": f"much-{n}",
            "buyer": "much",
            "status": "done",
            "amount": "9",
        }
        for n in range(4)
    ]
    assert (await service.send(*orders))[0] == 200
    for n in range(21):
        await service.call("POST", "/api/v1/buyers/much/notes", json={"text": f"第 {n} 条"})
    found = await sidebar(service, "much")
    assert (len(found["orders"]), found["older_orders"]) == (3, True)
    assert (len(found["buyer"]["notes"]), found["buyer"]["older_notes"]) == (20, True)


# --- quick replies, facts, figures ---------------------------------------------------------------------------------


async def test_quick_replies_say_how_many_there_are_beyond_the_limit(service: Service) -> None:
    _, everything = await service.call("GET", "/api/v1/quick-replies?limit=50")
    _, found = await service.call("GET", "/api/v1/quick-replies?limit=2")
    assert len(found["items"]) == 2
    assert found["total"] == everything["total"] > 2
    assert {"id", "title", "text"} <= set(found["items"][0])
    for wrong in ("0", "-1", "51", "²", "1e9", "9" * 40, ""):
        assert (await service.call("GET", f"/api/v1/quick-replies?limit={wrong}"))[0] == 422
    assert (await service.call("GET", "/api/v1/quick-replies?q=" + "字" * 400))[0] == 200


async def test_a_quick_reply_names_what_it_lacks_for_programs_and_in_the_readers_language(service: Service) -> None:
    found = {}
    for lang in ("zh-CN", "en"):
        _, page = await service.call("GET", f"/api/v1/quick-replies?q=查物流&limit=50&lang={lang}")
        found[lang] = next(item for item in page["items"] if "shipment.tracking_no" in item["missing"])
    assert ("物流单号" in found["zh-CN"]["lacks"], "【物流单号】" in found["zh-CN"]["text"]) == (True, True)
    assert ("tracking number" in found["en"]["lacks"], "[tracking number]" in found["en"]["text"]) == (True, True)


async def test_quick_replies_that_suit_the_conversations_order_come_first_and_none_is_hidden(service: Service) -> None:
    await chat(service, "stage", "在吗")
    path = "/api/v1/quick-replies?q="
    _, everywhere = await service.call("GET", path + "&conversation=")
    _, before = await service.call("GET", path + "&conversation=stage")
    assert before["total"] == everywhere["total"]
    assert (everywhere["items"][0]["id"], before["items"][0]["id"]) == ("hello", "ask-use")


async def test_facts_are_paged_without_gaps_or_repeats(service: Service) -> None:
    for n in range(6):
        await chat(service, f"paged-{n}", "在吗")
    _, whole = await service.call("GET", "/api/v1/facts?limit=5000")
    assert whole["next"] is None
    paged: list[Any] = []
    cursor: int | None = 0
    while cursor is not None:
        _, page = await service.call("GET", f"/api/v1/facts?limit=7&cursor={cursor}")
        paged, cursor = paged + page["facts"], page["next"]
    assert paged == whole["facts"]
    keys = {"id", "name", "at", "recorded_at", "shop", "platform", "conversation", "buyer", "order", "agent", "data"}
    assert set(paged[0]) == keys


async def test_facts_are_of_the_days_asked_for_and_wrong_bounds_are_refused(service: Service) -> None:
    await chat(service, "today", "在吗")
    _, found = await service.call("GET", "/api/v1/facts?from=2020-01-01&to=2020-01-02")
    assert found == {"facts": [], "next": None}
    for wrong in (
        "from=x",
        "to=2026-11-11T10:00:00",
        "from=2026-01-02&to=2026-01-01",
        "limit=5001",
        "limit=0",
        "cursor=-1",
    ):
        assert (await service.call("GET", f"/api/v1/facts?{wrong}"))[0] == 422


async def test_facts_can_be_narrowed_down_by_name_and_platform(service: Service) -> None:
    await chat(service, "narrow", "在吗", platform="jd")
    _, found = await service.call("GET", "/api/v1/facts?name=buyer.spoke&name=conversation.opened&platform=jd")
    assert {(fact["name"], fact["platform"]) for fact in found["facts"]} == {
        ("buyer.spoke", "jd"),
        ("conversation.opened", "jd"),
    }
    status, found = await service.call("GET", "/api/v1/facts?name=buyer.spoken")
    assert (status, found["error"]["message"]) == (422, "there is no fact 'buyer.spoken': did you mean `buyer.spoke`?")


@pytest.mark.parametrize("address", ["kpi", "kpi/orders", "facts"])
async def test_a_platform_that_does_not_exist_is_refused_not_counted_as_empty(service: Service, address: str) -> None:
    status, found = await service.call("GET", f"/api/v1/{address}?platform=taoba")
    assert (status, found["error"]["message"]) == (422, "there is no platform 'taoba': did you mean `taobao`?")


async def test_figures_come_in_rows(service: Service) -> None:
    await chat(service, "figures", "在吗")
    status, found = await service.call("GET", "/api/v1/kpi")
    assert (status, set(found), found["by"]) == (200, {"from", "to", "by", "rows"}, "all")
    assert [row["key"] for row in found["rows"]] == ["all"]
    assert found["rows"][0]["buyers_consulted"] >= 1


async def test_operators_are_told_of_health_readiness_and_figures(service: Service) -> None:
    assert await service.call("GET", "/healthz") == (200, {"status": "ok"})
    status, told = await service.call("GET", "/readyz")
    assert (status, told["status"]) == (200, "ready")
    async with service.http.get("/metrics") as answer:
        assert answer.status == 200
        assert "# TYPE" in await answer.text()


@pytest.mark.parametrize(
    ("sent", "field", "advice"),
    [
        ('"hello"', "", "send a JSON object with names and values, not a text"),
        ("{}", "type", "use one of: buyer, conversation"),
        ('{"type": "mesage"}', "type", "did you mean `message`?"),
        ('{"type": "view", "id": "1", "at": "2026-11-11T10:00:00", "buyer": "b", "item": "i"}', "at", "has no offset"),
        ('{"type": "view", "id": "", "at": "2026-11-11T10:00:00+08:00", "buyer": "b", "item": "i"}', "id", "be empty"),
        ('{"type": "view", "id": "1", "at": "2026-11-11T10:00:00+08:00", "item": "i"}', "buyer", "required: add it"),
        (
            '{"type": "view", "id": "1", "at": "2026-11-11T10:00:00+08:00", "item": 5, "buyer": "b"}',
            "item",
            "in quotes",
        ),
    ],
)
async def test_a_refused_event_says_what_to_do(service: Service, sent: str, field: str, advice: str) -> None:
    status, found = await service.call("POST", "/api/v1/events", data=sent)
    (detail,) = found["error"]["details"]
    assert (status, detail["field"]) == (422, field)
    assert advice in detail["message"]


async def test_a_launch_tells_whether_the_agent_is_a_person_of_the_shop_and_refuses_who_was_shut_out(
    service: Service,
) -> None:
    async def launch(agent: str) -> tuple[int, Any]:
        asked_for = {"agent": agent, "host_origin": "https://desk.example.com"}
        return await service.call("POST", "/api/v1/launches", json=asked_for)

    assert (await launch("nobody-we-know"))[1]["known"] is False
    assert (await launch("leader-other-shop"))[1]["known"] is False
    assert (await launch("trainer-default"))[1]["known"] is True
    now = service.parts.clock.now()
    about: dict[str, Any] = {"shop": "default", "role": "agent", "by": OPERATOR, "name": "走了"}
    await service.parts.desks.store.write(lambda tx: staff.add(tx, "left", "no password", now, **about))

    def shut_out(tx: store.Transaction) -> None:
        user = store.users.find(tx, "left")
        assert user is not None
        store.users.disable(tx, user.id, now)

    await service.parts.desks.store.write(shut_out)
    status, found = await launch("left")
    assert status == 422
    assert "administrator" in found["error"]["message"]
