"""Which rounds a platform assesses and in which unit it counts them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from assistant.domain.kpi_group import Rules
from assistant.domain.kpi_rows import (
    RoundRow,
)
from assistant.domain.platforms import Profile, profile_of
from tests.domain.kpi_samples import asked, figure


@pytest.mark.parametrize(("clock", "counted"), [("07:59:59", 0), ("08:00:00", 1), ("22:59:59", 1), ("23:00:00", 0)])
def test_only_questions_inside_the_window_are_assessed(clock: str, counted: int) -> None:
    rounds = [asked(clock, None)]
    assert figure("unanswered_buyers", rounds) == counted
    assert figure("unanswered_buyers", rounds, Rules(whole_day=True)) == 1


def test_jd_looks_at_the_start_of_the_session() -> None:
    early = asked("09:01:00", 10, platform="jd", first=False, session_asked="08:56:00")
    assert figure("average_response_seconds", [early]) is None
    assert figure("average_response_seconds", [replace(early, platform="taobao")]) == 10.0


def test_a_question_before_the_window_answered_inside_it_counts_where_the_switch_is_on() -> None:
    def lenient(platform: str, day: date) -> Profile:
        return replace(profile_of(platform), answered_inside_counts=True)

    rounds = [asked("07:59:00", 120)]
    assert figure("average_response_seconds", rounds) is None
    assert figure("average_response_seconds", rounds, Rules(profiles=lenient)) == 120.0


SESSIONS: dict[str, list[tuple[int, bool, float | None]]] = {  # session, first, seconds
    "first quick, then slow": [(0, True, 10), (0, False, 400)],
    "quick": [(1, True, 20)],
    "first slow, then quick": [(2, True, 200), (2, False, 10)],
    "never": [(3, True, None)],
}


def sessions(platform: str) -> list[RoundRow]:
    spoken = [part for parts in SESSIONS.values() for part in parts]
    return [
        asked(f"10:{10 * n:02}:00", wait, platform=platform, session=session, first=first)
        for n, (session, first, wait) in enumerate(spoken)
    ]


@pytest.mark.parametrize(
    ("platform", "rate"),
    [
        ("taobao", 3 / 6),  # of six rounds 10, 20 and 10 s
        ("jd", 2 / 4),  # of four sessions those first answered after 10 and 20 s
        ("douyin", 1 / 4),  # of four sessions the one in which every round is in time
        ("kuaishou", 0 / 1),  # the only buyer waited too long at least once
    ],
)
def test_each_platform_counts_its_own_unit(platform: str, rate: float) -> None:
    assert figure("within_180s_rate", sessions(platform)) == rate


def test_a_desk_may_judge_a_session_by_its_average() -> None:
    def averaging(platform: str, day: date) -> Profile:
        return replace(profile_of(platform), session_rule="average")

    # 10 and 400 s: 205 on average; 20; 200 and 10: 105; never.
    assert figure("within_180s_rate", sessions("douyin"), Rules(profiles=averaging)) == 2 / 4
    exactly = [asked("10:00:00", 100, platform="douyin"), asked("10:05:00", 260, platform="douyin", first=False)]
    assert figure("within_180s_rate", exactly, Rules(profiles=averaging)) == 1


def test_mixed_platforms_count_each_in_its_unit_and_add_up() -> None:
    assert figure("within_180s_rate", [*sessions("taobao"), *sessions("jd")]) == (3 + 2) / (6 + 4)


def test_a_session_over_midnight_counts_on_both_days() -> None:
    late = asked("22:59:00", 10, platform="douyin", session=0)
    early = asked("08:00:00", 400, platform="douyin", session=0, day=21)
    assert figure("within_180s_rate", [late, early]) == 1 / 2
