"""Follow-ups that recur: one at a time, on their days, until something ends them (DOMAIN.md 2-2, 2-3, §8.14)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from assistant.domain.scripts import Scripts
from assistant.services import series_begun
from assistant.store.kpi import ListedFollowUp
from tests.services.shop import TABLES, Shop

CARES = "亲，衣服穿着还合身吗？洗涤有问题随时找我哦"


def tables(**changes: object) -> Scripts:
    """With a follow-up that is begun by a payment and comes every third day of thirty."""
    care = {"id": "cares", "name": "关怀", "goal": "关心", "replies": [{"id": "care", "text": CARES}]}
    row = {
        "id": "care", "name": "三天一次", "on": "order.paid", "every": {"days": 3, "lasts": "30d"},
        "until": ["buyer.opted_out", "refund.requested"], "reply": "cares", **changes,
    }  # fmt: skip
    held = TABLES.model_dump()
    spare = [*held["situations"], care]
    return Scripts.model_validate(held | {"situations": spare, "touchpoints": [*held["touchpoints"], row]})


@pytest.fixture
def shop(new_shop: Callable[..., Shop]) -> Shop:
    shop = new_shop(tables())
    shop.buyer_says("我要了")
    shop.order("o1", "paid", at="15:30:00")
    return shop


def told(row: ListedFollowUp) -> tuple[str, str]:
    due = row.due_at.astimezone(timezone(timedelta(hours=8)))
    return f"{due:%m-%d %H:%M}", row.state


def test_each_is_followed_by_the_next_and_the_last_by_none(shop: Shop) -> None:
    for day in range(14, 30, 3):
        assert [told(row) for row in shop.follow_ups("care")][-1] == (f"11-{day} 10:00", "armed")
        shop.passes_until("10:00:00", day)
        (up,) = [row for row in shop.follow_ups("care") if row.state == "due"]
        assert up.text == CARES
        shop.agent_says(CARES)
    shop.passes("400d")
    shop.act(shop.follow_ups("care")[-1], "dismiss")
    assert len(shop.follow_ups("care")) == 7
    assert shop.active() == []


def test_one_that_nobody_sees_to_is_not_joined_by_another(shop: Shop) -> None:
    shop.passes("9d")
    assert [told(row) for row in shop.follow_ups("care")] == [("11-14 10:00", "due")]
    shop.act(shop.only("care"), "done")
    assert [told(row) for row in shop.follow_ups("care")] == [("11-14 10:00", "done"), ("11-23 10:00", "armed")]


@pytest.mark.parametrize(
    ("down", "stand"),
    [
        ("6d", [("11-14 10:00", "due")]),
        ("8d", [("11-14 10:00", "missed"), ("11-20 10:00", "armed")]),
        ("9d", [("11-14 10:00", "due")]),
    ],
)
def test_a_standstill_is_followed_by_one_and_not_by_many(shop: Shop, down: str, stand: list[tuple[str, str]]) -> None:
    """The last of those that passed meanwhile comes up while it is not a day old."""
    shop.is_down_for(down)
    shop.is_down_for("1m")
    assert [told(row) for row in shop.follow_ups("care")] == stand


@pytest.mark.parametrize("stops", ["refund", "opting out"])
@pytest.mark.parametrize("up", [False, True])
def test_what_cancels_one_ends_all(shop: Shop, stops: str, *, up: bool) -> None:
    shop.passes("3d" if up else "1d")
    if stops == "refund":
        shop.hears(type="refund", order="o1", refund="r1", status="WAIT_SELLER_AGREE", amount="59.00")
    else:
        shop.hears(type="buyer", consent={"sms": False})
    shop.passes("40d")
    assert [row.state for row in shop.follow_ups("care")] == ["cancelled"]


def test_what_began_it_does_not_begin_it_twice(shop: Shop) -> None:
    shop.order("o2", "paid", at="16:00:00")
    shop.passes("3d")
    shop.order("o3", "paid")
    assert [told(row) for row in shop.follow_ups("care")] == [("11-14 10:00", "due")]


def says_from_now_on(shop: Shop, scripts: Scripts) -> None:
    """The shop works by other tables."""
    known = shop.desks.library.known(shop.id)
    assert known is not None
    shop.desks.library.keep(replace(known, scripts=scripts, version=known.version + 1))


def begins(shop: Shop) -> int:
    (known,) = shop.desks.library.shops()
    return asyncio.run(series_begun.begin(shop.desks, known, shop.now))


def test_who_was_there_before_the_table_said_so_comes_in_where_she_would_stand_and_only_once(
    new_shop: Callable[..., Shop],
) -> None:
    shop = new_shop()
    shop.buyer_says("我要了")
    shop.order("o1", "paid", at="15:30:00")
    shop.passes("7d")
    says_from_now_on(shop, tables())
    assert begins(shop) == 1
    assert [told(row) for row in shop.follow_ups("care")] == [("11-20 10:00", "armed")]
    assert {fact.at for fact in shop.facts("follow_up.armed") if fact.data["touchpoint"] == "care"} == {shop.now}
    assert begins(shop) == 0
    shop.passes("2d")
    shop.act(shop.only("care"), "dismiss")
    assert begins(shop) == 0
    assert [told(row)[0] for row in shop.follow_ups("care")] == ["11-20 10:00", "11-23 10:00"]


@pytest.mark.parametrize("since", ["cancelled", "over", "no longer for her"])
def test_it_is_not_begun_for_whom_it_would_be_over(new_shop: Callable[..., Shop], since: str) -> None:
    shop = new_shop()
    shop.buyer_says("我要了")
    shop.order("o1", "paid", at="15:30:00")
    if since == "cancelled":
        shop.passes("1h")
        shop.hears(type="refund", order="o1", refund="r1", status="WAIT_SELLER_AGREE", amount="59.00")
    shop.passes("40d" if since == "over" else "2d")
    says_from_now_on(shop, tables(**({"audience": {"buyer.tier": "vip"}} if since == "no longer for her" else {})))
    begins(shop)
    assert shop.follow_ups("care") == []


def test_another_chat_of_the_buyer_shows_the_card(shop: Shop) -> None:
    shop.closes(at="16:00:00")
    shop.buyer_says("在吗", conversation="c2", at="17:00:00")
    shop.passes("3d")
    assert shop.only("care").conversation == "c2"


def test_nobody_is_disturbed_at_night_whatever_the_table_says(new_shop: Callable[..., Shop]) -> None:
    shop = new_shop(tables(every={"days": 1, "at": "23:30"}))
    shop.order("o1", "paid", at="15:30:00")
    shop.passes_until("23:59:00", 12)
    assert told(shop.only("care")) == ("11-13 08:00", "armed")
    shop.passes_until("08:00:00", 13)
    assert shop.only("care").state == "due"


def test_a_limit_holds_one_back_and_not_the_next(new_shop: Callable[..., Shop]) -> None:
    cap = {"per": "buyer", "count": 1, "within": "4d", "key": "care"}
    shop = new_shop(tables(every={"days": 3}, cap=cap))
    shop.order("o1", "paid", at="15:30:00")
    shop.buyer_says("好的")
    for day in (14, 17, 20):
        shop.passes_until("10:00:00", day)
        if shop.follow_ups("care")[-1].state == "due":
            shop.agent_says(CARES)
    assert [row.state for row in shop.follow_ups("care")] == ["done", "withheld", "done", "armed"]


def test_it_ends_with_whom_it_is_no_longer_for(new_shop: Callable[..., Shop]) -> None:
    shop = new_shop(tables(audience={"buyer.tier": "none"}))
    shop.order("o1", "paid", at="15:30:00")
    shop.hears(type="buyer", tier="vip")
    shop.passes("40d")
    assert [row.state for row in shop.follow_ups("care")] == ["withheld"]
