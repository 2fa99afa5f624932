"""The door for events: bad input gets a clear answer, and nothing is half-stored."""

import asyncio
import gzip
import io
import json
import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.store.writing.counts import QUEUE
from tests.until import PATIENCE
from tests.web.service import SHAPE, Service, message

BODIES = 10_000 if os.environ.get("SOAK") else 600


@pytest.fixture
def file(service: Service) -> Path:
    """The database file of the running service."""
    return Path(str(service.parts.desks.store.engine.url.database))


async def post(service: Service, body: bytes | io.BytesIO) -> tuple[int, Any]:
    async with service.http.post("/api/v1/events", data=body, headers=service.key()) as answer:
        return answer.status, await answer.json()


ORDER = {**message("x"), "type": "order", "order": "o", "status": "unpaid", "amount": "9.90"}
STAGE = {"kind": "deposit", "amount": "1", "opens_at": "0001-01-01T00:00:00+14:00"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{", ""),
        (b"", ""),
        (b"[1, 2]", ""),
        (json.dumps({**message("x"), "type": "nonsense"}).encode(), "type"),
        (json.dumps({**message("x"), "at": "2026-11-11T10:00:00"}).encode(), "at"),
        (json.dumps({**message("x"), "at": 1_700_000_000}).encode(), "at"),
        (json.dumps({**message("x"), "at": "2999-01-01T00:00:00+08:00"}).encode(), "at"),
        (json.dumps({**message("x"), "at": "0001-01-01T00:00:00+14:00"}).encode(), "at"),
        (json.dumps({**message("x"), "at": True}).encode(), "at"),
        (json.dumps({**message("x"), "text": 5}).encode(), "text"),
        (json.dumps({**message("x"), "text": "a\ud800b"}).encode(), ""),
        (json.dumps({**message("x"), "text": "a\ud800b"}).encode("utf-16"), ""),
        (b"NaN", ""),
        (b'"text"', ""),
        (b"null", ""),
        (b"[" * 100_000, ""),
        (b'{"id": ' * 100_000, ""),
        (b'{"id": ' + b"9" * 5_000 + b"}", ""),
        (b"\xff\xfe", ""),
        (json.dumps([{**message("x"), "type": "buyer", "attributes": {"a": "\ud800"}}]).encode(), ""),
        (json.dumps({**ORDER, "pay_deadline": "9999-12-31T23:59:59-14:00"}).encode(), "pay_deadline"),
        (json.dumps({**ORDER, "stages": [STAGE]}).encode(), "stages.0.opens_at"),
        (json.dumps({**ORDER, "amount": 12}).encode(), "amount"),
        (json.dumps({**message("x"), "side": "agent"}).encode(), "agent"),
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


async def test_one_wrong_event_keeps_the_whole_request_out_and_is_named_by_its_place(service: Service) -> None:
    good, bad = message("place-1", "在吗"), {**message("place-2"), "side": "nobody"}
    for body in (json.dumps([good, bad]), f"{json.dumps(good)}\n\n{json.dumps(bad)}\n"):
        status, answer = await post(service, body.encode())
        assert status == 422
        assert [(d["index"], d["field"]) for d in answer["error"]["details"]] == [(1, "side")]
    assert await service.send(good) == (200, {"accepted": 1, "duplicates": 0})


async def test_a_line_that_is_no_json_is_named_by_its_place(service: Service) -> None:
    status, answer = await post(service, json.dumps(message("line-1")).encode() + b"\n{nonsense\n")
    assert (status, answer["error"]["details"][0]["index"]) == (422, 1)


async def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(service: Service) -> None:
    one, two = (json.dumps(message(f"bom-{n}", "在吗")) for n in (1, 2))
    assert await post(service, f"\ufeff{one}\r\n{two}\r\n".encode()) == (200, {"accepted": 2, "duplicates": 0})


async def test_a_compressed_body_counts_by_what_is_in_it(service: Service) -> None:
    packed = service.key() | {"Content-Encoding": "gzip"}

    async def sent(body: bytes) -> int:
        async with service.http.post("/api/v1/events", data=io.BytesIO(body), headers=packed) as answer:
            assert set((await answer.json()).get("error", {"code": "", "message": "", "details": ""})) == SHAPE
            return answer.status

    assert await sent(gzip.compress(json.dumps(message("gzip", "在吗")).encode())) == 200
    assert await sent(gzip.compress(b" " * (1024 * 1024 + 1))) == 413
    assert await sent(b"this was never compressed") == 400


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


# --- what cannot be stored now -------------------------------------------------------------------------------------


async def test_an_acknowledged_event_is_on_disk(service: Service, file: Path) -> None:
    for n in range(5):
        await service.send(message(f"disk-{n}", "在吗"))
        with sqlite3.connect(file) as read:
            assert read.execute("SELECT 1 FROM events WHERE id = ?", (f"disk-{n}",)).fetchone()


async def test_a_full_queue_asks_to_come_back(service: Service) -> None:
    busy, go, store = threading.Event(), threading.Event(), service.parts.desks.store

    def hold(tx: object) -> bool:
        busy.set()
        return go.wait(PATIENCE)

    waiting = [asyncio.create_task(store.write(hold))]
    await asyncio.to_thread(busy.wait, PATIENCE)
    waiting += [asyncio.create_task(store.write(lambda tx: True)) for _ in range(QUEUE + 1)]
    try:
        await asyncio.sleep(0)
        async with service.http.post("/api/v1/events", json=message("full"), headers=service.key()) as answer:
            assert answer.status == 503
            assert int(answer.headers["Retry-After"]) >= 1
            assert (await answer.json())["error"]["code"] == "unavailable"
    finally:
        go.set()
        await asyncio.gather(*waiting, return_exceptions=True)
    assert await service.send(message("full")) == (200, {"accepted": 1, "duplicates": 0})


async def test_a_store_that_fails_keeps_nothing_and_asks_to_come_back(service: Service, file: Path) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as beside:
        beside.execute("ALTER TABLE facts RENAME TO facts_away")
        async with service.http.post("/api/v1/events", json=message("failed"), headers=service.key()) as answer:
            assert answer.status == 503
            assert "Retry-After" in answer.headers
        beside.execute("ALTER TABLE facts_away RENAME TO facts")
        assert not beside.execute("SELECT 1 FROM events WHERE id = 'failed'").fetchall()
    assert await service.send(message("failed")) == (200, {"accepted": 1, "duplicates": 0})


# --- whatever comes ------------------------------------------------------------------------------------------------


KINDS: dict[str, dict[str, Any]] = {
    "message": {"conversation": "c", "buyer": "b", "side": "buyer", "text": "在吗"},
    "conversation": {"conversation": "c", "state": "open", "buyer": "b"},
    "buyer": {"buyer": "b", "nickname": "小美", "tags": ["熟客"], "consent": {"sms": True}, "attributes": {"a": 1}},
    "order": {"order": "o", "buyer": "b", "status": "unpaid", "amount": "9.90", "items": [{"sku": "s"}]},
    "shipment": {"order": "o", "carrier": "顺丰", "tracking_no": "1", "trace": []},
    "refund": {"refund": "r", "order": "o", "buyer": "b", "status": "requested"},
    "review": {"review": "r", "order": "o", "buyer": "b", "stars": 5},
    "rating": {"conversation": "c", "score": 5},
    "view": {"buyer": "b", "item": "i"},
    "item": {"item": "i", "stock": 3, "price": "9.90"},
    "promotion": {"promotion": "p", "title": "满减", "text": "满300减40"},
}
TIMES = ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z", "2026-11-11", "now", "0"]
WORDS = st.text(max_size=20) | st.sampled_from(["", "\x00", "\u2028", "😀" * 40, "x" * 300, "1e9", "-0", "NaN", *TIMES])
PLAIN = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | WORDS
ODD = st.recursive(PLAIN, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3))
FIELDS = sorted({field for of_kind in KINDS.values() for field in of_kind} | {"id", "at", "shop", "platform", "type"})
FIELDS += ["agent", "origin", "stages", "created_at", "modified", "pay_deadline", "starts_at", "ends_at", "birthday"]


@st.composite
def events(draw: st.DrawFn) -> dict[str, Any]:
    """A valid event of any type with up to three odd values."""
    kind = draw(st.sampled_from(sorted(KINDS)))
    event = {"id": f"h-{draw(st.integers(0, 10**9))}", "type": kind, "at": message("x")["at"], **KINDS[kind]}
    return event | draw(st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=3))


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """One event, several, lines of them; sometimes with a piece cut out or put in."""
    found = draw(st.lists(events(), min_size=1, max_size=3))
    one = json.dumps(found[0], ensure_ascii=draw(st.booleans()))
    lines = "\n".join(map(json.dumps, found))
    body = draw(st.sampled_from([one, json.dumps(found), lines])).encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 3)):
        return body
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(body))] * 2)))
    pieces = [b"\\ud800", b"\\u0000", b"\xff", b"[" * 2000, b'{"a":' * 500, b"9" * 5000, b"1e999", b"NaN", b"\n"]
    return body[:start] + draw(st.sampled_from(pieces) | st.binary(max_size=8)) + body[end:]


@given(body=bodies() | st.binary(max_size=60))
@settings(max_examples=BODIES, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
async def test_nothing_anybody_sends_breaks_the_door_or_is_half_stored(service: Service, body: bytes) -> None:
    before = await service.count("events"), await service.count("facts")
    status, answer = await post(service, body)
    after = await service.count("events"), await service.count("facts")
    assert status in (200, 413, 422), answer
    if status == 200:
        assert after[0] - before[0] == answer["accepted"]
    else:
        assert after == before
        assert set(answer["error"]) == {"code", "message", "details"}
