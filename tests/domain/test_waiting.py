"""The waiting clock changes its level just after each threshold of the platform."""

from __future__ import annotations

import pytest

from assistant.domain.platforms import profile_of
from assistant.domain.waiting import Level, level


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
