"""Asking before buying: who asks, who only writes after a sale, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta

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
