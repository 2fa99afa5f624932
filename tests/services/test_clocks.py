"""The demo's clock: goes on from a saved origin, and a new speed holds from now on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from assistant.domain.moments import SHANGHAI
from assistant.services.clocks import DemoClock, demo_clock, real_seconds
from tests.services.shop import Shop

NEAR = timedelta(seconds=5)


def test_a_restarted_demo_goes_on_from_its_origin(shop: Shop) -> None:
    first = shop.desks.store.write_now(lambda tx: demo_clock(tx, 60.0))
    again = shop.desks.store.write_now(lambda tx: demo_clock(tx, 60.0))
    assert again == first


def test_a_new_speed_changes_no_time_that_has_passed(shop: Shop) -> None:
    fast = shop.desks.store.write_now(lambda tx: demo_clock(tx, 2.0))
    slow = shop.desks.store.write_now(lambda tx: demo_clock(tx, 1.0))
    assert slow.speed == 1.0
    assert abs(slow.now() - fast.now()) < NEAR
    assert shop.desks.store.write_now(lambda tx: demo_clock(tx, 1.0)) == slow


def test_who_first_comes_at_night_finds_the_shop_at_work(shop: Shop) -> None:
    at_night = datetime(2026, 11, 11, 1, 5, tzinfo=SHANGHAI)
    first = shop.desks.store.write_now(lambda tx: demo_clock(tx, 1.0, at_night))
    assert first.shown == datetime(2026, 11, 11, 10, tzinfo=SHANGHAI)
    later = shop.desks.store.write_now(lambda tx: demo_clock(tx, 1.0, at_night + timedelta(hours=9)))
    assert later == first


def test_a_fast_clock_is_waited_for_less() -> None:
    now = datetime.now(UTC)
    clock = DemoClock(now, now, 60.0)
    assert 9 < real_seconds(clock, now + timedelta(minutes=10)) <= 10
    assert real_seconds(clock, now - timedelta(minutes=10)) == 0
