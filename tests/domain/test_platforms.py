"""Platform profiles: each number is there with its source, and windows open and close where the texts say."""

from __future__ import annotations

from dataclasses import fields
from datetime import time

import pytest

from assistant.domain.platforms import PROFILES, Profile, Window, profile_of


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
def test_every_setting_names_its_source_and_its_date(profile: Profile) -> None:
    settings = {f.name for f in fields(Profile)} - {"platform", "sources"}
    assert set(profile.sources) == settings
    assert all(source.name and source.as_of for source in profile.sources.values())


@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
def test_alarm_levels_rise(profile: Profile) -> None:
    assert 0 < profile.alarm.notice < profile.alarm.warn < profile.alarm.late


@pytest.mark.parametrize("platform", ["chatwoot", "matrix", "livechat", "zendesk", "other", "never-heard-of"])
def test_a_platform_without_rules_of_its_own_has_those_of_other(platform: str) -> None:
    assert profile_of(platform) == PROFILES["other"]


@pytest.mark.parametrize(
    ("platform", "unit", "target", "levels"),
    [
        ("taobao", "round", "within_180s_rate", (15, 100, 180)),
        ("douyin", "session", "within_180s_rate", (15, 100, 180)),
        ("kuaishou", "buyer", "within_180s_rate", (15, 100, 180)),
        ("pdd", "buyer", "within_180s_rate", (15, 25, 30)),
        ("jd", "session", "within_30s_rate", (15, 25, 30)),
        ("wecom", "round", "within_180s_rate", (15, 100, 180)),
    ],
)
def test_platforms_differ_in_unit_target_and_alarm(
    platform: str, unit: str, target: str, levels: tuple[int, int, int]
) -> None:
    profile = profile_of(platform)
    alarm = profile.alarm
    assert (profile.platform, profile.unit, profile.target_name) == (platform, unit, target)
    assert (alarm.notice, alarm.warn, alarm.late) == levels


def test_only_taobao_caps_the_average_and_counts_an_assisting_robot() -> None:
    caps = {p.platform: p.average_cap_seconds for p in PROFILES.values()}
    assert {platform: cap for platform, cap in caps.items() if cap is not None} == {"taobao": 600}
    assert [p.platform for p in PROFILES.values() if p.robot_assist] == ["taobao"]


def test_only_pinduoduo_allows_no_reminder_in_the_chat() -> None:
    assert [p.platform for p in PROFILES.values() if not p.chat_reminder] == ["pdd"]


@pytest.mark.parametrize(
    ("platform", "moment", "inside"),
    [
        ("taobao", time(7, 59, 59), False),
        ("taobao", time(8), True),
        ("douyin", time(22, 59, 59), True),
        ("douyin", time(23), False),
        ("jd", time(8, 56), False),
        ("jd", time(9), True),
        ("jd", time(23), False),
    ],
)
def test_a_window_holds_its_first_second_and_not_its_closing_hour(platform: str, moment: time, inside: bool) -> None:
    assert profile_of(platform).window.covers(moment) is inside


def test_a_window_that_closes_at_midnight_lasts_to_the_end_of_the_day() -> None:
    evening = Window(time(8), time(0))
    assert evening.covers(time(23, 59, 59, 999_999))
    assert not evening.covers(time(7, 59))
