"""Notices: how long they stand, and exactly which replies they take back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.errors import InvalidInput
from assistant.domain.notices import (
    EMPTY,
    LONGEST,
    LONGEST_TIME,
    SKEW,
    Board,
    Notice,
    Withdraws,
    check,
    until,
    worded,
)
from assistant.domain.scripts import QuickReply, Scripts

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 11, 10, tzinfo=SHANGHAI)
GIFT = "亲，{{ shop.gift_rule }}"


def notice(
    id: int = 1, *, after: timedelta = timedelta(), lasts: timedelta = timedelta(hours=8), **gone: Any
) -> Notice:
    posted = NOW + after
    return Notice(id, f"第{id}条", "店长", posted, posted + lasts, Withdraws.model_validate(gone))


@pytest.mark.parametrize(
    ("gone", "script", "text", "withdrawn"),
    [
        ({"handbook": ["gift_rule"]}, "a/b", GIFT, True),
        ({"handbook": ["gift_rule"]}, "a/b", "亲，{{ shop.gift_rule | default('无') }}", True),
        ({"handbook": ["gift_rule"]}, "a/b", "亲，gift_rule", False),
        ({"handbook": ["gift"]}, "a/b", GIFT, False),
        ({"situations": ["a"]}, "a/b", "亲", True),
        ({"situations": ["b"]}, "a/b", "亲", False),
        ({"replies": ["a/b"]}, "a/b", "亲", True),
        ({"replies": ["a/c"]}, "a/b", "亲", False),
        ({"quick_replies": ["a"]}, "a/b", "亲", False),
        ({}, "a/b", GIFT, False),
    ],
)
def test_a_reply_is_taken_back_by_key_situation_or_name(
    gone: dict[str, Any], script: str, text: str, withdrawn: bool
) -> None:
    assert (Board((notice(**gone),)).against(script, text, NOW) is not None) == withdrawn


def test_a_quick_reply_is_taken_back_by_key_or_name() -> None:
    gift, hello = QuickReply(id="gift", title="赠品", text=GIFT), QuickReply(id="hello", title="你好", text="亲，在的")
    by_name, by_key = Board((notice(quick_replies=["hello"]),)), Board((notice(handbook=["gift_rule"]),))
    assert [bool(by_name.against_quick_reply(one, NOW)) for one in (gift, hello)] == [False, True]
    assert [bool(by_key.against_quick_reply(one, NOW)) for one in (gift, hello)] == [True, False]
    assert by_key.against_entry("gift_rule", NOW)
    assert not by_key.against_entry("gift", NOW)


def test_the_newest_notice_gives_the_reason() -> None:
    found = Board((notice(2, situations=["a"]), notice(1, situations=["a"]))).against("a/b", "亲", NOW)
    assert found is not None
    assert found.id == 2


@given(st.integers(-600, 600), st.integers(1, 600), st.integers(-700, 1300))
def test_a_notice_stands_from_its_posting_until_its_end(posted: int, lasts: int, moment: int) -> None:
    one = notice(after=timedelta(minutes=posted), lasts=timedelta(minutes=lasts), situations=["a"])
    now = NOW + timedelta(minutes=moment)
    # A node whose clock is a little behind must not hide what another has posted.
    stands = posted - SKEW.total_seconds() / 60 <= moment < posted + lasts
    assert (Board((one,)).standing(now) == (one,)) == stands
    assert (Board((one,)).against("a/b", "亲", now) is not None) == stands


def test_an_ended_notice_takes_nothing_back() -> None:
    one = Notice(1, "完了", "店长", NOW, NOW + timedelta(hours=1), Withdraws(situations=("a",)), ended_at=NOW)
    assert Board((one,)).against("a/b", "亲", NOW) is None
    assert EMPTY.standing(NOW) == ()


@pytest.mark.parametrize(("clock", "day"), [("00:00", 12), ("10:00", 12), ("23:59", 12)])
def test_a_notice_ends_with_the_shops_day_unless_told_otherwise(clock: str, day: int) -> None:
    now = datetime.fromisoformat(f"2026-11-11T{clock}+08:00")
    for seen in (now, now.astimezone(ZoneInfo("America/New_York"))):
        assert until(None, seen, SHANGHAI).isoformat() == f"2026-11-{day}T00:00:00+08:00"
    later = now + timedelta(days=2)
    assert until(later, now, SHANGHAI) == later


@pytest.mark.parametrize(
    ("end", "reason"),
    [(NOW, "ends_too_early"), (NOW - timedelta(1), "ends_too_early"), (NOW + LONGEST_TIME * 2, "ends_too_late")],
)
def test_a_notice_cannot_end_before_it_begins_nor_stand_for_ever(end: datetime, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        until(end, NOW, SHANGHAI)
    assert refused.value.reason == reason


def test_a_notice_is_one_line() -> None:
    assert worded("  赠品\n已送完 ") == "赠品 已送完"
    assert len(worded("字" * LONGEST)) == LONGEST
    for wrong, reason in (("", "empty"), (" \n\t", "empty"), ("字" * (LONGEST + 1), "too_long")):
        with pytest.raises(InvalidInput) as refused:
            worded(wrong)
        assert refused.value.reason == reason


TABLES = Scripts.model_validate(
    {
        "situations": [{"id": "price", "name": "贵", "goal": "算", "replies": [{"id": "bundle", "text": "亲"}]}],
        "quick_replies": [{"id": "hello", "title": "你好", "text": "在的"}],
        "shop": {"gift_rule": {"value": "买一送一"}},
    }
)


@pytest.mark.parametrize(
    ("gone", "advice"),
    [
        ({"handbook": ["gift_rul"]}, "did you mean `gift_rule`"),
        ({"situations": ["prise"]}, "did you mean `price`"),
        ({"replies": ["price/bundel"]}, "did you mean `price/bundle`"),
        ({"quick_replies": ["helo"]}, "did you mean `hello`"),
    ],
)
def test_an_unknown_name_is_refused_and_the_nearest_is_proposed(gone: dict[str, object], advice: str) -> None:
    with pytest.raises(InvalidInput, match=advice):
        check(Withdraws.model_validate(gone), TABLES)


def test_names_of_the_tables_are_accepted() -> None:
    everything = {
        "handbook": ["gift_rule"], "situations": ["price"], "replies": ["price/bundle"], "quick_replies": ["hello"],
    }  # fmt: skip
    withdraws = Withdraws.model_validate(everything)
    check(withdraws, TABLES)
    assert len(list(withdraws.named())) == 4
