"""The judge sees what is wrong: each damage done by hand to a sound day is complained of."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from assistant.store.engine import writing
from tests.databases import only_sqlite
from tests.services.shop import ASKS, TABLES, TELLS, Shop
from tests.soak.ledger import complaints


def a_day(shop: Shop) -> list[str]:
    """Cards, follow-ups come up and stopped, purchases; the ids of its events."""
    shop.buyer_says("能便宜点嘛", at="10:00:00")
    shop.agent_says(ASKS, at="10:01:00")
    shop.passes("6m")
    shop.agent_says(TELLS, at="10:08:00", conversation="c2", buyer="b2")
    shop.buyer_says("是什么面料的", at="10:09:00", conversation="c2", buyer="b2")
    shop.order("o1", "paid", at="10:10:00", buyer="b3")
    shop.order("o2", "unpaid", at="10:11:00", buyer="b2")
    return [f"e{n}" for n in range(1, 7)]


DAMAGE = {
    "DELETE FROM events WHERE id = 'e1'": "event e1 was acknowledged",
    "DELETE FROM messages WHERE external = 'e1'": "a message that is not there",
    "DELETE FROM facts WHERE name = 'buyer.spoke'": "not told by exactly one fact",
    "INSERT INTO facts (shop, name, at, recorded_at, conversation, buyer, data) SELECT shop, name, at, recorded_at,"
    " conversation, buyer, data FROM facts WHERE name = 'agent.spoke'": "not told by exactly one fact",
    "INSERT INTO messages (shop, conversation, external, at, side, origin, text) SELECT shop, conversation, external,"
    " at, side, origin, text FROM messages WHERE external = 'e1'": "is there 2 times",
    "DELETE FROM buyers WHERE external = 'b2'": "which is not there",
    "UPDATE orders SET shop = 'another'": "of one shop names order",
    "UPDATE follow_ups SET state = 'armed' WHERE state = 'due'": "by its facts, due",
    "INSERT INTO facts (shop, name, at, recorded_at, conversation, buyer, data) SELECT shop, name, at, recorded_at,"
    " conversation, buyer, data FROM facts WHERE name = 'follow_up.due'": "was due when follow_up.due was recorded",
    "UPDATE follow_ups SET shown_at = due_at - 1 WHERE state = 'due'": "before",
    "UPDATE orders SET status = 'paid' WHERE external = 'o2'": "is settled",
    "DELETE FROM follow_ups": "has started no",
    "UPDATE rounds SET answered_at = answered_at + 1 WHERE answered_at IS NOT NULL": "made anew",
    "DELETE FROM rounds": "made anew",
    "UPDATE conversations SET waiting_since = NULL": "waits since None",
    "UPDATE conversations SET answered_at = NULL": "was last heard",
    "UPDATE buyers SET spent = 1 WHERE external = 'b3'": "purchases of b3",
    "UPDATE suggestions SET closed_at = NULL": "is up although nothing is asked",
    "UPDATE suggestions SET state = 'sent'": "its facts say otherwise",
    "DELETE FROM facts WHERE name = 'suggestion.shown'": "is up without a fact",
    "UPDATE messages SET script = 'x' WHERE side = 'agent'": "script_usage_rate",
}


@only_sqlite
@pytest.mark.parametrize("damage", DAMAGE, ids=lambda sql: sql[:60])
def test_each_damage_is_complained_of(shop: Shop, damage: str) -> None:
    acknowledged = a_day(shop)
    engine = shop.desks.store.engine
    assert complaints(engine, acknowledged, shop.now) == []
    with writing(engine) as connection:
        connection.execute(text(damage))
    assert any(DAMAGE[damage] in one for one in complaints(engine, acknowledged, shop.now))


@only_sqlite
def test_what_is_due_must_have_come_up_by_the_moment_named(shop: Shop) -> None:
    shop.agent_says(ASKS, at="10:00:00")
    shop.now = shop.follow_ups()[0].due_at
    assert complaints(shop.desks.store.engine) == []
    assert "has not come up" in complaints(shop.desks.store.engine, now=shop.now)[0]


RECURRING = {
    "UPDATE follow_ups SET due_at = due_at - 864000000000 WHERE id = 2": "does not follow",
    "UPDATE follow_ups SET state = 'due' WHERE id = 1": "2 follow-ups of the series care stand",
    "UPDATE follow_ups SET state = 'missed', closed_at = due_at + 86400000000 WHERE id = 2": "was missed",
}


@only_sqlite
@pytest.mark.parametrize("damage", RECURRING)
def test_damage_to_what_recurs_is_complained_of(new_shop: Callable[..., Shop], damage: str) -> None:
    row = {"id": "care", "name": "关怀", "on": "order.paid", "every": {"days": 3}, "reply": "fabric"}
    shop = new_shop(TABLES.model_validate(TABLES.model_dump() | {"touchpoints": [row]}))
    shop.order("o1", "paid", at="15:30:00")
    shop.passes("3d")
    shop.act(shop.only("care"), "done")
    engine = shop.desks.store.engine
    assert complaints(engine, (), shop.now) == []
    with writing(engine) as connection:
        connection.execute(text(damage))
    assert any(RECURRING[damage] in one for one in complaints(engine))
