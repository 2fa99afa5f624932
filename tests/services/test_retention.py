"""What has been kept for long enough goes, once a day, and nothing else does."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from assistant.services import kpi, retention
from assistant.services.retention import Periods
from assistant.store.tables import events, messages, operations, shipments, views
from tests.services.shop import ASKS, Shop, moment

PERIODS = Periods(timedelta(days=400), timedelta(days=180), timedelta(days=1095))
FOR_EVER = Periods(None, None, None)


@pytest.fixture
def shop_of_years(shop: Shop) -> Shop:
    shop.hears("10:00:00", type="buyer", buyer="b1", nickname="小美")
    shop.buyer_says("在吗", "10:00:05")
    shop.agent_says(ASKS, "10:00:20")
    shop.order("o1", "paid", "10:01:00", paid_at=moment("10:01:00").isoformat())
    shop.hears("10:02:00", type="shipment", order="o1", carrier="顺丰", tracking_no="SF1", trace=[])
    shop.hears("10:03:00", type="view", item="mug")
    shop.passes("1h")
    return shop


def a_day(shop: Shop, now: datetime, periods: Periods = PERIODS) -> Counter[str] | None:
    return asyncio.run(retention.daily(shop.desks.store, now, periods))


def rows(shop: Shop, table: Any) -> list[Any]:
    return shop.read(lambda tx: list(tx.connection.execute(select(table))))


def figures(shop: Shop) -> Any:
    start, end, now = moment("00:00:00"), moment("00:00:00", 12), moment("00:00:00", 20)
    return shop.read(lambda tx: kpi.rows(tx, shop.id, start, end, now=now))


def test_each_kind_goes_when_its_own_time_is_over_and_figures_stay(shop_of_years: Shop) -> None:
    shop, before = shop_of_years, figures(shop_of_years)
    assert sum((a_day(shop, shop.now + timedelta(days=179)) or Counter()).values()) == 0
    a_day(shop, shop.now + timedelta(days=181))
    assert [rows(shop, table) for table in (events, views, shipments)] == [[], [], []]
    assert {row.text for row in rows(shop, messages)} == {"在吗", ASKS}
    a_day(shop, shop.now + timedelta(days=401))
    assert {row.text for row in rows(shop, messages)} == {""}
    assert shop.buyer().nickname == "小美"
    assert (a_day(shop, shop.now + timedelta(days=1096)) or Counter())["buyers"] == 1
    (fact,) = shop.read(lambda tx: [f for f in _facts(tx) if f.name == "buyer.erased"])
    assert (fact.buyer, fact.data) == (None, {"by": "retention"})
    assert figures(shop) == before


def _facts(tx: Any) -> Any:
    from assistant import store

    return store.facts.between(tx, None, moment("00:00:00"), moment("00:00:00") + timedelta(days=3000))


def test_one_day_is_seen_to_once_whoever_comes_first(shop_of_years: Shop) -> None:
    later = shop_of_years.now + timedelta(days=500)
    assert a_day(shop_of_years, later) is not None
    assert a_day(shop_of_years, later + timedelta(minutes=10)) is None
    assert len(rows(shop_of_years, operations)) == 1
    assert a_day(shop_of_years, later + timedelta(days=1)) is not None


def test_a_buyer_who_came_back_stays(shop_of_years: Shop) -> None:
    later = shop_of_years.now + timedelta(days=1090)
    shop_of_years.now = later
    shop_of_years.hears(None, type="message", side="buyer", text="又来了")
    a_day(shop_of_years, later + timedelta(days=10))
    assert shop_of_years.buyer().nickname == "小美"


def test_what_is_kept_for_ever_is(shop_of_years: Shop) -> None:
    a_day(shop_of_years, shop_of_years.now + timedelta(days=5000), FOR_EVER)
    assert {row.text for row in rows(shop_of_years, messages)} == {"在吗", ASKS}
    assert rows(shop_of_years, events)
