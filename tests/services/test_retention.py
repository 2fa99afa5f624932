"""What has been kept for long enough goes, once a day, and nothing else does."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from assistant.services import kpi, retention, upkeep
from assistant.services.retention import Periods
from assistant.store.tables import events, messages, shipments, views
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


def rename(shop: Shop, before: str, after: str) -> None:
    shop.desks.store.write_now(lambda tx: tx.driver.execute(f"ALTER TABLE {before} RENAME TO {after}"))


def attempts(shop: Shop, now: datetime) -> int:
    return shop.read(lambda tx: upkeep.condition(tx, now)).retention_attempts


@pytest.fixture
def failing(shop_of_years: Shop) -> Iterator[Shop]:
    """What happened is old, and nothing can be let go of that was said about parcels."""
    shop_of_years.now += timedelta(days=500)
    rename(shop_of_years, "shipments", "shipments_away")
    yield shop_of_years
    with suppress(Exception):  # the test has brought it back
        rename(shop_of_years, "shipments_away", "shipments")


def test_what_failed_is_tried_again_soon_with_growing_pauses_and_told(failing: Shop) -> None:
    minutes, tried = 0, list[int]()
    with capture_logs() as lines:
        while minutes < 400:
            with suppress(ExceptionGroup):
                a_day(failing, failing.now + timedelta(minutes=minutes))
            if attempts(failing, failing.now) > len(tried):
                tried.append(minutes)
            minutes += 10
    assert tried == [0, 10, 30, 70, 150, 310]
    told = [(line["attempt"], line["minutes"]) for line in lines if line["event"] == "retention.again"]
    assert told == [(1, 10), (2, 20), (3, 40), (4, 80), (5, 160), (6, 240)]
    rename(failing, "shipments_away", "shipments")
    done = a_day(failing, failing.now + timedelta(minutes=310 + 240))
    assert done is not None
    assert done["shipments"] == 1
    assert attempts(failing, failing.now) == 0
    assert a_day(failing, failing.now + timedelta(minutes=310 + 250)) is None


def test_pauses_grow_to_four_hours_and_no_further_however_long_it_fails() -> None:
    assert [retention._pause(attempt) for attempt in (1, 2, 6, 1_000)] == [
        timedelta(minutes=10), timedelta(minutes=20), retention.LONGEST_PAUSE, retention.LONGEST_PAUSE,
    ]  # fmt: skip


def test_a_kind_that_fails_does_not_keep_the_others(failing: Shop) -> None:
    with pytest.raises(ExceptionGroup):
        a_day(failing, failing.now)
    assert rows(failing, events) == rows(failing, views) == []
    assert {row.text for row in rows(failing, messages)} == {""}


def test_a_node_that_stops_in_the_midst_of_it_leaves_the_day_to_the_next_one(shop_of_years: Shop) -> None:
    later = shop_of_years.now + timedelta(days=500)
    shop_of_years.desks.store.write_now(lambda tx: retention._begun(tx, later))
    assert a_day(shop_of_years, later + timedelta(minutes=10)) is None
    assert a_day(shop_of_years, later + retention.TAKEN) is not None


def test_a_clock_that_was_set_back_does_not_keep_old_data(failing: Shop) -> None:
    with pytest.raises(ExceptionGroup):
        a_day(failing, failing.now + timedelta(days=365))
    rename(failing, "shipments_away", "shipments")
    assert a_day(failing, failing.now) is not None
