"""Times of day as people write them: 「下午三点」「明晚8点半」, read as the first moment that may be meant.

Not for spans (`promises.py`), nor for words such as 「下班」 (`postponements.py`).
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

_DIGITS = dict(zip("一二两三四五六七八九", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
NUMBER = r"[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]|\d{1,4}"
_CLOCK = re.compile(
    rf"(?P<day>今[天日晚早]|明[天日晚早]|后天)?(?P<part>早上|上午|中午|下午|傍晚|晚上)?(?P<hour>{NUMBER})"
    r"[点时](?:(?P<half>半)|(?P<quarter>一刻)|(?P<minute>\d{1,2})分?)?(?P<by>钟|整|之?前)?"
)
_DAYS = {"明": 1, "后": 2}
_LATE_PARTS = ("下午", "傍晚", "晚上", "晚")


def by_the_clock(clause: str, local: datetime) -> datetime | None:
    """The first moment after `local` at which a clause's time of day falls; None where it names none."""
    found = _CLOCK.search(clause)
    # 「快一点」 is no hour: without digits, a day or 「前」 nothing says that one is meant.
    if found is None or not (found["hour"].isdecimal() or found["day"] or found["part"] or found["by"]):
        return None
    hour, minute = number(found["hour"]), _minute(found)
    if hour > 24 or minute > 59:
        return None
    day, part = found["day"] or "", found["part"] or ("晚" if (found["day"] or "").endswith("晚") else "")
    return _soonest(local, _DAYS.get(day[:1], 0 if day else None), hour, minute, part)


def _minute(found: re.Match[str]) -> int:
    if found["half"]:
        return 30
    return 15 if found["quarter"] else int(found["minute"] or 0)


def _soonest(local: datetime, days: int | None, hour: int, minute: int, part: str) -> datetime | None:
    """The first moment that may be meant: 「3点」 said at ten is three in the afternoon."""
    if part in _LATE_PARTS or (part == "中午" and hour < 3):
        hours = [_late(hour, at_night="晚" in part)]
    elif part or hour > 12:
        hours = [hour]
    else:
        # Nobody promises four in the morning of another day.
        hours = [hour + 12] if days and hour < 7 else [hour, hour + 12]
    among = [_at(local, day, one, minute) for day in ([days] if days is not None else [0, 1]) for one in hours]
    return next((moment for moment in among if moment > local), None)


def _late(hour: int, *, at_night: bool) -> int:
    """晚上12点 and 晚上0点 are midnight, 下午12点 is noon."""
    if at_night and hour in (0, 12):
        return 24
    return hour + 12 if hour < 12 else hour


def _at(local: datetime, days: int, hour: int, minute: int) -> datetime:
    midnight = datetime.combine(local.date() + timedelta(days=days), time(), local.tzinfo)
    return midnight + timedelta(hours=hour, minutes=minute)


def number(text: str) -> int:
    """三十五 or 35 as a number."""
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
