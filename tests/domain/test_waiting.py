"""The waiting clock changes its level just after each threshold of the platform."""

from __future__ import annotations

import pytest

from assistant.domain.platforms import profile_of
from assistant.domain.waiting import Level, level, turn


@pytest.mark.parametrize(
    ("platform", "seconds", "expected"),
    [
        ("taobao", 0, "ok"),
        ("taobao", 15, "ok"),
        ("taobao", 16, "notice"),
        ("taobao", 100, "notice"),
        ("taobao", 100.1, "warn"),
        ("taobao", 180, "warn"),
        ("taobao", 180.001, "late"),
        ("jd", 25, "notice"),
        ("jd", 26, "warn"),
        ("jd", 30, "warn"),
        ("jd", 31, "late"),
        ("matrix", 31, "notice"),
    ],
)
def test_a_level_begins_just_after_its_threshold(platform: str, seconds: float, expected: Level) -> None:
    assert level(seconds, profile_of(platform)) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((50.0, 230.0, True, False), (10.0, 20.0, False, False)),
        ((10.0, 190.0, True, False), (50.0, 60.0, True, False)),
        ((50.0, 60.0, False, False), (10.0, 190.0, False, False)),
        ((50.0, 230.0, False, False), (10.0, 20.0, False, True)),
        ((10.0, 190.0, False, True), (50.0, 60.0, False, True)),
        ((50.0, 230.0, True, True), (10.0, 20.0, False, False)),
    ],
)
def test_who_presses_goes_first_then_whose_time_runs_out_and_last_who_only_said_thanks(
    first: tuple[float, float, bool, bool], second: tuple[float, float, bool, bool]
) -> None:
    places = [turn(since, late, presses=presses, thanks=thanks) for since, late, presses, thanks in (first, second)]
    assert places[0] < places[1]
