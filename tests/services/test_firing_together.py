"""Follow-ups whose time comes in the same moment: many at once come up as each would alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from assistant.domain.scripts import Scripts
from assistant.services.desks import TOGETHER
from assistant.store.follow_ups import CLAIMED
from tests.services.shop import ASKS, REMINDS, TABLES, Shop

MANY = CLAIMED + TOGETHER


def test_many_that_are_due_together_come_up_in_bounded_batches_each_in_its_own_chat(shop: Shop) -> None:
    for n in range(MANY):
        shop.agent_says(ASKS, at="10:00:00", by=f"a{n}", conversation=f"c{n}", buyer=f"b{n}")
    shop.is_down_for("5m")
    assert Counter(row.state for row in shop.follow_ups()) == {"due": CLAIMED, "armed": TOGETHER}
    assert (shop.fire(), shop.fire()) == (TOGETHER, 0)
    for n, row in enumerate(shop.follow_ups()):
        assert (row.state, row.conversation, row.agent) == ("due", f"c{n}", f"a{n}")
    assert shop.names("follow_up.due") == ["follow_up.due"] * MANY


def test_each_reminder_is_about_its_own_order_also_when_many_are_due_together(shop: Shop) -> None:
    for n in range(MANY):
        shop.order(f"o{n}", "unpaid", at="10:00:00", buyer=f"b{n}")
    for n in range(0, MANY, 2):
        shop.order(f"o{n}", "unpaid", at="10:01:00", buyer=f"b{n}", cod=True)
    shop.is_down_for("15m")
    shop.fire()
    found = {row.order: (row.state, row.text) for row in shop.follow_ups("unpaid")}
    assert found == {f"o{n}": ("due", REMINDS) if n % 2 else ("withheld", None) for n in range(MANY)}


def test_a_buyer_who_was_reminded_often_enough_is_left_alone_among_many_who_were_not(shop: Shop) -> None:
    for number in range(2):
        shop.order(f"sent{number}")
        shop.passes("15m")
        shop.agent_says(REMINDS, script="unpaid/remind")
        shop.order(f"sent{number}", "paid")
    shop.order("o0")
    for n in range(1, TOGETHER):
        shop.order(f"o{n}", buyer=f"b{n + 1}")
    shop.is_down_for("15m")
    found = {row.order: row.state for row in shop.follow_ups("unpaid")}
    assert {found[f"o{n}"] for n in range(1, TOGETHER)} == {"due"}
    assert found["o0"] == "withheld"


def test_each_says_what_is_on_offer_where_its_buyer_is(new_shop: Callable[[Scripts], Shop]) -> None:
    tables = TABLES.model_dump(by_alias=True)
    tables["situations"][0]["replies"][0]["text"] = "{{ promotion.title|default('没有活动') }}"
    shop = new_shop(Scripts.model_validate(tables))
    for platform, title, ends in (("taobao", "淘宝券", "12"), ("other", "满减", "13"), ("jd", "京东券", "14")):
        ends_at = f"2026-11-{ends}T00:00:00+08:00"
        shop.hears("09:50:00", type="promotion", platform=platform, promotion=title, title=title, ends_at=ends_at)
    for n in range(TOGETHER):
        platform = ("taobao", "jd", "douyin")[n % 3]
        shop.agent_says(ASKS, at="10:00:00", platform=platform, conversation=f"c{n}", buyer=f"b{n}")
    shop.is_down_for("5m")
    said = {row.conversation: row.text for row in shop.follow_ups()}
    assert said == {f"c{n}": ("淘宝券", "满减", "满减")[n % 3] for n in range(TOGETHER)}
