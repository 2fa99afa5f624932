"""When orders are paid, over real rows: by the time since they were made, without those nobody pays at once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.services import payment_delays
from assistant.services.payment_delays import MINUTES, DelaysView, Step
from assistant.store.kpi import Between
from tests.services.shop import Shop, moment

DAY = Between("default", moment("00:00:00"), moment("00:00:00", 12), None)


def view(shop: Shop, between: Between = DAY) -> DelaysView:
    return shop.read(lambda tx: payment_delays.view(tx, between))


def made(shop: Shop, id: str, at: str, paid_at: str | None = None, **more: object) -> None:
    shop.order(id, "unpaid", at, buyer=id, **more)
    if paid_at:
        when = {"created_at": moment(at).isoformat(), "paid_at": moment(paid_at).isoformat()}
        shop.order(id, "paid", paid_at, buyer=id, **when, **more)


def test_payments_are_counted_by_the_time_since_the_order_was_made(shop: Shop) -> None:
    made(shop, "o1", "10:00:00", "10:01:00")
    made(shop, "o2", "10:00:00", "10:05:01")
    made(shop, "o3", "10:00:00", "11:30:00")
    made(shop, "o4", "10:00:00")
    made(shop, "cash", "10:00:00", "10:00:30", cod=True)
    made(shop, "other", "10:00:00", "10:00:30", platform="jd")
    stage = {"kind": "deposit", "amount": "10.00", "opens_at": moment("09:00:00").isoformat()}
    made(shop, "presale", "10:00:00", stages=[stage])
    found = view(shop, replace(DAY, platform="taobao"))
    assert (found.made, found.paid) == (4, 3)
    assert {step.minutes: step.paid for step in found.steps if step.minutes in (1, 5, 10, 60, 120)} == {
        1: 1, 5: 1, 10: 2, 60: 2, 120: 3,
    }  # fmt: skip
    assert [(step.of_paid, step.of_made) for step in found.steps][-1] == (1, 0.75)
    assert view(shop).made == 5


def test_without_a_payment_there_is_no_curve(shop: Shop) -> None:
    made(shop, "o1", "10:00:00")
    assert view(shop) == DelaysView(1, 0, ())


@pytest.mark.parametrize(
    ("within_30", "paid", "after"),
    [(800, 1000, 30), (799, 1000, 60), (80, 100, 30), (79, 99, None)],
)
def test_the_time_of_a_reminder_is_when_eight_of_ten_have_paid_and_a_hundred_are_needed_to_tell(
    within_30: int, paid: int, after: int | None
) -> None:
    shares = {minutes: 0.5 if minutes < 30 else within_30 / paid if minutes == 30 else 0.95 for minutes in MINUTES}
    steps = tuple(Step(minutes, round(share * paid), share, share / 2) for minutes, share in shares.items())
    assert DelaysView(2 * paid, paid, steps).remind_after == after


def test_a_shop_whose_buyers_take_days_is_told_no_time() -> None:
    assert DelaysView(500, 500, tuple(Step(minutes, 100, 0.2, 0.2) for minutes in MINUTES)).remind_after is None
