"""Follow-ups whose time comes in the same moment: many at once come up as each would alone."""

from __future__ import annotations

from collections import Counter

from assistant.services.desks import TOGETHER
from assistant.store.follow_ups import CLAIMED
from tests.services.shop import ASKS, REMINDS, Shop

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
