"""When a follow-up that recurs comes up: every few days, every few months, on days of the month (`every` of the table).

A follow-up's row is one occurrence; the next is made when it has ended. Not for storing or telling
(`services/series.py`). Sources: DOMAIN.md 2-2, 2-3 and §8.14.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import count, takewhile
from typing import cast

from assistant.domain.durations import parse_duration
from assistant.domain.moments import shop_day
from assistant.domain.problems import Problem, proposal

RHYTHMS = ("days", "months", "month_days")
KEYS = (*RHYTHMS, "at", "lasts")
_ADVICE = {
    "days": "write a whole number of days from 1 to 366",
    "months": "write a whole number of months from 1 to 24",
    "month_days": "write days of the month from 1 to 31, e.g. [1, 15]",
    "at": 'write hours and minutes in quotes, e.g. "10:00"',
    "lasts": "write a duration such as 90s, 15m, 2h or 3d",
}
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_USUAL = "10:00"


@dataclass(frozen=True, slots=True)
class Series:
    """Every `days` days, every `months` months (on the day it began, or the month's last), or on `month_days` (31 is
    the last day of any month), at a time of the shop's day; `lasts` None: until something ends it."""

    days: int = 0
    months: int = 0
    month_days: tuple[int, ...] = ()
    at: time = time(10)
    lasts: timedelta | None = None


def series_of(every: Mapping[str, object]) -> Series | None:
    """What was written; None where nothing was, or nothing that could be carried out (`problems` says why)."""
    if not every or any(True for _ in problems(every)):
        return None
    lasts = every.get("lasts")
    return Series(
        days=cast(int, every.get("days", 0)),
        months=cast(int, every.get("months", 0)),
        month_days=tuple(sorted(set(cast("list[int]", every.get("month_days", ()))))),
        at=time.fromisoformat(str(every.get("at") or _USUAL)),
        lasts=None if lasts is None else parse_duration(str(lasts)),
    )


def problems(every: Mapping[str, object]) -> Iterator[Problem]:
    """What is wrong in an `every`; places start at its keys."""
    for key, value in every.items():
        if key not in KEYS:
            yield Problem(f"unknown key `{key}`", proposal(key, KEYS), (key,), at_key=True)
        elif not _fits(key, value):
            yield Problem(f"`{key}` cannot be `{value}`", _ADVICE[key], (key,))
    if sum(key in every for key in RHYTHMS) != 1:
        yield Problem("`every` has one rhythm", "write one of `days`, `months` and `month_days`")


def _fits(key: str, value: object) -> bool:
    if key == "month_days":
        return isinstance(value, (list, tuple)) and bool(value) and all(_whole(one, 31) for one in value)
    if key in ("days", "months"):
        return _whole(value, 366 if key == "days" else 24)
    if key == "at":
        return isinstance(value, str) and _CLOCK.fullmatch(value) is not None
    try:
        return isinstance(value, str) and bool(parse_duration(value))
    except ValueError:
        return False


def _whole(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


# --- occurrences -----------------------------------------------------------------------------------------------------


def next_after(series: Series, began: datetime, moment: datetime, zone: tzinfo) -> datetime | None:
    """The first occurrence after a moment, of a series that began; None: it is over by then."""
    return next((one for one in _occurrences(series, began, zone) if one > moment), None)


def latest_until(series: Series, began: datetime, moment: datetime, zone: tzinfo) -> datetime | None:
    """The last occurrence up to a moment; None: there was none yet."""
    found = None
    for one in takewhile(lambda one: one <= moment, _occurrences(series, began, zone)):
        found = one
    return found


def _occurrences(series: Series, began: datetime, zone: tzinfo) -> Iterator[datetime]:
    """All after the beginning, soonest first. A series lasts to the end of its last day: one of thirty days that comes
    every third day has ten, whatever the time of day it began."""
    first = shop_day(began, zone)
    last = date.max if series.lasts is None else shop_day(began + series.lasts, zone)
    for day in takewhile(lambda day: day <= last, _days(series, first)):
        found = datetime.combine(day, series.at, zone).astimezone(UTC)
        if found > began:
            yield found


def _days(series: Series, first: date) -> Iterator[date]:
    if series.days:
        yield from (first + timedelta(days=series.days * step) for step in count(1))
    elif series.months:
        yield from (_in_month(first, series.months * step, first.day) for step in count(1))
    for step in count(0):
        # Two that fall on a short month's last day are one.
        yield from sorted({_in_month(first, step, day) for day in series.month_days})


def _in_month(first: date, later: int, day: int) -> date:
    """The day of the month that many months later, or its last."""
    years, month = divmod(first.month - 1 + later, 12)
    year, month = first.year + years, month + 1
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))
