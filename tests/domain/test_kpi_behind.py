"""From the rows behind a figure the figure can be worked out again, whatever the morning was like."""

from __future__ import annotations

from math import fsum

import pytest

from assistant.domain.kpi import NAMES, compute
from assistant.domain.kpi_behind import LISTS, behind
from assistant.domain.kpi_group import Group, Rules
from assistant.domain.kpi_rows import Inputs, without_filtered
from assistant.domain.kpi_waits import Behind
from tests.domain.kpi_morning import MORNING

MEANS = ("first_response_seconds", "average_response_seconds", "amount_per_buyer", "items_per_buyer")


def worked_out(name: str, rows: list[Behind]) -> float | None:
    if name in MEANS:
        return fsum(row.value or 0 for row in rows) / len(rows)
    if name == "longest_wait_seconds":
        return max(row.value or 0 for row in rows)
    if name == "sales_amount":
        return fsum(row.value or 0 for row in rows)
    if name.endswith("_rate"):
        return sum(row.counts for row in rows) / len(rows)
    return len(rows)


@pytest.mark.parametrize("name", [name for name in LISTS if name not in ("response_p90_seconds", "refund_rate")])
def test_a_figure_is_what_its_rows_make_it(name: str) -> None:
    rows = behind(name, Group(without_filtered(MORNING), Rules()))
    figure = compute(MORNING, names=[name])[name]
    assert worked_out(name, rows) == pytest.approx(float(figure or 0)) if rows else not figure


def test_every_figure_that_is_computed_has_rows_or_is_made_of_figures_that_have() -> None:
    of_messages = {"answer_question_ratio", "script_usage_rate", "rating_participation"}
    of_messages |= {"reminder_uplift"}  # the difference of two rates that have theirs
    assert set(NAMES) - LISTS.keys() == of_messages


def test_nothing_happened_and_nothing_is_listed() -> None:
    assert {name: behind(name, Group(Inputs(), Rules())) for name in LISTS} == {name: [] for name in LISTS}


def test_what_went_wrong_comes_first_and_the_longest_before_the_shorter() -> None:
    group = Group(without_filtered(MORNING), Rules())
    within = behind("within_180s_rate", group)
    assert [(row.counts, row.value) for row in within[:2]] == [(False, None), (False, 900.0)]
    first = behind("first_response_seconds", group)
    assert [row.value for row in first] == [60.0, 31.0, 10.0]


def test_a_round_leads_to_its_chat_and_its_agent() -> None:
    (slowest, *_) = behind("average_response_seconds", Group(MORNING, Rules()))
    assert (slowest.value, slowest.agent, slowest.buyer) == (600.0, "wang", "b2")
    assert slowest.conversation == "c-b2"
