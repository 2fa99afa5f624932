"""Events that come late, shuffled or together end where they would have ended in order."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import store
from tests.services.shop import ASKS, HOLDS, REFUSES, TELLS, Shop, clock

BEGAN = "2026-11-11T10:00:30+08:00"
# What may happen to one buyer; each at a time of its own.
HAPPENINGS: list[dict[str, Any]] = [
    {"type": "message", "side": "buyer", "text": "嗯"},
    {"type": "message", "side": "buyer", "text": REFUSES},
    {"type": "message", "side": "buyer", "text": "在吗", "conversation": "c2"},
    {"type": "message", "side": "agent", "agent": "a1", "text": "在的，亲"},
    {"type": "message", "side": "agent", "agent": "a2", "text": ASKS},
    {"type": "message", "side": "agent", "agent": "a1", "text": TELLS},
    {"type": "message", "side": "agent", "agent": "bot", "text": "您好", "origin": "robot"},
    {"type": "order", "order": "o1", "status": "unpaid", "amount": "59.00"},
    # Told twice: only its own time says since when it is there, whichever telling comes first.
    {"type": "order", "order": "o2", "status": "unpaid", "amount": "80.00", "created_at": BEGAN},
    {"type": "order", "order": "o2", "status": "paid", "amount": "80.00", "created_at": BEGAN},
    {"type": "order", "order": "o3", "status": "shipped", "amount": "1.00"},
    {"type": "message", "side": "agent", "agent": "a1", "text": HOLDS},
    {"type": "message", "side": "agent", "agent": "a2", "text": "我去问下仓库，20分钟内回您", "conversation": "c2"},
]


def outcome(shop: Shop) -> dict[str, object]:
    """All that must not depend on the order of arrival."""

    def look(tx: store.Transaction) -> dict[str, object]:
        buyer = store.buyers.find(tx, shop.id, "taobao", "b1")
        assert buyer is not None
        chats = [c for id in ("c1", "c2") if (c := store.conversations.find(tx, shop.id, "taobao", id))]
        orders = {order.id: order.external for order in store.orders.of(tx, buyer.id)}
        rounds = store.rounds.of_agent(tx, shop.id, "a1", shop.now.replace(hour=0))
        rounds += store.rounds.of_agent(tx, shop.id, "a2", shop.now.replace(hour=0))
        return {
            "waiting": [(c.external, c.waiting_since, c.answered_at, c.buyer_at, c.last_at, c.agent) for c in chats],
            "rounds": sorted((r.asked_at, str(r.answered_at), str(r.agent), r.session) for r in rounds),
            "orders": sorted((o.external, o.status, o.amount) for o in store.orders.of(tx, buyer.id)),
            "purchases": (buyer.paid_orders, buyer.spent, buyer.last_paid_at),
            "follow-ups": sorted(
                (
                    f.touchpoint,
                    sorted(orders.get(int(k or 0), "") for k in f.anchors),
                    clock(f.armed_at),
                    clock(f.due_at),
                )
                for f in store.follow_ups.active_of(tx, buyer.id)
            ),
        }

    return shop.read(look)


def told(shop: Shop, numbers: list[int]) -> list[dict[str, Any]]:
    """The happenings of these numbers, a minute apart from 10:01; nobody pays before ordering."""
    if {8, 9} <= set(numbers) and numbers.index(9) < numbers.index(8):
        numbers = [{8: 9, 9: 8}.get(kind, kind) for kind in numbers]
    return [shop.event(f"10:{n + 1:02}:00", **HAPPENINGS[kind]) for n, kind in enumerate(numbers)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    numbers=st.lists(st.sampled_from(range(len(HAPPENINGS))), min_size=2, max_size=7, unique=True),
    data=st.data(),
)
def test_any_order_of_arrival_ends_the_same(
    new_shop: Callable[[], Shop], numbers: list[int], data: st.DataObject
) -> None:
    with closing(new_shop()) as straight, closing(new_shop()) as shuffled:
        straight.passes_until("10:12:00")
        shuffled.passes_until("10:12:00")
        for event in told(straight, numbers):
            straight.receives(event)
        for event in data.draw(st.permutations(told(shuffled, numbers))):
            shuffled.receives(event)
        assert outcome(shuffled) == outcome(straight)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)
@given(numbers=st.lists(st.sampled_from(range(len(HAPPENINGS))), min_size=2, max_size=7, unique=True), data=st.data())
def test_one_request_ends_where_many_end(new_shop: Callable[[], Shop], numbers: list[int], data: st.DataObject) -> None:
    with closing(new_shop()) as one, closing(new_shop()) as many:
        one.passes_until("10:12:00")
        many.passes_until("10:12:00")
        one.receives(*data.draw(st.permutations(told(one, numbers))))
        for event in told(many, numbers):
            many.receives(event)
        assert outcome(one) == outcome(many)


def test_an_order_whose_news_comes_after_the_buyers_next_words_still_ends_the_wait_for_it(shop: Shop) -> None:
    shop.agent_says(TELLS, at="10:00:00")
    shop.buyer_says("好的", at="10:06:00")
    shop.order("o1", "paid", at="10:05:00")
    assert (shop.only("told").state, shop.only("told").reason) == ("cancelled", "order.created")


def test_a_late_objection_spares_the_orders_made_after_it(shop: Shop) -> None:
    shop.order("o1", at="10:00:00")
    shop.order("o2", at="10:10:00")
    shop.buyer_says(REFUSES, at="10:05:00")
    assert (shop.only("unpaid").order, clock(shop.only("unpaid").due_at)) == ("o2", "10:25:00")


def test_a_second_order_at_night_leaves_the_reminder_for_the_morning(shop: Shop) -> None:
    shop.order("o1", at="21:50:00")
    shop.order("o2", at="23:00:00")
    shop.passes_until("08:00:00", day=12)
    assert shop.only("unpaid").state == "due"


def test_paying_one_order_at_night_leaves_the_other_for_the_morning(shop: Shop) -> None:
    shop.order("o1", at="21:50:00")
    shop.order("o2", at="21:55:00")
    shop.order("o1", "paid", at="23:50:00")
    shop.passes_until("08:00:00", day=12)
    assert (shop.only("unpaid").state, shop.only("unpaid").order) == ("due", "o2")


def test_an_old_question_that_comes_late_does_not_settle_the_card_of_a_newer_one(shop: Shop) -> None:
    shop.agent_says(ASKS, at="10:00:00")
    shop.passes("5m")
    shop.agent_says(ASKS, at="09:58:00", by="a2")
    assert shop.only("no-answer").state == "due"


@pytest.mark.parametrize("late", ["10:02:00", "10:04:59"])
def test_late_words_of_the_buyer_take_the_card_back(shop: Shop, late: str) -> None:
    shop.agent_says(ASKS, at="10:00:00")
    shop.passes("6m")
    shop.buyer_says("修身的", at=late)
    assert (shop.only("no-answer").state, shop.only("no-answer").reason) == ("cancelled", "buyer.spoke")


def test_news_of_a_close_that_come_after_newer_words_of_the_shop_close_the_chat_all_the_same(shop: Shop) -> None:
    shop.buyer_says("在吗", at="10:00:00")
    shop.agent_says(at="10:06:00")
    shop.closes(at="10:05:00")
    assert shop.conversation().state == "closed"


def test_late_news_of_a_close_do_not_close_a_chat_in_which_the_buyer_has_written_since(shop: Shop) -> None:
    shop.buyer_says("在吗", at="10:06:00")
    shop.closes(at="10:05:00")
    assert shop.conversation().state == "open"


def test_late_news_of_a_transfer_name_the_holder_unless_somebody_has_spoken_or_been_named_since(shop: Shop) -> None:
    given = {"type": "conversation", "conversation": "c1", "state": "transferred"}
    shop.buyer_says("在吗", at="10:06:00")
    shop.hears("10:05:00", **given, agent="a2")
    assert shop.conversation().agent == "a2"
    shop.hears("10:04:00", **given, agent="a3")
    assert shop.conversation().agent == "a2"
    shop.agent_says(at="10:08:00")
    shop.hears("10:07:00", **given, agent="a4")
    assert shop.conversation().agent == "a1"


def test_late_news_of_a_close_heed_that_the_platform_has_opened_the_chat_again(shop: Shop) -> None:
    shop.agent_says(at="10:01:00")
    shop.hears("10:05:00", type="conversation", conversation="c1", state="open")
    shop.closes(at="10:04:00")
    assert shop.conversation().state == "open"


def test_old_news_of_a_buyer_fill_in_what_newer_ones_left_out_and_change_nothing_else(shop: Shop) -> None:
    shop.hears("10:05:00", type="buyer", nickname="小鱼", consent={"sms": False})
    shop.hears("10:01:00", type="buyer", nickname="阿青", phone="13800002046", consent={"sms": True, "email": True})
    assert (shop.buyer().nickname, shop.buyer().phone) == ("小鱼", "13800002046")
    assert shop.buyer().consent == {"sms": False, "email": True}
    assert shop.names("buyer.") == ["buyer.opted_out", "buyer.consented"]


def test_old_news_of_an_order_fill_in_what_newer_ones_left_out(shop: Shop) -> None:
    shop.order("o1", "shipped", at="10:05:00")
    shop.order("o1", "paid", at="10:01:00", items=[{"sku": "s1"}], city="杭州")
    order = shop.stored_order()
    assert (order.status, order.city, [item["sku"] for item in order.items]) == ("shipped", "杭州", ["s1"])
    assert (clock(order.created_at), clock(order.paid_at)) == ("10:01:00", "10:01:00")
    assert clock(shop.buyer().last_paid_at) == "10:01:00"


@pytest.mark.parametrize(("change", "spent"), [({"amount": "50.00"}, 5000), ({"status": "locked"}, 0)])
def test_a_purchase_whose_worth_changes_is_counted_anew(shop: Shop, change: dict[str, Any], spent: int) -> None:
    shop.order("o1", "paid", at="10:01:00")
    shop.order("o1", at="10:02:00", **{"status": "shipped", **change})
    assert shop.buyer().spent == spent
