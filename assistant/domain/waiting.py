"""How urgent a waiting buyer is: the colour of the sidebar's clock, and who is to be answered first.

Not for measuring replies already given: that is `rounds` and `kpi`.
"""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum
from typing import Literal, TypeVar

from assistant.domain.platforms import Profile

Level = Literal["ok", "notice", "warn", "late"]
LEVELS: tuple[Level, ...] = ("ok", "notice", "warn", "late")


# A moment, or seconds since 1970.
When = TypeVar("When", datetime, float)


class Turn(IntEnum):
    """Why a buyer is answered before another: those of a smaller one come first."""

    PRESSES = 0
    OWED = 1
    THANKS = 2


def turn(since: When, late_from: When, *, presses: bool, thanks: bool) -> tuple[Turn, When]:
    """By this buyers are to be answered: first who presses, last who only said thanks, of these the longest first.
    Platforms allow different times: of two who only wait, the one whose time runs out first goes first."""
    if presses:
        return Turn.PRESSES, since
    return (Turn.THANKS, since) if thanks else (Turn.OWED, late_from)


def level(seconds: float, profile: Profile) -> Level:
    """The level after so many seconds without an answer.

    Exactly on a threshold still belongs to the level below, as in the rates: 180 s is within three minutes.
    """
    if seconds > profile.alarm.late:
        return "late"
    if seconds > profile.alarm.warn:
        return "warn"
    return "notice" if seconds > profile.alarm.notice else "ok"


def crossings(profile: Profile) -> tuple[float, ...]:
    """After how many seconds of waiting the level changes."""
    return profile.alarm.notice, profile.alarm.warn, profile.alarm.late
