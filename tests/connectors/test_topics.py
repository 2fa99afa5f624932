"""Order and refund topics as the platforms write them, through the door for calls into a real shop."""

from __future__ import annotations

import hashlib
import json
import random
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import store
from assistant.connectors.hooks import Hooks
from assistant.connectors.registry import CONNECTORS
from assistant.connectors.shape import Call
from assistant.domain import orders, refunds
from assistant.domain.errors import AssistantError, NotSignedIn
from assistant.services.outgoing import signed_headers
from tests.connectors.at_work import SHOP, AtWork
from tests.set_clock import SetClock

FOLDER = Path(__file__).parent / "payloads" / "topics"
GIVEN = {
    "douyin": {"app_key": "69001", "app_secret": "of-the-app"},
    **{name: {"relay_secret": "of-the-relay"} for name in ("taobao", "pdd", "jd")},
}
# After everything that was recorded.
NOW = datetime(2026, 11, 30, tzinfo=UTC)


def signed(platform: str, body: bytes) -> dict[str, str]:
    if platform == "douyin":
        sign = hashlib.md5(b"69001" + body + b"of-the-app", usedforsecurity=False).hexdigest()
        return {"app-id": "69001", "event-sign": sign}
    made = signed_headers("of-the-relay", "1", int(datetime.now(UTC).timestamp()), body)
    return {name.lower(): value for name, value in made.items()}


def recorded(platform: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((FOLDER / f"{platform}.json").read_text(encoding="utf-8"))
    return found


class Door:
    """A shop connected to a platform, and the door its calls come through."""

    def __init__(self, node: AtWork, platform: str) -> None:
        self.node, self.platform = node, platform
        node.clock = SetClock(NOW)
        self.hooks = Hooks(node.desks, node.clock)

    async def connect(self) -> None:
        await self.node.connect(self.platform, **GIVEN[self.platform])

    async def hears(self, *topics: dict[str, Any]) -> tuple[int, str]:
        body = json.dumps(topics, ensure_ascii=False).encode()
        row = await self.node.connection(self.platform)
        return await self.hooks.call(row.id, "POST", signed(self.platform, body), {}, body)

    async def knows(self, order: str, status: str = "unpaid") -> None:
        """An order that came through the door for events, with its buyer and amount."""
        event = {"id": f"made-{order}", "type": "order", "platform": self.platform, "order": order, "buyer": "b1"}
        at = "2026-11-11T01:00:00+00:00"
        await self.node.events({**event, "status": status, "amount": "239.00", "at": at, "modified": at})

    async def order(self, id: str) -> store.orders.Order:
        found = await self.node.desks.store.read(
            partial(store.orders.find, shop=SHOP, platform=self.platform, external=id)
        )
        assert found is not None
        return found

    async def failure(self) -> str:
        return (await self.node.connection(self.platform)).failure or ""


async def test_taobaos_topics_tell_an_order_from_its_making_to_its_refund(node: AtWork) -> None:
    door = Door(node, "taobao")
    await door.connect()
    topics = recorded("taobao")
    assert await door.hears(*topics[:1]) == (200, "ok")
    made = await door.order("4160000001")
    assert (made.status, made.amount, made.created_at.isoformat()) == ("unpaid", 23900, "2026-11-11T02:00:00+00:00")
    await door.hears(*topics[1:3])
    paid = await door.order("4160000001")
    assert (paid.status, paid.amount) == ("paid", 22900)
    await door.hears(*topics[3:])
    assert (await door.order("4160000001")).status == "closed_refunded"
    names = await node.facts()
    assert [n for n in names if n.startswith("order")] == [
        "order.created", "order.unpaid", "order.paid", "order.shipped", "order.closed",
    ]  # fmt: skip
    assert [n for n in names if n.startswith("refund")] == ["refund.requested", "refund.done"]
    assert await door.failure() == ""


async def test_topics_that_come_late_doubled_and_out_of_order_end_in_the_same_order(node: AtWork) -> None:
    door = Door(node, "taobao")
    await door.connect()
    topics = recorded("taobao")
    mixed = [*topics, *topics]
    random.Random(7).shuffle(mixed)
    for topic in mixed:
        await door.hears(topic)
    assert (await door.order("4160000001")).amount == 22900
    facts = await node.facts()
    assert facts.count("refund.done") == facts.count("order.created") == 1
    assert (await door.order("4160000001")).status in ("closed_refunded", "closed_unpaid")


async def test_douyins_topics_are_signed_and_its_codes_decide(node: AtWork) -> None:
    door = Door(node, "douyin")
    await door.connect()
    assert await door.hears(*recorded("douyin")) == (200, '{"code":0,"msg":"success"}')
    found = await door.order("6900000001")
    assert (found.status, found.amount) == ("paid", 22900)
    assert [n for n in await node.facts() if n.startswith("refund")] == ["refund.requested", "refund.done"]


async def test_pinduoduo_names_no_buyer_so_the_order_must_be_known(node: AtWork) -> None:
    door = Door(node, "pdd")
    await door.connect()
    topics = recorded("pdd")
    await door.hears(*topics)
    assert "neither known nor told" in await door.failure()
    await door.knows("261111-339507978993455")
    await door.hears(*topics)
    found = await door.order("261111-339507978993455")
    assert (found.status, found.amount) == ("shipped", 23900)
    assert "refund.requested" in await node.facts()


async def test_jds_topics_go_on_with_the_buyer_they_named_first(node: AtWork) -> None:
    door = Door(node, "jd")
    await door.connect()
    await door.hears(*recorded("jd"))
    assert (await door.order("290000001")).status == "shipped"
    assert "refund.requested" in await node.facts()


async def test_an_unknown_code_is_unknown_with_a_warning_never_a_guess(node: AtWork) -> None:
    door = Door(node, "taobao")
    await door.connect()
    content = {"tid": 1, "buyer_open_uid": "x", "payment": "1.00", "status": "TRADE_ON_THE_MOON"}
    await door.hears({"id": "1", "topic": "taobao_trade_TradeBuyerPay", "content": content})
    assert (await door.order("1")).status == "unknown"
    assert "TRADE_ON_THE_MOON" in await door.failure()
    assert "order.unknown_status" in await node.facts()
    await door.hears({"id": "2", "topic": "taobao_trade_TradeBrandNew", "content": {"tid": 2, "payment": "1"}})
    assert "TradeBrandNew" in await door.failure()


@pytest.mark.parametrize("platform", sorted(GIVEN))
async def test_what_is_not_signed_stays_out(node: AtWork, platform: str) -> None:
    door = Door(node, platform)
    await door.connect()
    row, body = await node.connection(platform), b"[]"
    good = signed(platform, body)
    old, endless = ({**good, "event-sign": "0", "x-assistant-timestamp": at} for at in ("1", 5_000 * "1"))
    for headers in ({}, signed(platform, b"[1]"), old, endless):
        with pytest.raises(NotSignedIn):
            await door.hooks.call(row.id, "POST", headers, {}, body)
    assert (await door.hooks.call(row.id, "POST", good, {}, body))[0] == 200


def test_every_code_of_the_tables_is_a_state_of_ours() -> None:
    assert {state for codes in orders.CODES.values() for state in codes.values()} <= set(orders.STATES)
    assert {state for codes in refunds.CODES.values() for state in codes.values()} <= set(refunds.STATES)
    assert refunds.state_of("taobao", "WAIT_SELLER_CONFIRM_GOODS5") == refunds.UNKNOWN


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["topic", "content", "message", "tid", "status", "refund_id", "p_id", "payment", "type", "orderId", "data"]
    ), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@given(platform=st.sampled_from(sorted(GIVEN)), told=_JSON)
def test_whatever_is_sent_is_read_or_refused_but_never_a_defect(platform: str, told: object) -> None:
    connector, body = CONNECTORS[platform], json.dumps(told).encode()
    assert connector.take is not None
    settings = connector.read_settings(GIVEN[platform])
    with suppress(AssistantError):
        connector.take(settings, Call("POST", signed(platform, body), {}, body), NOW)
