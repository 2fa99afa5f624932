"""What must hold of the figures whatever the rows are."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.kpi import compute, figures
from assistant.domain.kpi_rows import (
    ContactRow,
    Inputs,
    group,
)
from assistant.domain.kpi_sums import step
from tests.domain.kpi_samples import asked, figure


@st.composite
def mornings(draw: st.DrawFn) -> Inputs:
    """Any rounds of three buyers and three agents over two days, with a contact row for each."""
    rounds = []
    for number in range(draw(st.integers(0, 12))):
        wait = draw(st.one_of(st.none(), st.sampled_from([0, 0.1, 15, 30, 31, 179.9, 180, 200, 900, 50_000])))
        row = asked(
            f"{draw(st.integers(7, 23)):02}:{number:02}:00",
            wait,
            buyer=draw(st.sampled_from(["b1", "b2", "b3"])),
            agent=draw(st.sampled_from(["lin", "wang", None])),
            platform=draw(st.sampled_from(["taobao", "jd", "douyin", "kuaishou"])),
            session=draw(st.integers(0, 2)),
            first=draw(st.booleans()),
            day=draw(st.sampled_from([20, 21])),
        )
        rounds.append(replace(row, number=number))
    contacts = [
        ContactRow(at=r.at, agent=r.agent, platform=r.platform, buyer=r.buyer, buyer_messages=2, human_messages=1)
        for r in rounds
    ]
    return Inputs(rounds=rounds, contacts=contacts)


@given(mornings(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_figure(inputs: Inputs, chance: Random) -> None:
    shuffled = Inputs(
        rounds=chance.sample(inputs.rounds, len(inputs.rounds)),
        contacts=chance.sample(inputs.contacts, len(inputs.contacts)),
    )
    assert compute(shuffled) == compute(inputs)


@given(mornings())
def test_the_total_average_is_that_of_all_rounds_not_of_the_agents_averages(inputs: Inputs) -> None:
    total, weight = 0.0, 0
    for rounds in group(inputs.rounds, "agent").values():
        mean = figure("average_response_seconds", rounds)
        counted = [r for r in rounds if figure("average_response_seconds", [r]) is not None]
        total, weight = total + (mean or 0.0) * len(counted), weight + len(counted)
    whole = figure("average_response_seconds", inputs.rounds)
    assert whole == (pytest.approx(total / weight) if weight else None)


@given(mornings(), st.sampled_from(["all", "agent", "day", "hour"]))
def test_ratios_stay_between_zero_and_one_and_rates_grow_with_the_time_allowed(inputs: Inputs, by: str) -> None:
    for _, values in figures(inputs, by):  # type: ignore[arg-type]  # one of By
        rates = [values[f"within_{seconds}s_rate"] for seconds in (15, 30, 60, 180)]
        known = [rate for rate in rates if rate is not None]
        assert known == sorted(known)
        assert len(known) in (0, 4)
        for rate in (*known, values["reply_rate"]):
            assert rate is None or 0 <= rate <= 1


@given(mornings())
def test_days_add_up_to_the_period_in_every_count(inputs: Inputs) -> None:
    days = [values for _, values in figures(inputs, "day")]
    whole = compute(inputs)
    for name in ("buyers_consulted", "buyers_received", "effective_receptions", "unanswered_buyers"):
        assert whole[name] == sum(values[name] or 0 for values in days)


@given(st.floats(1, 200_000))
def test_a_wait_is_counted_no_more_than_a_fortieth_from_where_it_is(seconds: float) -> None:
    assert abs(step(seconds) / 1000 - seconds) <= seconds / 40


@given(st.integers(1, 1000))
def test_a_wait_of_whole_seconds_is_counted_exactly_up_to_a_thousand(seconds: int) -> None:
    assert step(seconds) == seconds * 1000
