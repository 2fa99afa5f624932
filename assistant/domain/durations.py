"""Durations as trainers write them: 90s, 15m, 2h, 3d, 1h30m. Not for working days or calendars."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

_UNITS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_WRITTEN = re.compile(r"(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})s)?", re.ASCII)


def parse_duration(text: str) -> timedelta:
    """`15m` → fifteen minutes. Raises ValueError naming the right form; zero and negative are refused."""
    found = _WRITTEN.fullmatch(text.strip().lower())
    seconds = sum(int(n) * size for n, size in zip(found.groups(), _UNITS.values(), strict=True) if n) if found else 0
    if not seconds:
        raise ValueError("write a duration such as 90s, 15m, 2h or 3d")
    return timedelta(seconds=seconds)


def duration_text(duration: timedelta) -> str:
    """The shortest way to write a duration that `parse_duration` reads back; below a second is cut."""
    left, parts = int(duration.total_seconds()), []
    for unit, size in _UNITS.items():
        count, left = divmod(left, size)
        parts.append(f"{count}{unit}" if count else "")
    return "".join(parts) or "0s"


def _read(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    return parse_duration(str(value))


Duration = Annotated[
    timedelta, BeforeValidator(_read), PlainSerializer(duration_text, return_type=str, when_used="json")
]
