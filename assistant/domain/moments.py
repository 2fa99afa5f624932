"""Days and moments: where a shop's day begins, and how people and programs write them. Not for durations
(`durations.py`)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from assistant.domain.errors import InvalidInput

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")

# The sign of an offset is a blank once it was written into an address as it stands.
_BLANK = re.compile(r"(:\d\d(?:\.\d+)?) (\d\d:\d\d)$", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
# Every time zone and every sum of days can take them.
YEARS = range(2000, 2200)


def shop_day(at: datetime, zone: tzinfo) -> date:
    """The day of the shop's calendar on which a moment lies."""
    return at.astimezone(zone).date()


@lru_cache(maxsize=256)  # every event asks for today's
def midnight(day: date, zone: tzinfo) -> datetime:
    """When a day of the shop's calendar begins."""
    return datetime.combine(day, time(), zone)


def day(text: str) -> date:
    """A day such as 2026-11-11. Raises InvalidInput."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    if found.year not in YEARS:
        raise InvalidInput(f"{text!r} is no day: write 2026-11-11", reason="no_day", given=text[:40])
    return found


def moment(text: str, zone: tzinfo) -> datetime:
    """RFC 3339 with an offset, or a day: its midnight in this zone. Raises InvalidInput."""
    said = _BLANK.sub(r"\1+\2", text.strip().upper())
    try:
        if _DAY.fullmatch(said):
            return midnight(date.fromisoformat(said), zone)
        at = datetime.fromisoformat(said)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InvalidInput(f"{text!r} is no time: write 2026-11-11, or with an offset 2026-11-11T10:00:00+08:00")
    return at
