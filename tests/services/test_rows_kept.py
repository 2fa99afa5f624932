"""Rows the one writer of SQLite keeps in memory change nothing: any day ends as when all is read anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistant.domain.errors import InvalidEvent
from assistant.store.kept import Kept
from assistant.store.tables import metadata
from tests.databases import only_sqlite
from tests.services.shop import ASKS, POSTPONES, REFUSES, TELLS, Shop

Step = Callable[[Shop], object]


def says(side: str, text: str, buyer: int, seconds_late: int) -> Step:
    def step(shop: Shop) -> None:
        shop.passes("20s")
        at = (shop.now - timedelta(seconds=seconds_late)).isoformat()
        agent: dict[str, Any] = {"agent": "a1"} if side == "agent" else {}
        told = {"side": side, "text": text, "conversation": f"c{buyer}", "buyer": f"b{buyer}", **agent}
        shop.receives({**shop.event(None, type="message", **told), "at": at})

    return step


def orders(status: str, buyer: int) -> Step:
    return lambda shop: shop.order(f"o{buyer}", status, buyer=f"b{buyer}")


def told_of(buyer: int, nickname: str) -> Step:
    return lambda shop: shop.hears(type="buyer", buyer=f"b{buyer}", nickname=nickname, tags=["价格敏感"])


def dismisses(which: int) -> Step:
    def step(shop: Shop) -> None:
        found = [card for card in shop.cards() if card.state == "shown"] if "c1" in chats(shop) else []
        if found:
            shop.act_on_card(found[which % len(found)], "dismissed")

    return step


def puts_off(which: int) -> Step:
    def step(shop: Shop) -> None:
        found = [row for row in shop.follow_ups() if row.state in ("armed", "due")]
        if found:
            shop.act(found[which % len(found)], "snooze", minutes=5)

    return step


def fails_halfway(buyer: int) -> Step:
    """A request whose second event is wrong: the first one's changes are in memory when it fails."""

    def step(shop: Shop) -> None:
        good = shop.event(None, type="message", side="buyer", text=REFUSES, conversation=f"c{buyer}", buyer=f"b{buyer}")
        bad = shop.event(None, type="conversation", conversation="nobody", state="closed")
        del bad["buyer"]
        try:
            shop.receives(good, bad)
        except InvalidEvent:
            return
        raise AssertionError("the second event names nobody")

    return step


def chats(shop: Shop) -> set[str]:
    return {row["external"] for row in rows(shop)["conversations"]}


def rows(shop: Shop) -> dict[str, list[Any]]:
    """Everything that is stored, but for what may differ from run to run."""
    left_out = {"scripts", "secrets"}
    with shop.desks.store.engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in metadata.sorted_tables
            if table.name not in left_out
        }


buyers = st.integers(1, 3)
steps = st.one_of(
    st.builds(
        says,
        st.sampled_from(["buyer", "agent"]),
        st.sampled_from(["能便宜点嘛", "是什么面料的", "好的", ASKS, TELLS, REFUSES, POSTPONES, "打个折吧"]),
        buyers,
        st.sampled_from([0, 0, 0, 30, 90]),
    ),
    st.builds(orders, st.sampled_from(["unpaid", "paid", "closed_unpaid"]), buyers),
    st.builds(told_of, buyers, st.sampled_from(["小鱼", "阿青"])),
    st.builds(dismisses, st.integers(0, 2)),
    st.builds(puts_off, st.integers(0, 5)),
    st.builds(fails_halfway, buyers),
    st.just(lambda shop: shop.passes("4m")),
    st.just(lambda shop: shop.passes("16m")),
)


@only_sqlite
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=st.lists(steps, max_size=25))
@example(day=[says("buyer", "能便宜点嘛", 1, 0), dismisses(0), says("agent", "在的", 1, 0)])
@example(day=[says("agent", ASKS, 1, 0), puts_off(0), says("buyer", "好的", 1, 0)])
@example(
    day=[says("buyer", "能便宜点嘛", 1, 0), fails_halfway(1), says("agent", TELLS, 1, 0), says("buyer", "好的", 1, 30)]
)
def test_a_day_ends_in_the_same_tables_with_and_without_memory(new_shop: Callable[[], Shop], day: list[Step]) -> None:
    remembering, reading = new_shop(), new_shop()
    for step in day:
        step(remembering)
    with patch.object(Kept, "rows", lambda self, kind: {}):
        for step in day:
            step(reading)
    assert rows(remembering) == rows(reading)
    remembering.close()
    reading.close()
