"""Stages and RFM groups at their edges: every buyer is in exactly one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.moments import SHANGHAI
from assistant.domain.segments import Limits, limits, rfm, stage

PAID = datetime(2026, 3, 31, 12, 0, tzinfo=SHANGHAI)
SECOND = timedelta(seconds=1)


@dataclass
class Buyer:
    paid_orders: int = 1
    spent: int = 5900
    tier: str = "none"
    last_paid_at: datetime | None = PAID


@pytest.mark.parametrize(
    ("buyer", "expected"),
    [
        (Buyer(0, 0, last_paid_at=None), "potential"),
        (Buyer(0, 0, "vip", None), "potential"),
        (Buyer(1), "new"),
        (Buyer(2), "old"),
        (Buyer(2, 799_999), "old"),
        (Buyer(2, 800_000), "loyal"),
        (Buyer(1, 800_000), "loyal"),
        (Buyer(1, tier="senior"), "new"),
        (Buyer(1, tier="vip"), "loyal"),
    ],
)
def test_a_stage_follows_from_what_was_bought(buyer: Buyer, expected: str) -> None:
    assert stage(buyer, Limits()) == expected


@pytest.mark.parametrize(
    ("paid_orders", "now", "expected"),
    [
        (2, PAID, "A"),
        (1, PAID, "B"),
        (1, datetime(2026, 6, 30, 12, 0, tzinfo=SHANGHAI), "B"),  # June has no 31st
        (1, datetime(2026, 6, 30, 12, 0, tzinfo=SHANGHAI) + SECOND, "C"),
        (9, datetime(2026, 6, 30, 12, 0, tzinfo=SHANGHAI) + SECOND, "C"),
        (1, datetime(2026, 9, 30, 12, 0, tzinfo=SHANGHAI), "C"),
        (1, datetime(2026, 9, 30, 12, 0, tzinfo=SHANGHAI) + SECOND, "D"),
        (0, PAID, None),
    ],
)
def test_who_has_not_paid_for_three_months_sleeps_and_after_six_is_lost(
    paid_orders: int, now: datetime, expected: str | None
) -> None:
    assert rfm(Buyer(paid_orders), Limits(), now, SHANGHAI) == expected


@given(st.integers(1, 50), st.integers(0, 2_000), st.integers(1, 24), st.integers(1, 24))
def test_who_has_bought_is_in_one_group_whatever_the_limits(bought: int, days: int, asleep: int, lost: int) -> None:
    assert rfm(Buyer(bought), Limits(asleep, lost), PAID + timedelta(days=days), SHANGHAI) in ("A", "B", "C", "D")


def test_the_handbook_may_name_other_limits_and_what_is_no_number_is_left_alone() -> None:
    assert limits({"shop.lost_months": "12", "shop.loyal_spent": " 3000 "}) == Limits(3, 12, 3000)
    assert limits({"shop.lost_months": "半年", "shop.sleeping_months": "0"}) == Limits()
