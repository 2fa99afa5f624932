"""How an installation stands as a whole: who waits, what is open, how large it is, on both databases."""

from __future__ import annotations

from datetime import timedelta

from assistant.services import upkeep
from assistant.store.migrations import steps
from tests.services.shop import ASKS, Shop


def standing(shop: Shop, seconds: float = 0) -> upkeep.Condition:
    return shop.read(lambda tx: upkeep.condition(tx, shop.now + timedelta(seconds=seconds)))


def test_buyers_move_from_level_to_level_as_their_platform_says(shop: Shop) -> None:
    shop.buyer_says("在吗")
    shop.buyer_says("在吗", buyer="b2", conversation="c2", platform="jd")
    seen = [standing(shop, seconds).waiting for seconds in (0, 31, 10_000)]
    assert [sum(levels.values()) for levels in seen] == [2, 2, 2]
    assert seen[0] == {"ok": 2, "notice": 0, "warn": 0, "late": 0}
    assert seen[1]["late"] == 1  # JD calls late what Taobao does not yet
    assert seen[2]["late"] == 2
    shop.agent_says("在的")
    assert sum(standing(shop).waiting.values()) == 1


def test_what_is_open_is_counted_and_what_should_have_fired_is_overdue(shop: Shop) -> None:
    shop.buyer_says("在吗")
    shop.agent_says(ASKS)
    assert standing(shop).follow_ups == {"armed": 1, "due": 0}
    assert standing(shop).overdue_seconds == 0
    late = standing(shop, 3_600)
    assert 3_200 < late.overdue_seconds < 3_600
    shop.passes("6m")
    assert standing(shop).follow_ups == {"armed": 0, "due": 1}
    assert standing(shop, 3_600).overdue_seconds == 0


def test_the_database_tells_its_size_its_step_and_its_shops(shop: Shop) -> None:
    assert standing(shop).bytes > 100_000
    found = shop.read(upkeep.foundations)
    assert found.step == steps()[0]
    assert len(found.shops) == 1
