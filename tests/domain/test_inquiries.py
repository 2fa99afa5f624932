"""Asking before buying: who asks, who only writes after a sale, and what became of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.domain.inquiries import Bought, judge
from assistant.domain.kpi_rows import ContactRow
from assistant.domain.moments import SHANGHAI

ASKED = datetime(2026, 11, 11, 22, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("made_after", "paid_after", "became"),
    [
        (None, None, (True, False, False)),
        ("1m", None, (True, True, False)),
        ("1m", "9d", (True, True, True)),
        ("25h", "26h", (True, True, True)),  # until the end of the next day
        ("27h", "27h", (True, False, False)),
        ("-1m", None, (True, False, False)),  # an order made before asking came of something else
        ("-1d", "-1d", (False, False, False)),
        ("-22d", "-22d", (True, False, False)),
        ("-1d", "1m", (True, False, False)),
    ],
)
def test_what_a_buyers_asking_became(
    made_after: str | None, paid_after: str | None, became: tuple[bool, bool, bool]
) -> None:
    def moment(after: str) -> datetime:
        unit = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}[after[-1]]
        return ASKED + int(after[:-1]) * unit

    orders = [Bought("b", moment(made_after), moment(paid_after) if paid_after else None)] if made_after else []
    row = ContactRow(at=ASKED, agent="a", platform="taobao", buyer="b", buyer_messages=1, asked_at=ASKED)
    (judged,) = judge([row], orders, SHANGHAI)
    assert (judged.inquiry, judged.ordered, judged.paid) == became


SECOND = timedelta(seconds=1)
TOMORROW_OVER = datetime(2026, 11, 13, tzinfo=SHANGHAI)


def _judged(made_at: datetime, paid_at: datetime | None = None) -> ContactRow:
    row = ContactRow(at=ASKED, agent="a", platform="taobao", buyer="b", buyer_messages=1, asked_at=ASKED)
    return judge([row], [Bought("b", made_at, paid_at)], SHANGHAI)[0]


@pytest.mark.parametrize(
    ("paid_at", "asks"),
    [
        (ASKED - timedelta(days=21), False),
        (ASKED - timedelta(days=21) - SECOND, True),
        (ASKED - SECOND, False),
    ],
)
def test_twenty_one_days_after_a_payment_to_the_second_are_still_after_the_sale(paid_at: datetime, asks: bool) -> None:
    assert _judged(ASKED - timedelta(days=60), paid_at).inquiry is asks


@pytest.mark.parametrize(
    ("made_at", "same_day", "ordered"),
    [
        (ASKED - SECOND, False, False),
        (ASKED, True, True),
        (datetime(2026, 11, 11, 23, 59, 59, tzinfo=SHANGHAI), True, True),
        (datetime(2026, 11, 12, tzinfo=SHANGHAI), False, True),
        (TOMORROW_OVER - SECOND, False, True),
        (TOMORROW_OVER, False, False),
    ],
)
def test_an_order_counts_from_the_second_of_asking_to_the_last_of_the_next_day(
    made_at: datetime, same_day: bool, ordered: bool
) -> None:
    found = _judged(made_at)
    assert (found.ordered_same_day, found.ordered) == (same_day, ordered)


def test_what_is_paid_in_the_last_second_of_the_next_day_was_paid_by_then_and_later_is_only_paid() -> None:
    last, over = _judged(ASKED, TOMORROW_OVER - SECOND), _judged(ASKED, TOMORROW_OVER)
    assert [(row.paid_next_day, row.paid) for row in (last, over)] == [(True, True), (False, True)]


def test_the_end_of_the_next_day_is_that_of_the_shop_also_for_who_asks_in_its_last_second() -> None:
    late = datetime(2026, 11, 11, 23, 59, 59, tzinfo=SHANGHAI).astimezone(UTC)
    row = ContactRow(at=late, agent="a", platform="taobao", buyer="b", buyer_messages=1, asked_at=late)
    made = [TOMORROW_OVER - SECOND, TOMORROW_OVER]
    assert [judge([row], [Bought("b", at, None)], SHANGHAI)[0].ordered for at in made] == [True, False]


def test_who_bought_and_orders_again_asked_and_who_was_only_written_to_did_not() -> None:
    bought = [Bought("b", ASKED - timedelta(days=2), ASKED - timedelta(days=2)), Bought("b", ASKED, None)]
    asked = ContactRow(at=ASKED, agent="a", platform="taobao", buyer="b", buyer_messages=1, asked_at=ASKED)
    told = ContactRow(at=ASKED, agent="a", platform="taobao", buyer="c", human_messages=1)
    found = judge([asked, told], bought, SHANGHAI)
    assert [row.inquiry for row in found] == [True, False]


def test_until_the_next_day_is_over_nobody_can_say_what_became_of_asking() -> None:
    row = ContactRow(at=ASKED, agent="a", platform="taobao", buyer="b", buyer_messages=1, asked_at=ASKED)
    end = datetime(2026, 11, 13, tzinfo=SHANGHAI)
    settling = [judge([row], [], SHANGHAI, now)[0].settling for now in (ASKED, end - timedelta(seconds=1), end, None)]
    assert settling == [True, True, False, False]


def test_what_was_ordered_and_paid_on_which_day_is_told_apart() -> None:
    row = ContactRow(at=ASKED, agent="a", platform="taobao", buyer="b", buyer_messages=1, asked_at=ASKED)
    late = [Bought("b", ASKED + timedelta(hours=3), ASKED + timedelta(days=3))]
    soon = [Bought("b", ASKED + timedelta(hours=1), ASKED + timedelta(hours=3))]
    (after,), (same,) = judge([row], late, SHANGHAI), judge([row], soon, SHANGHAI)
    assert (after.ordered_same_day, after.ordered, after.paid_next_day, after.paid) == (False, True, False, True)
    assert (same.ordered_same_day, same.ordered, same.paid_next_day, same.paid) == (True, True, True, True)
