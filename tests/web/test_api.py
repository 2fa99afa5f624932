"""The JSON that other front ends rely on: shapes, actions, paging, and the description of it all."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from aiohttp import FormData

from assistant import store
from assistant.domain.staff import OPERATOR
from assistant.services import staff
from assistant.web import shapes
from tests.web.service import Service, message

_number = 0


async def chat(service: Service, name: str, text: str = "能便宜点嘛", **more: Any) -> None:
    global _number
    _number += 1
    event = message(f"api-{_number}", text, conversation=name, buyer=name, **more)
    assert (await service.send(event))[0] == 200


async def asked(service: Service, name: str) -> None:
    """An agent asks what the buyer needs: a follow-up is armed."""
    await chat(service, name, "在吗")
    await chat(service, name, "您平时穿多大码呀", side="agent", agent="a1")


async def sidebar(service: Service, name: str, query: str = "") -> dict[str, Any]:
    status, found = await service.call("GET", f"/api/v1/conversations/{name}/sidebar{query}")
    assert status == 200
    return dict(found)


async def facts_of(service: Service, name: str) -> list[dict[str, Any]]:
    _, found = await service.call("GET", "/api/v1/facts?limit=5000")
    return [fact for fact in found["facts"] if fact["conversation"] == name]


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
    assert (status, note["id"], note["text"], note["author"]) == (200, made["id"], "脚背高", "key:key-default")
    for wrong in ("", "  ", "x" * 501, "a\x00b", 5):
        assert (await service.call("POST", path, json={"text": wrong}))[0] == 422


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


async def test_facts_of_another_day_are_not_todays(service: Service) -> None:
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


# --- the description -----------------------------------------------------------------------------------------------


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from references(inner)


async def test_the_description_is_whole(service: Service) -> None:
    async with service.http.get("/openapi.json") as answer:
        described = await answer.json()
    assert described["openapi"].startswith("3.1")
    for reference in references(described):
        at: Any = described
        for step in reference.removeprefix("#/").split("/"):
            assert step in at, reference
            at = at[step]
    operations = [(path, each) for path, methods in described["paths"].items() for each in methods.values()]
    ids = [each["operationId"] for _, each in operations]
    assert len(set(ids)) == len(ids)
    for path, each in operations:
        named = {p["name"] for p in each.get("parameters", []) if p["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path))
        assert each["summary"]
    types = {s["properties"]["type"]["const"] for s in described["components"]["schemas"].values() if _is_event(s)}
    assert len(types) == 11


def _is_event(schema: dict[str, Any]) -> bool:
    return "const" in schema.get("properties", {}).get("type", {})


async def test_operators_are_answered(service: Service) -> None:
    assert await service.call("GET", "/healthz") == (200, {"status": "ok"})
    status, told = await service.call("GET", "/readyz")
    assert (status, told["status"]) == (200, "ready")
    async with service.http.get("/metrics") as answer:
        assert answer.status == 200
        assert "# TYPE" in await answer.text()


TEXT_FILE = "内容\n亲，在呢\n".encode()


def _file(content: bytes) -> FormData:
    body = FormData()
    body.add_field("file", content, filename="mine.csv")
    return body


def described(card: str, follow_up: str, own: str) -> dict[tuple[str, str], tuple[str, Any]]:
    """By address: which id to ask with, and the body."""
    return {
        ("POST", "/api/v1/events"): ("", [message("described-again")]),
        ("POST", "/api/v1/launches"): ("", {"agent": "a1", "host_origin": "https://desk.example.com"}),
        ("GET", "/api/v1/conversations/{id}/sidebar"): ("described", None),
        ("GET", "/api/v1/conversations/{id}/basket"): ("described", None),
        ("POST", "/api/v1/conversations/{id}/order-notes"): (
            "described",
            {"order": "described-o", "kind": "改码", "change": "黑L→XL", "key": "described-note"},
        ),
        ("POST", "/api/v1/prices"): ("", {"lines": [{"price": "129"}]}),
        ("POST", "/api/v1/refunds"): ("", {"lines": [{"price": "129", "back": 1}], "conversation": "described"}),
        ("POST", "/api/v1/suggestions/{id}"): (card, {"action": "inserted"}),
        ("POST", "/api/v1/follow-ups/{id}"): (follow_up, {"action": "done"}),
        ("POST", "/api/v1/checks"): ("", {"text": "加我微信", "buyer": "described"}),
        ("GET", "/api/v1/quick-replies"): ("", None),
        ("POST", "/api/v1/quick-replies/pins"): ("", {"id": f"~{own}"}),
        ("GET", "/api/v1/quick-replies/own"): ("", None),
        ("POST", "/api/v1/quick-replies/own"): ("", {"text": "亲，在的"}),
        ("POST", "/api/v1/quick-replies/own/order"): ("", {"ids": [int(own)]}),
        ("POST", "/api/v1/quick-replies/own/file"): ("", TEXT_FILE),
        ("PUT", "/api/v1/quick-replies/own/{id}"): (own, {"text": "亲，一直在的"}),
        ("PUT", "/api/v1/quick-replies/own/{id}/image"): (own, b"GIF89a"),
        ("DELETE", "/api/v1/quick-replies/own/{id}/image"): (own, None),
        ("DELETE", "/api/v1/quick-replies/own/{id}"): (own, None),
        ("POST", "/api/v1/buyers/{id}/reveal"): ("described", {"reason": "delivery"}),
        ("PUT", "/api/v1/buyers/{id}/tags"): ("described", {"tags": ["熟客"]}),
        ("POST", "/api/v1/buyers/{id}/notes"): ("described", {"text": "x"}),
        ("GET", "/api/v1/practices"): ("", None),
        ("POST", "/api/v1/practices"): ("", {"buyers": ["pomelo"]}),
        ("GET", "/api/v1/practices/{id}"): ("1", None),
        ("POST", "/api/v1/practices/{id}/end"): ("1", None),
        ("GET", "/api/v1/kpi"): ("", None),
        ("GET", "/api/v1/kpi/orders"): ("", None),
        ("GET", "/api/v1/facts"): ("", None),
    }


async def test_every_answer_has_the_body_that_is_described(service: Service) -> None:
    await asked(service, "described")
    await chat(service, "described")
    at = message("x")["at"]
    order = {"type": "order", "at": at, "order": "described-o", "buyer": "described", "amount": "9.50"}
    await service.send({"id": "described-o", "status": "unpaid", **order})
    card = (await sidebar(service, "described"))["suggestions"][0]["id"]
    follow_up = str((await sidebar(service, "described"))["follow_ups"][0]["id"])
    _, kept = await service.call("POST", "/api/v1/quick-replies/own", json={"text": "亲，稍等"})
    bodies = described(card, follow_up, str(kept["id"]))
    assert bodies.keys() == shapes.ANSWERS.keys()
    for (method, path), (id, body) in bodies.items():
        more: dict[str, Any] = {} if body is None else {"json": body}
        if isinstance(body, bytes):
            more = {"data": body if body != TEXT_FILE else _file(body)}
        if "/practices" in path or "/reveal" in path:
            more["headers"] = service.cookie("agent")  # keys practise with nobody and are told no number
        status, found = await service.call(method, path.replace("{id}", id), **more)
        assert status == 200, (path, found)
        shapes.ANSWERS[method, path].model_validate(found, strict=True)
    async with service.http.get("/openapi.json") as answer:
        text = await answer.text()
    schemas = json.loads(text)["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/(\w+)"', text)) <= schemas.keys()


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
