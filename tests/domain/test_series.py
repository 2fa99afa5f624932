"""Days on which what recurs comes up (DOMAIN.md 2-2, 2-3)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.series import Series, latest_until, next_after, problems, series_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
BEGAN = datetime(2026, 1, 31, 15, 30, tzinfo=SHANGHAI)


def days(series: Series, began: datetime = BEGAN, most: int = 6) -> list[str]:
    """The first occurrences, one after the other."""
    found: list[str] = []
    at: datetime | None = began
    while len(found) < most and (at := next_after(series, began, at or began, SHANGHAI)) is not None:
        found.append(f"{at.astimezone(SHANGHAI):%m-%d %H:%M}")
    return found


@pytest.mark.parametrize(
    ("every", "first"),
    [
        ({"days": 1}, ["02-01 10:00", "02-02 10:00", "02-03 10:00"]),
        ({"days": 3, "at": "09:30"}, ["02-03 09:30", "02-06 09:30", "02-09 09:30"]),
        ({"months": 1}, ["02-28 10:00", "03-31 10:00", "04-30 10:00"]),
        ({"months": 3}, ["04-30 10:00", "07-31 10:00", "10-31 10:00"]),
        ({"month_days": [15, 1]}, ["02-01 10:00", "02-15 10:00", "03-01 10:00"]),
        ({"month_days": [30, 31], "at": "16:00"}, ["01-31 16:00", "02-28 16:00", "03-30 16:00"]),
        ({"month_days": [31], "at": "15:00"}, ["02-28 15:00", "03-31 15:00", "04-30 15:00"]),
    ],
)
def test_the_days_are_those_of_the_shop_and_a_short_month_has_its_last(
    every: dict[str, object], first: list[str]
) -> None:
    series = series_of(every)
    assert series is not None
    assert days(series, most=3) == first


@pytest.mark.parametrize("clock", ["00:05:00", "09:59:59", "10:00:00", "23:59:00"])
def test_thirty_days_of_every_third_are_ten_at_whatever_time_it_began(clock: str) -> None:
    series = series_of({"days": 3, "lasts": "30d"})
    assert series is not None
    assert len(days(series, datetime.fromisoformat(f"2026-03-02T{clock}+08:00"), most=99)) == 10


RHYTHMS = st.one_of(
    st.builds(lambda n: {"days": n}, st.integers(1, 366)),
    st.builds(lambda n: {"months": n}, st.integers(1, 24)),
    st.builds(lambda found: {"month_days": found}, st.lists(st.integers(1, 31), min_size=1, max_size=4)),
)
MOMENTS = st.timedeltas(timedelta(days=-400), timedelta(days=1500)).map(lambda passed: BEGAN + passed)


@given(RHYTHMS, MOMENTS, st.timedeltas(timedelta(), timedelta(days=800)))
def test_the_next_follows_the_latest_without_a_third_between_them(
    every: dict[str, object], began: datetime, passed: timedelta
) -> None:
    series, now = series_of(every), began + passed
    assert series is not None
    last, coming = latest_until(series, began, now, SHANGHAI), next_after(series, began, now, SHANGHAI)
    assert coming is not None
    assert coming > now
    assert last is None or began < last <= now
    assert next_after(series, began, last or began, SHANGHAI) == coming


@pytest.mark.parametrize(
    ("every", "message", "advice"),
    [
        ({"day": 3}, "unknown key `day`", "did you mean `days`?"),
        ({"days": 0}, "`days` cannot be `0`", "from 1 to 366"),
        ({"days": True}, "`days` cannot be `True`", "from 1 to 366"),
        ({"months": "3"}, "`months` cannot be `3`", "from 1 to 24"),
        ({"month_days": [0]}, "`month_days` cannot be `[0]`", "[1, 15]"),
        ({"days": 3, "months": 1}, "one rhythm", "write one of"),
        ({"days": 3, "at": "24:00"}, "`at` cannot be `24:00`", "hours and minutes"),
        ({"days": 3, "lasts": "a month"}, "`lasts` cannot be `a month`", "duration"),
    ],
)
def test_what_cannot_be_carried_out_is_named_and_does_not_run(
    every: dict[str, object], message: str, advice: str
) -> None:
    found = list(problems(every))
    assert any(message in one.message and advice in one.advice for one in found)
    assert series_of(every) is None
