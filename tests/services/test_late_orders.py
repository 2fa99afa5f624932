"""While orders come in late no buyer is asked for money she may have paid; afterwards the rules of being late hold."""

from __future__ import annotations

from datetime import timedelta

import pytest

from assistant import store
from assistant.domain.events import Order
from assistant.domain.order_news import News, was_due
from assistant.services.order_news import OrderNews
from tests.services.shop import ASKS, TELLS, Shop, clock, moment


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.desks.news = OrderNews(timedelta(minutes=3))
    return shop


def news_come(shop: Shop, late: float) -> None:
    """Three orders of others, each so many minutes after it happened."""
    at = shop.now - timedelta(minutes=late)
    one = Order(id="x", type="order", at=at, platform="taobao", order="x", buyer="x", status="paid", amount="1.00")
    shop.desks.news.came("default", [one, one, one], shop.now)


def unpaid(shop: Shop) -> None:
    shop.buyer_says("拍了", at="10:00:00")
    shop.order("o1", at="10:00:10")


def test_a_payment_reminder_waits_and_comes_once_news_are_fresh(shop: Shop) -> None:
    unpaid(shop)
    shop.passes_until("10:15:00")
    news_come(shop, 4)
    shop.passes_until("10:16:30")
    held = shop.only("unpaid")
    assert held.state == "armed"
    assert was_due(held.reason, shop.now) == moment("10:15:10")
    assert [fact.data["reason"] for fact in shop.facts("follow_up.restarted")] == [held.reason]
    news_come(shop, 0.1)
    shop.passes("1m")
    (card,) = shop.active()
    assert (card.state, clock(card.shown_at) < "10:17:30") == ("due", True)


def test_an_order_paid_meanwhile_is_never_reminded(shop: Shop) -> None:
    unpaid(shop)
    shop.passes_until("10:15:00")
    news_come(shop, 4)
    shop.passes_until("10:18:00")
    shop.order("o1", "paid", at="10:18:10")
    news_come(shop, 0)
    shop.passes("20m")
    assert shop.only("unpaid").state == "cancelled"


def test_held_for_too_long_it_is_missed(shop: Shop) -> None:
    unpaid(shop)
    shop.passes_until("10:15:00")
    for _ in range(40):
        news_come(shop, 4)
        shop.passes("1m")
    assert shop.only("unpaid").state == "missed"


def test_other_follow_ups_and_other_platforms_do_not_wait(shop: Shop) -> None:
    shop.agent_says(TELLS, at="10:00:00")
    shop.agent_says(ASKS, at="10:05:00")
    shop.buyer_says("嗯", at="10:08:00", conversation="jd", buyer="jd", platform="jd")
    shop.order("jd", at="10:08:10", buyer="jd", platform="jd")
    shop.passes_until("10:09:59")
    for _ in range(20):
        news_come(shop, 4)
        shop.passes("1m")
    states = {row.touchpoint: row.state for row in shop.follow_ups()}
    assert states == {"told": "due", "no-answer": "due", "unpaid": "due"}


def test_a_buyer_who_speaks_starts_the_clock_anew_as_ever(shop: Shop) -> None:
    unpaid(shop)
    shop.passes_until("10:15:00")
    news_come(shop, 4)
    shop.passes_until("10:16:00")
    shop.buyer_says("在呢", at="10:16:10")
    news_come(shop, 0)
    (row,) = shop.active()
    assert (clock(row.due_at), row.reason) == ("10:31:10", None)


def test_without_a_limit_nothing_waits(shop: Shop) -> None:
    shop.desks.news = OrderNews()
    unpaid(shop)
    shop.passes_until("10:15:00")
    news_come(shop, 60)
    shop.passes_until("10:15:30")
    assert shop.only("unpaid").state == "due"


# --- a restart, another process ------------------------------------------------------------------------------------


def known_anew(shop: Shop) -> OrderNews:
    """What a process knows that has just started."""
    news = OrderNews(timedelta(minutes=3))
    news.learn(shop.read(store.order_news.every), shop.now)
    return news


async def test_after_a_restart_it_is_known_that_orders_come_in_late(shop: Shop) -> None:
    news_come(shop, 4)
    await shop.desks.news.share(shop.desks.store, shop.now)
    assert known_anew(shop).delay("default", "taobao", shop.now) == timedelta(minutes=4)
    assert known_anew(shop).delay("default", "jd", shop.now) is None
    unpaid(shop)
    shop.desks.news = known_anew(shop)
    shop.passes("9m")
    assert known_anew(shop).delay("default", "taobao", shop.now) is not None
    shop.passes("2m")
    assert known_anew(shop).delay("default", "taobao", shop.now) is None  # so long ago it says nothing of now


async def test_that_they_come_in_time_again_is_known_too(shop: Shop) -> None:
    news_come(shop, 4)
    await shop.desks.news.share(shop.desks.store, shop.now)
    shop.desks.news = known_anew(shop)  # who learned it stores its end as well
    news_come(shop, 0.1)
    await shop.desks.news.share(shop.desks.store, shop.now)
    assert known_anew(shop).delay("default", "taobao", shop.now) is None


async def test_while_orders_come_in_time_nothing_is_stored(shop: Shop) -> None:
    news_come(shop, 0.1)
    await shop.desks.news.share(shop.desks.store, shop.now)
    assert shop.read(store.order_news.every) == {}


def test_what_one_has_seen_oneself_is_not_replaced_by_older_tellings(shop: Shop) -> None:
    news_come(shop, 0.1)
    late = (News(shop.now - timedelta(minutes=9), shop.now - timedelta(minutes=1)),) * 3
    shop.desks.news.learn({("default", "taobao"): late}, shop.now)
    assert shop.desks.news.delay("default", "taobao", shop.now) is None
