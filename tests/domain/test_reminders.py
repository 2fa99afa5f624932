"""Payment reminders: which touchpoints remind, who is left alone, what was paid in time and what is not known yet."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from assistant.domain.kpi import uplift
from assistant.domain.refunds import Refund, pieces_back
from assistant.domain.reminders import Reminding, Touch, left_alone, outcome, reminding
from assistant.domain.scripts import Touchpoint
from tests.domain.chat_samples import at

DAYS = {"unpaid": Reminding(timedelta(days=3), "chat")}
SENT = Touch(at("10:00:00"), "lin", "unpaid", False, 1)
HELD = SENT._replace(held_out=True)
AGAIN = SENT._replace(at=at("10:00:00", 21), agent="wang")
LAST = at("10:00:00", 23)


@pytest.mark.parametrize(
    ("touches", "paid_at", "now", "found"),
    [
        ([SENT], at("10:30:00"), None, ("lin", True, None)),
        ([SENT], LAST, None, ("lin", True, None)),
        ([SENT], LAST + timedelta(seconds=1), None, ("lin", False, None)),
        ([SENT], at("09:00:00"), None, ("lin", False, None)),  # paid before: nobody won it back
        ([SENT], None, at("11:00:00"), ("lin", False, LAST)),
        ([SENT], None, LAST, ("lin", False, None)),
        ([SENT, AGAIN], at("12:00:00", 23), None, ("wang", True, None)),
        ([AGAIN, SENT], at("12:00:00"), None, ("lin", True, None)),  # the last one before it was paid
        ([HELD], at("12:00:00"), None, ("lin", True, None)),
    ],
)
def test_what_came_of_an_orders_reminders(
    touches: list[Touch], paid_at: datetime | None, now: datetime | None, found: tuple[str, bool, datetime | None]
) -> None:
    outcome_ = outcome(touches, paid_at, DAYS, now)
    assert outcome_ is not None
    assert (outcome_.by.agent, outcome_.paid, outcome_.settles_at) == found


def test_who_was_reminded_after_all_was_not_left_alone_and_who_was_neither_counts_nowhere() -> None:
    both = outcome([HELD, AGAIN], None, DAYS, None)
    assert both is not None
    assert not both.by.held_out
    assert outcome([], None, DAYS, None) is None


def test_only_touchpoints_about_orders_that_end_with_payment_remind_and_three_days_are_usual() -> None:
    rows: list[dict[str, Any]] = [
        {"id": "a", "on": "order.unpaid", "until": ["order.paid"], "goal": {"fact": "order.paid", "within": "2d"}},
        {"id": "b", "on": "order.unpaid", "until": ["order.paid"], "channel": "phone", "goal": None},
        {"id": "c", "on": "order.shipped", "until": []},
        {"id": "d", "on": "agent.told", "until": ["order.paid"]},
    ]
    assert reminding(rows) == {
        "a": Reminding(timedelta(days=2), "chat"),
        "b": Reminding(timedelta(days=3), "phone"),
    }


def touchpoint(**more: Any) -> Touchpoint:
    known = {"id": "u", "name": "u", "on": "order.unpaid", "after": "15m", "until": ["order.paid"], "reply": "u"}
    return Touchpoint.model_validate({**known, **more})


def test_about_the_share_that_is_asked_for_is_left_alone_and_always_the_same_buyers() -> None:
    def alone(share: float) -> set[int]:
        return {n for n in range(2000) if left_alone(touchpoint(holdout=share), "s", f"b{n}", [None])}

    assert alone(0) == set()
    assert alone(1) == set(range(2000))
    tenth, half = alone(0.1), alone(0.5)
    assert 150 < len(tenth) < 250
    assert tenth < half


@pytest.mark.parametrize(
    ("more", "source"),
    [
        ({"channel": "phone"}, None),
        ({}, "jhs"),
        ({}, "JHS"),
        ({"until": ["order.closed"]}, None),
        ({"on": "agent.told"}, None),
    ],
)
def test_nobody_is_left_alone_by_phone_in_flash_sales_or_where_no_payment_is_asked(
    more: dict[str, Any], source: str | None
) -> None:
    assert left_alone(touchpoint(holdout=1), "s", "b", [None])
    assert not left_alone(touchpoint(holdout=1, **more), "s", "b", [None, source])


def test_what_reminding_is_worth_is_told_from_a_hundred_orders_on_either_side_with_its_interval() -> None:
    sums = {"reminded": 400, "reminded_paid": 240, "held_out": 100, "held_out_paid": 50}
    assert uplift(sums | {"held_out": 99}) is None
    assert uplift(sums | {"reminded": 99}) is None
    found = uplift(sums)
    assert found is not None
    # 1.96 · √(0.6·0.4/400 + 0.5·0.5/100)
    assert found == pytest.approx((0.1, 0.1091), abs=1e-4)


@pytest.mark.parametrize(
    ("status", "refunds", "back"),
    [
        ("done", [], 0),
        ("closed_refunded", [], 4),
        ("done", [Refund("SUCCESS", None, None)], 4),
        ("done", [Refund("SUCCESS", 2500, "七天无理由")], 1),
        ("done", [Refund("SUCCESS", 1, None)], 1),
        ("done", [Refund("SUCCESS", 5000, None), Refund("SUCCESS", 5000, None), Refund("SUCCESS", 5000, None)], 4),
        ("done", [Refund("WAIT_SELLER_AGREE", None, None)], 0),
        ("closed_refunded", [Refund("SUCCESS", None, "缺货")], 0),
        ("done", [Refund("SUCCESS", None, "退定金重拍")], 0),
        ("done", [Refund("SUCCESS", None, "物流太慢")], 0),
    ],
)
def test_how_many_pieces_of_four_came_back(status: str, refunds: list[Refund], back: int) -> None:
    assert pieces_back(status, 10_000, 4, refunds) == back
