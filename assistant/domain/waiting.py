"""How urgent a waiting buyer is: the colour of the sidebar's clock.

Not for measuring replies already given: that is `rounds` and `kpi`.
"""

from __future__ import annotations

from typing import Literal

from assistant.domain.platforms import Profile

Level = Literal["ok", "notice", "warn", "late"]
LEVELS: tuple[Level, ...] = ("ok", "notice", "warn", "late")


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
