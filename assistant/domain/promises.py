"""By when an agent promised to come back to a buyer (DOMAIN.md C09, UI.md §2.8).

Which clauses promise is `speech`'s to say; here their time is read. A promise without a time has none, nor has one that
no message can keep: that something is shipped or refunded by then.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta, tzinfo

from assistant.domain.speech import promised_clauses

# Beyond this it is no longer something one comes back to in a chat.
FARTHEST = timedelta(days=7)
LONGEST_QUOTE = 60

_DIGITS = dict(zip("一二两三四五六七八九", (1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
_NUMBER = r"[一二两三四五六七八九]?十[一二三四五六七八九]?|[一二两三四五六七八九]|\d{1,4}"
_UNITS = {
    "分钟": timedelta(minutes=1),
    "刻钟": timedelta(minutes=15),
    "小时": timedelta(hours=1),
    "钟头": timedelta(hours=1),
    "天内": timedelta(days=1),
    "天之内": timedelta(days=1),
    "天后": timedelta(days=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
}
# 「5分钟前」 was; 「几分钟」 is no time.
_WHILE = re.compile(
    rf"(?:(?P<n>{_NUMBER}(?P<decimal>\.5)?)(?P<half>个半)?|(?P<only>半))(?:个|多|来)?\s?(?P<unit>{'|'.join(_UNITS)})(?P<rest>半)?(?!之?前)"
)
_CLOCK = re.compile(
    rf"(?P<day>今[天日晚早]|明[天日晚早]|后天)?(?P<part>早上|上午|中午|下午|傍晚|晚上)?(?P<hour>{_NUMBER})"
    r"[点时](?:(?P<half>半)|(?P<quarter>一刻)|(?P<minute>\d{1,2})分?)?(?P<by>钟|整|之?前)?"
)
_DAYS = {"明": 1, "后": 2}
_LATE_PARTS = ("下午", "傍晚", "晚上", "晚")
_PIECES = re.compile(r"[^，,。！!；;～~\n\r]+")


def promised_by(text: str, at: datetime, zone: tzinfo) -> datetime | None:
    """The moment by which the agent will have come back; None without a promise, or without a time in it."""
    for clause in promised_clauses(text):
        found = _after_a_while(clause, at) or _by_the_clock(clause, at.astimezone(zone))
        if found is not None and at < found <= at + FARTHEST:
            return found
    return None


def quote(text: str, at: datetime, zone: tzinfo) -> str:
    """The words that promise, as they were written: of a long message only the clause."""
    pieces = (piece.strip() for piece in _PIECES.findall(text))
    words = next((piece for piece in pieces if promised_by(piece, at, zone)), text.strip())
    return words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1]}…"


# --- times -----------------------------------------------------------------------------------------------------------


def _after_a_while(clause: str, at: datetime) -> datetime | None:
    """Of a span (3到5分钟) the later end holds: the last number stands before the unit."""
    found = _WHILE.search(clause)
    if found is None:
        return None
    halves = 1 if found["only"] else 2 * _number(found["n"].removesuffix(".5")) + _half(found)
    return at + _UNITS[found["unit"]] * halves / 2


def _half(found: re.Match[str]) -> bool:
    return any(found[name] for name in ("decimal", "half", "rest"))


def _by_the_clock(clause: str, local: datetime) -> datetime | None:
    found = _CLOCK.search(clause)
    # 「快一点」 is no hour: without digits, a day or 「前」 nothing says that one is meant.
    if found is None or not (found["hour"].isdecimal() or found["day"] or found["part"] or found["by"]):
        return None
    hour, minute = _number(found["hour"]), _minute(found)
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
        hours = [hour + 12 if hour < 12 or (hour == 12 and "晚" in part) else hour]
    elif part or hour > 12:
        hours = [hour]
    else:
        # Nobody promises four in the morning of another day.
        hours = [hour + 12] if days and hour < 7 else [hour, hour + 12]
    among = [_at(local, day, one, minute) for day in ([days] if days is not None else [0, 1]) for one in hours]
    return next((moment for moment in among if moment > local), None)


def _at(local: datetime, days: int, hour: int, minute: int) -> datetime:
    midnight = datetime.combine(local.date() + timedelta(days=days), time(), local.tzinfo)
    return midnight + timedelta(hours=hour, minutes=minute)


def _number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
