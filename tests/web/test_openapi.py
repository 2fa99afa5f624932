"""The description of the JSON interface is whole, and every answer has the body that it describes."""

import json
import re
from collections.abc import Iterator
from typing import Any

from aiohttp import FormData

from assistant.web import shapes
from tests.web.api_chats import asked, chat, sidebar
from tests.web.service import Service, message


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
