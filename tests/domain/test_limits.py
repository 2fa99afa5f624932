"""A bucket lets through what its rate allows, whatever comes when."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.limits import Rate

# (seconds since the one before, cost)
ARRIVALS = st.lists(st.tuples(st.floats(0, 30), st.integers(1, 20)), min_size=1, max_size=60)


@given(arrivals=ARRIVALS, per_second=st.floats(0.5, 50), at_once=st.floats(20, 200))
def test_no_stretch_of_time_lets_through_more_than_what_fits_at_once_and_its_rate(
    arrivals: list[tuple[float, int]], per_second: float, at_once: float
) -> None:
    rate, now, full_at = Rate(per_second, at_once), 0.0, 0.0
    taken: list[tuple[float, int]] = []
    for pause, cost in arrivals:
        now += pause
        after = rate.taken(full_at, now, cost)
        if not rate.wait(after, now):
            full_at = after
            taken.append((now, cost))
    for begin in range(len(taken)):
        for end in range(begin, len(taken)):
            through = sum(cost for _, cost in taken[begin : end + 1])
            assert through <= at_once + per_second * (taken[end][0] - taken[begin][0]) + 1e-6 * through


@given(arrivals=ARRIVALS, per_second=st.floats(0.5, 50), at_once=st.floats(20, 200))
def test_who_waits_as_long_as_is_said_comes_in(
    arrivals: list[tuple[float, int]], per_second: float, at_once: float
) -> None:
    rate, now, full_at = Rate(per_second, at_once), 0.0, 0.0
    for pause, cost in arrivals:
        now += pause
        wait = rate.wait(rate.taken(full_at, now, cost), now)
        now += wait * (1 + 1e-9) + (1e-6 if wait else 0.0)
        full_at = rate.taken(full_at, now, cost)
        assert not rate.wait(full_at, now)


def test_what_fits_at_once_comes_in_at_once_whatever_is_left_over_of_dividing() -> None:
    rate = Rate(3.0, 20.0)
    assert rate.wait(rate.taken(0.0, 2.000001000000001, 20), 2.000001000000001) == 0.0


def test_whoever_keeps_below_the_rate_is_never_turned_away() -> None:
    rate, full_at = Rate(10.0, 100.0), 0.0
    for tick in range(10_000):
        now = tick / 10.0
        full_at = rate.taken(full_at, now, 1.0)
        assert not rate.wait(full_at, now)
