from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.postponements import postponed_to

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 11, 14, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("晚上付", "2026-11-11T20:00"),
        ("晚上8点付款", "2026-11-11T20:00"),
        ("晚上9点半再付", "2026-11-11T21:30"),
        ("明天再付", "2026-11-12T10:00"),
        ("下班了再付", "2026-11-11T18:30"),
        ("等会付", "2026-11-11T15:00"),
        ("等晚上8:30再付款", "2026-11-11T20:30"),
        ("等晚上8：30再付款", "2026-11-11T20:30"),
        ("晚上九点付", "2026-11-11T21:00"),
        ("晚上12点付", "2026-11-12T00:00"),
        ("8点再付", "2026-11-11T20:00"),
        ("明晚8点再付", "2026-11-12T20:00"),
        ("后天上午10点再付", "2026-11-13T10:00"),
        ("明白了，晚上8点付", "2026-11-11T20:00"),
    ],
)
def test_a_postponement_offers_the_time_it_names(text: str, offered: str) -> None:
    found = postponed_to(text, NOW, ZONE)
    assert found is not None
    assert found.strftime("%Y-%m-%dT%H:%M") == offered


def test_an_evening_that_has_passed_becomes_an_hour_from_now() -> None:
    late = datetime(2026, 11, 11, 22, 30, tzinfo=ZONE)
    assert postponed_to("晚上付", late, ZONE) == datetime(2026, 11, 11, 23, 30, tzinfo=ZONE)


@pytest.mark.parametrize("text", ["太贵了", "不要了", "已经付了", "什么时候发货", ""])
def test_what_postpones_nothing_offers_nothing(text: str) -> None:
    assert postponed_to(text, NOW, ZONE) is None


@given(st.text(max_size=40), st.integers(0, 30))
def test_an_offer_always_lies_ahead(text: str, hour: int) -> None:
    for said in (text, f"{text}晚上{hour}点付"):
        found = postponed_to(said, NOW, ZONE)
        assert found is None or found > NOW
