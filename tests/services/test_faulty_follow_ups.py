"""A follow-up that cannot be carried out is set aside with its reason and keeps none of the others waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta

from sqlalchemy import text

from assistant import store
from assistant.services.firing import DEFECT
from tests.services.shop import ASKS, Shop
from tests.until import PATIENCE


def spoil(shop: Shop, buyer: str) -> None:
    """What no code of ours would have written."""
    id = shop.buyer(buyer).id

    def work(tx: store.Transaction) -> None:
        tx.connection.execute(text(f"UPDATE follow_ups SET anchors = '{{\"?\": 1}}' WHERE buyer = {id}"))
        tx.kept.forget()

    shop.desks.store.write_now(work)


async def test_one_that_fails_is_set_aside_and_the_others_come_up(shop: Shop) -> None:
    for buyer in ("b1", "b2", "b3"):
        shop.agent_says(ASKS, conversation=f"c-{buyer}", buyer=buyer)
    spoil(shop, "b2")
    shop.now += timedelta(minutes=6)
    await shop.desks.fire(shop.now)
    found = {row.buyer: (row.state, row.reason) for row in shop.follow_ups()}
    assert found == {"b1": ("due", None), "b2": ("withheld", DEFECT), "b3": ("due", None)}


@contextmanager
def another_node_is_busy_with(shop: Shop, id: int) -> Iterator[None]:
    """Until the end of the block."""
    begun, over, hold = threading.Event(), threading.Event(), store.locks.by_row("follow_ups", id)

    def work(tx: store.Transaction) -> None:
        hold(tx, shop.id)
        begun.set()
        over.wait(PATIENCE)

    with closing(store.open_store(shop.url)) as node, ThreadPoolExecutor(1) as threads:
        working = threads.submit(node.write_now, work)
        begun.wait(PATIENCE)
        yield
        over.set()
        working.result()


def test_while_another_node_is_busy_with_the_one_that_failed_no_other_is_set_aside(shop: Shop) -> None:
    if shop.url.startswith("sqlite"):
        return  # one writer: nobody else can be busy
    for name in ("b1", "b2"):
        shop.agent_says(ASKS, conversation=f"c-{name}", buyer=name)
    shop.now += timedelta(minutes=6)
    buyer = shop.buyer("b1").id
    (failed,) = shop.read(lambda tx: store.follow_ups.active_of(tx, buyer))
    with another_node_is_busy_with(shop, failed.id):
        shop.desks.store.write_now(lambda tx: shop.desks._set_aside(tx, shop.now, failed.id))
        assert {row.state for row in shop.follow_ups()} == {"armed"}
    shop.desks.store.write_now(lambda tx: shop.desks._set_aside(tx, shop.now, failed.id))
    assert {row.buyer: row.state for row in shop.follow_ups()} == {"b1": "withheld", "b2": "armed"}


async def test_it_is_not_tried_again(shop: Shop) -> None:
    shop.agent_says(ASKS)
    spoil(shop, "b1")
    shop.now += timedelta(minutes=6)
    assert await shop.desks.fire(shop.now) == 1
    assert await shop.desks.fire(shop.now) == 0
    assert shop.names("follow_up.") == ["follow_up.armed", "follow_up.withheld"]
