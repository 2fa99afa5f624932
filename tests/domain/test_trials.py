"""Wordings on trial: who sees which, and what may be said of the difference, against values from the literature."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.trials import FEWEST, Arm, arm_of, newcombe, results, wilson

Z = 1.959964


@given(st.integers(1, 10**9), st.integers(1, 10**12), st.integers(2, 4))
def test_a_buyer_is_always_in_the_same_arm(trial: int, buyer: int, arms: int) -> None:
    assert arm_of(trial, buyer, arms) == arm_of(trial, buyer, arms)
    assert 0 <= arm_of(trial, buyer, arms) < arms


def test_arms_are_drawn_as_they_always_were() -> None:
    """Nodes of different versions work side by side: the draw must never change."""
    assert [arm_of(7, buyer, 2) for buyer in range(1, 13)] == [1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0]


@given(st.integers(1, 10**6), st.integers(2, 4))
def test_every_arm_gets_its_share_and_trials_do_not_follow_each_other(trial: int, arms: int) -> None:
    many = 4000
    drawn = [arm_of(trial, buyer, arms) for buyer in range(many)]
    other = [arm_of(trial + 1, buyer, arms) for buyer in range(many)]
    for arm in range(arms):
        # Six standard deviations: by chance once in a thousand million.
        share, reach = 1 / arms, 6 * (1 / arms * (1 - 1 / arms) / many) ** 0.5
        assert abs(drawn.count(arm) / many - share) < reach
    same = sum(one == two for one, two in zip(drawn, other, strict=True)) / many
    assert abs(same - 1 / arms) < 6 * (1 / arms * (1 - 1 / arms) / many) ** 0.5


@pytest.mark.parametrize(
    ("reached", "counted", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_share_has_wilsons_interval(reached: int, counted: int, low: float, high: float) -> None:
    """The examples of Newcombe, Two-sided confidence intervals for the single proportion, 1998."""
    assert wilson(reached, counted, Z) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_a_difference_has_newcombes_interval(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    """The examples of Newcombe, Interval estimation for the difference between independent proportions, 1998."""
    found = newcombe(Arm(one[1], one[0]), Arm(other[1], other[0]), Z)
    assert found == pytest.approx((low, high), abs=5e-5)


def test_nothing_is_said_on_thin_data_nor_while_the_interval_holds_zero() -> None:
    few = results([Arm(FEWEST - 1, 0), Arm(5000, 5000)])
    assert [one.verdict for one in few] == ["first", "too_few"]
    assert [one.verdict for one in results([Arm(FEWEST, 50), Arm(FEWEST, 55)])] == ["first", "open"]
    clear = results([Arm(400, 100), Arm(400, 160), Arm(400, 40)])
    assert [one.verdict for one in clear] == ["first", "more", "less"]
    nothing = results([Arm(0, 0), Arm(0, 0)])
    assert [(one.interval, one.difference, one.verdict) for one in nothing] == [
        (None, None, "first"), (None, None, "too_few")
    ]  # fmt: skip


def test_several_comparisons_are_stricter_than_one() -> None:
    pair, three = [Arm(200, 60), Arm(200, 80)], [Arm(200, 60), Arm(200, 80), Arm(200, 60)]
    (_, alone), (_, beside, _) = results(pair), results(three)
    assert alone.between is not None
    assert beside.between is not None
    assert (alone.verdict, beside.verdict) == ("more", "open")
    assert beside.between.low < 0 < alone.between.low


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 500), st.integers(1, 500))
def test_intervals_hold_what_was_measured(a: int, n: int, b: int, m: int) -> None:
    one, other = Arm(n, min(a, n)), Arm(m, min(b, m))
    found = newcombe(one, other, Z)
    assert one.share is not None
    assert other.share is not None
    assert -1 - 1e-9 <= found.low <= one.share - other.share + 1e-9
    assert one.share - other.share - 1e-9 <= found.high <= 1 + 1e-9
