"""The door for events: bad input gets a clear answer, and nothing is half-stored."""

import io
import json
import os
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.service import Service, message

BODIES = 10_000 if os.environ.get("SOAK") else 1_000


async def post(service: Service, body: bytes | io.BytesIO) -> tuple[int, Any]:
    async with service.http.post("/api/v1/events", data=body, headers=service.key()) as answer:
        return answer.status, await answer.json()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", ""),
        (b"", ""),
        (b"[1, 2]", ""),
        (json.dumps({**message("x"), "type": "nonsense"}).encode(), ""),
        (json.dumps({**message("x"), "at": "2026-11-11T10:00:00"}).encode(), "at"),
        (json.dumps({**message("x"), "at": 1_700_000_000}).encode(), "at"),
        (json.dumps({**message("x"), "at": "2999-01-01T00:00:00+08:00"}).encode(), "at"),
        (json.dumps({**message("x"), "text": 5}).encode(), "text"),
        (json.dumps({**message("x"), "side": "agent"}).encode(), ""),
        (json.dumps({**message("x"), "text": "a\x00b"}).encode(), "text"),
        (json.dumps({**message("x"), "id": "x" * 129}).encode(), "id"),
        (json.dumps([message("fine"), {**message("x"), "buyer": None}]).encode(), "buyer"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_stored(service: Service, body: bytes, field: str) -> None:
    before = await service.count("events"), await service.count("facts")
    status, answer = await post(service, body)
    assert status == 422
    assert answer["error"]["code"] == "invalid_event"
    assert any(detail["field"] == field for detail in answer["error"]["details"]), answer
    assert set(answer["error"]["details"][0]) == {"index", "field", "message"}
    assert (await service.count("events"), await service.count("facts")) == before


async def test_too_much_at_once_is_refused(service: Service) -> None:
    assert (await post(service, io.BytesIO(b" " * (1024 * 1024 + 1))))[0] == 413
    many = [message(f"many-{n}") for n in range(1001)]
    for event in many:
        event["text"] = ""
    status, answer = await post(service, json.dumps(many).encode())
    assert status == 413
    assert answer["error"]["code"] == "too_large"


async def test_an_event_is_taken_once_in_every_form(service: Service) -> None:
    one, two = message("once-1"), message("once-2", "在吗")
    assert await post(service, json.dumps(one).encode()) == (200, {"accepted": 1, "duplicates": 0})
    assert await post(service, json.dumps([one, two]).encode()) == (200, {"accepted": 1, "duplicates": 1})
    lines = "\n".join(json.dumps(event) for event in (one, two)).encode()
    assert await post(service, lines) == (200, {"accepted": 0, "duplicates": 2})


async def test_every_error_has_the_one_shape(service: Service) -> None:
    for method, path, status in (("GET", "/api/v1/nothing", 404), ("DELETE", "/api/v1/events", 405)):
        async with service.http.request(method, path, headers=service.key()) as answer:
            assert answer.status == status
            assert set((await answer.json())["error"]) == {"code", "message", "details"}


async def test_the_sidebar_of_a_buyer_who_asks_for_less_suggests_a_reply_with_its_reason(service: Service) -> None:
    promotion = {
        "id": "p1",
        "type": "promotion",
        "at": message("x")["at"],
        "promotion": "p1",
        "title": "秋冬满减",
        "text": "满300减40",
    }
    await service.send(promotion, message("door-1", conversation="door", buyer="door"))
    async with service.http.get("/api/v1/conversations/door/sidebar", headers=service.key()) as answer:
        shown = await answer.json()
    card = shown["suggestions"][0]
    assert card["situation"] == "price-too-high"
    assert card["missing"] == []
    assert "秋冬满减" in card["text"]
    assert "便宜" in card["why"]
    assert shown["waiting"]["level"] == "ok"


ODD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.lists(st.integers(), max_size=3)
)
FIELDS = st.sampled_from(
    "id type at shop platform conversation buyer side text agent origin script item tells state order status amount "
    "stages items score stars promotion tags consent".split()
)
EVENTS = st.builds(
    lambda changes, kind: {**message("odd"), "type": kind, **changes},
    st.dictionaries(FIELDS, ODD, max_size=5),
    st.sampled_from(["message", "order", "buyer", "conversation", "rating", "view", "item", "promotion", "refund"]),
)


@given(
    body=st.one_of(
        EVENTS.map(lambda e: json.dumps(e).encode()),
        st.binary(max_size=60),
        st.lists(EVENTS, max_size=3).map(lambda e: json.dumps(e).encode()),
    )
)
@settings(max_examples=BODIES, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
async def test_nothing_anybody_sends_breaks_the_door(service: Service, body: bytes) -> None:
    status, _ = await post(service, body)
    assert status in (200, 413, 422)
