"""PostgreSQL: many who write and fire at the same moment end where they would have ended one after another."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from sqlalchemy import select

from assistant import store
from assistant.services.desk import Desk
from assistant.services.intake import read, receive, whom
from assistant.store.tables import metadata
from tests.databases import only_postgres
from tests.services.shop import ASKS, POSTPONES, REFUSES, TELLS, Shop
from tests.soak.ledger import complaints

BUYERS = 5
REQUESTS = 90
SAID = ["能便宜点嘛", "是什么面料的", "好的", REFUSES, POSTPONES, "打个折吧"]
ANSWERED = [ASKS, TELLS, "亲，在的", "好的呢"]
Batch = list[dict[str, Any]]


def batches(shop: Shop, rng: random.Random) -> list[Batch]:
    """Requests of one to five events about buyers who overlap, in any order; some are sent twice."""
    events = [_event(shop, rng, f"{rng.randrange(BUYERS)}") for _ in range(REQUESTS * 2)]
    found = [rng.sample(events, rng.choice([1, 1, 2, 3, 5])) for _ in range(REQUESTS)]
    return found + [[event] for event in events[:20]]


def _event(shop: Shop, rng: random.Random, who: str) -> dict[str, Any]:
    at = (shop.now - timedelta(seconds=rng.randrange(600))).isoformat()
    chat, buyer = {"conversation": f"c{who}"}, {"buyer": f"b{who}"}
    agent = {"agent": f"a{who}", "side": "agent", "text": rng.choice(ANSWERED)}
    fields: dict[str, Any] = rng.choice(
        [
            {"type": "message", **chat, **buyer, "side": "buyer", "text": rng.choice(SAID)},
            {"type": "message", **chat, **buyer, "side": "buyer", "text": rng.choice(SAID)},
            {"type": "message", **chat, **buyer, **agent},
            {"type": "order", **buyer, "order": f"o{who}", "status": rng.choice(["unpaid", "paid"]), "amount": "59.00"},
            {"type": "shipment", "order": f"o{who}", "carrier": "SF", "tracking_no": "1"},
            {"type": "buyer", **buyer, "nickname": rng.choice("鱼青禾"), "tags": [rng.choice(["价格敏感", "急"])]},
            {"type": "item", "item": "i1", "title": rng.choice("甲乙丙")},
            # Whose it is says only what is stored already.
            {"type": "conversation", **chat, "state": "assigned", "agent": f"a{who}"},
            {"type": "rating", **chat, "score": 5},
        ]
    )
    return {**shop.event(None, **fields), "at": at, "buyer": None} | fields


def sends(shop: Shop, batch: Batch, turn: Callable[[], int]) -> int:
    """Take in a batch as the door does; when it had its buyers to itself."""
    told = read(batch, None, shop.id)

    def work(desk: Desk) -> int:
        store.shops.get(desk.tx, shop.id)  # answered only once the buyers are this request's
        place = turn()
        receive(desk, told)
        return place

    return shop.desks.write_now(shop.id, shop.now, work, whom(told))


def everything(shop: Shop) -> dict[str, list[str]]:
    """All rows of all tables, sorted, with the platform's names in place of our numbers."""
    with shop.desks.store.engine.connect() as connection:
        tables = {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in metadata.sorted_tables
            if table.name not in ("scripts", "secrets")
        }
    names = {
        column: {row["id"]: row["external"] for row in tables[table]}
        for column, table in (("buyer", "buyers"), ("conversation", "conversations"), ("order", "orders"))
    }
    return {name: sorted(repr(_named(row, names)) for row in rows) for name, rows in tables.items()}


def _named(row: dict[str, Any], names: dict[str, dict[int, str]]) -> dict[str, Any]:
    found = {name: names[name].get(value, value) if name in names else value for name, value in row.items()}
    if "anchors" in row:
        found["anchors"] = {names["order"].get(int(key or 0), ""): at for key, at in row["anchors"].items()}
    if isinstance(row.get("data"), dict):
        found["data"] = {k: v for k, v in row["data"].items() if k not in ("follow_up", "suggestion", "note")}
    return {name: value for name, value in found.items() if name != "id"}


@only_postgres
@pytest.mark.parametrize("seed", range(2))
def test_many_who_write_about_the_same_buyers_end_where_one_after_another_ends(
    new_shop: Callable[[], Shop], seed: int
) -> None:
    together, alone = new_shop(), new_shop()
    for shop in (together, alone):
        for n in range(BUYERS):
            shop.receives({**shop.event(None, type="message", side="buyer", text="在吗"), "id": f"first-{n}",
                           "conversation": f"c{n}", "buyer": f"b{n}"})  # fmt: skip
    requests, turns = batches(together, random.Random(seed)), count()
    with ThreadPoolExecutor(12) as senders:
        placed = list(senders.map(lambda batch: sends(together, batch, lambda: next(turns)), requests))
    # The place of the attempt that was kept: whoever shares a buyer came in this order.
    for _, batch in sorted(zip(placed, requests, strict=True), key=lambda pair: pair[0]):
        sends(alone, batch, lambda: 0)
    assert everything(together) == everything(alone)
    assert complaints(together.desks.store.engine) == []


@only_postgres
def test_an_event_sent_by_many_at_once_is_taken_in_once(new_shop: Callable[[], Shop]) -> None:
    shop = new_shop()
    event = shop.event(None, type="message", side="buyer", text="能便宜点嘛")
    with ThreadPoolExecutor(8) as senders:
        receipts = [one.result() for one in [senders.submit(shop.receives, event) for _ in range(16)]]
    assert sum(receipt.accepted for receipt in receipts) == 1
    assert Counter(shop.names())["buyer.spoke"] == 1


@only_postgres
def test_several_nodes_fire_each_follow_up_once_while_others_write(new_shop: Callable[[], Shop]) -> None:
    shop = new_shop()
    for n in range(250):
        shop.agent_says(ASKS, chat=f"c{n}", conversation=f"c{n}", buyer=f"b{n}")
    nodes = [shop, *(Shop(shop.url) for _ in range(3))]
    shop.now += timedelta(minutes=6)
    for node in nodes:
        node.now = shop.now
    with ThreadPoolExecutor(8) as threads:
        firing = [threads.submit(_fires_until_nothing_is_left, node) for node in nodes]
        told = [shop.event(None, type="message", side="buyer", text="嗯", conversation=f"c{n}", buyer=f"b{n}")
                for n in range(0, 250, 10)]  # fmt: skip
        list(threads.map(partial(_receives, shop), told))
        fired = [one.result(60) for one in firing]
    for node in nodes[1:]:
        node.close()
    ended = Counter(row.state for row in shop.follow_ups("no-answer"))
    facts = Counter(fact.data["follow_up"] for fact in shop.facts("follow_up.due"))
    assert set(facts.values()) == {1}
    assert len(facts) == sum(fired)
    assert sum(ended.values()) == 250
    assert ended["armed"] == 0


def _fires_until_nothing_is_left(node: Shop) -> int:
    fired = 0
    for _ in range(10_000):
        fired += node.fire()
        due = node.read(lambda tx: tx.connection.exec_driver_sql(
            "SELECT count(*) FROM follow_ups WHERE state = 'armed'").scalar())  # fmt: skip
        if not due:
            return fired
    raise AssertionError("follow-ups are left over")


def _receives(shop: Shop, event: dict[str, Any]) -> None:
    shop.receives(event)
