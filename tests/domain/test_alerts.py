"""When thresholds speak, which periods run, and which report is due."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.alerts import ALERTS, Reports, Rule, Wishes, checked, due_report, period, speaks
from assistant.domain.errors import InvalidInput
from assistant.domain.moments import SHANGHAI


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("name", "value", "of", "told"),
    [
        ("within_180s_rate", 0.89, 20, True),
        ("within_180s_rate", 0.9, 20, False),  # exactly on it is kept
        ("within_180s_rate", 0.1, 19, False),  # thin
        ("within_180s_rate", None, 20, False),
        ("waiting_late", 5, 0, True),
        ("waiting_late", 4, 0, False),
    ],
)
def test_a_share_speaks_below_its_threshold_when_there_is_enough_and_a_count_when_it_is_reached(
    name: str, value: float | None, of: int, told: bool
) -> None:
    kind = ALERTS[name]
    assert speaks(kind, Rule(threshold=kind.threshold, span="hour", minimum=kind.minimum), value, of) is told


def test_nothing_happened_is_told_of_by_no_count() -> None:
    assert not speaks(ALERTS["complaints"], Rule(threshold=0, span="day"), 0, 0)


@given(st.integers(0, 10 * 365 * 86_400), st.sampled_from(["hour", "day", "week"]))
def test_every_moment_lies_in_one_period_of_each_kind_and_the_next_has_another_name(seconds: int, span: Any) -> None:
    moment = at("2020-01-01T00:00:00") + timedelta(seconds=seconds)
    found = period(moment, SHANGHAI, span)
    assert found.start <= moment < found.end
    following = period(found.end, SHANGHAI, span)
    assert (following.start, following.key != found.key) == (found.end, True)


@pytest.mark.parametrize(
    ("now", "since", "due"),
    [
        ("2026-11-12T08:00:00", "2026-11-11T09:00:00", "2026-11-11"),
        ("2026-11-12T07:59:59", "2026-11-01T00:00:00", "2026-11-10"),  # today's is not due yet: yesterday's was
        ("2026-11-15T12:00:00", "2026-11-01T00:00:00", "2026-11-14"),  # after days away the last one
        ("2026-11-12T08:30:00", "2026-11-12T08:00:00", "2026-11-11"),  # asked for just in time
        ("2026-11-12T08:30:00", "2026-11-12T08:15:00", None),  # asked for after it would have gone out
    ],
)
def test_the_day_before_is_reported_at_the_hour_and_what_came_due_before_it_was_asked_for_is_not(
    now: str, since: str, due: str | None
) -> None:
    found = due_report(at(now), SHANGHAI, "day", Reports(day=True, hour=8, since=at(since)))
    assert (found.key if found else None) == due


def test_the_week_before_is_reported_on_monday() -> None:
    reports = Reports(week=True, hour=8, since=at("2026-11-01T00:00:00"))
    found = due_report(at("2026-11-16T08:00:00"), SHANGHAI, "week", reports)
    assert found is not None
    assert (found.key, found.start, found.end) == ("2026-W46", at("2026-11-09T00:00:00"), at("2026-11-16T00:00:00"))
    earlier = due_report(at("2026-11-16T07:00:00"), SHANGHAI, "week", reports)
    assert earlier is not None
    assert earlier.key == "2026-W45"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"mails": ("a@b.c\r\nBcc: x@y.z",)}, "no_mail"),
        ({"mails": ("nobody",)}, "no_mail"),
        ({"mails": ("店长@example.com",)}, "no_mail"),
        ({"mails": tuple(f"a{n}@b.cn" for n in range(21))}, "too_many_mails"),
        ({"webhook": "ftp://host/x"}, "no_url"),
        ({"webhook": "https://user:pass@host/x"}, "no_url"),
        ({"webhook": "https://host/a b"}, "no_url"),
        ({"webhook": "https://[::1"}, "no_url"),
        ({"rules": {"weather": {"threshold": 1, "span": "day"}}}, "no_alert"),
        ({"rules": {"satisfaction_rate": {"threshold": 90, "span": "day", "minimum": 20}}}, "no_share"),
        ({"rules": {"satisfaction_rate": {"threshold": 0.9, "span": "day", "minimum": 1}}}, "too_thin"),
    ],
)
def test_what_cannot_be_carried_out_is_refused_with_its_reason(wrong: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked(Wishes.model_validate(wrong))
    assert refused.value.reason == reason


def test_addresses_of_people_and_of_programs_are_taken() -> None:
    checked(Wishes(mails=("a.b+c@xn--fiqs8s.cn", "a-b@example.com"), webhook="http://127.0.0.1:9/hook?x=1"))
