"""A platform's profile as a shop has changed it: which setting, to what, from which day on, and by what source.

The profile of a day is the shipped one with all that was changed until then. Not for the shipped values
(`platforms.py`) nor for storing changes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import Any, Final

from assistant.domain.errors import InvalidInput
from assistant.domain.platforms import PROFILES, AlarmLevels, Profile, Source, Window, profile_of

# Figures count answers within these: a platform's own target is one of them.
TARGETS: Final = (15, 30, 60, 180)
LONGEST_WAIT: Final = 86_400
LONGEST_GAP: Final = 1_440
MOST_ROUNDS: Final = 100
YES, NO = "yes", "no"
_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*[-–—~]\s*([01]\d|2[0-4]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Change:
    """From the day `since` on a setting has this value, as people write it; None: the shipped one again."""

    platform: str
    name: str
    since: date
    value: str | None
    source: Source


class Profiles:
    """The profiles of a shop's platforms on each day."""

    def __init__(self, changes: Iterable[Change] = (), zone: tzinfo | None = None) -> None:
        self._changes: defaultdict[str, list[Change]] = defaultdict(list)
        for change in sorted(changes, key=lambda change: change.since):
            self._changes[change.platform].append(change)
        self._zone = zone
        self._made: dict[tuple[str, int], Profile] = {}

    def at(self, platform: str, moment: datetime) -> Profile:
        """The profile of a platform at a moment: that of the shop's day."""
        if not self._changes:
            return profile_of(platform)
        return self.on(platform, moment.astimezone(self._zone).date())

    def on(self, platform: str, day: date) -> Profile:
        """The profile of a platform on a day of the shop."""
        changes = self._changes.get(known_as(platform)) if self._changes else None
        if not changes:
            return profile_of(platform)
        count = bisect_right(changes, day, key=lambda change: change.since)
        key = known_as(platform), count
        if key not in self._made:
            self._made[key] = _changed(profile_of(platform), changes[:count])
        return self._made[key]


# As they come with the product.
USUAL: Final = Profiles()


def known_as(platform: str) -> str:
    """Platforms without rules of their own share those of `other`."""
    return platform if platform in PROFILES else "other"


def _changed(profile: Profile, changes: Iterable[Change]) -> Profile:
    shipped, sources = profile, dict(profile.sources)
    for change in changes:
        if change.value is None:
            value, sources[change.name] = getattr(shipped, change.name), shipped.sources[change.name]
        else:
            value, sources[change.name] = SETTINGS[change.name].read(change.value), change.source
        profile = replace(profile, **{change.name: value})
    return replace(profile, sources=MappingProxyType(sources))


# --- values as people write them -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setting:
    """How a setting is read and written, and what a change of it makes different: sections of the figures
    (`kpi_sums.py`), and whether rounds come out differently, which is noted round by round then. `choices`: the only
    values there are."""

    read: Callable[[str], Any]
    write: Callable[[Any], str]
    sections: tuple[str, ...] = ("said",)
    rounds: bool = False
    choices: tuple[str, ...] = ()


def _wrong(given: str) -> InvalidInput:
    message = f"{given[:40]!r} cannot be read: write it as the shown value is written"
    return InvalidInput(message, reason="no_setting", given=given[:40])


def _window(given: str) -> Window:
    found = _WINDOW.fullmatch(given)
    if found is None or (found[3] == "24" and found[4] != "00"):
        raise _wrong(given)
    opens, closes = time(int(found[1]), int(found[2])), time(int(found[3]) % 24, int(found[4]))
    if closes != time() and closes <= opens:
        raise _wrong(given)
    return Window(opens, closes)


def _written_window(window: Window) -> str:
    closes = "24:00" if window.closes == time() else f"{window.closes:%H:%M}"
    return f"{window.opens:%H:%M}-{closes}"


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(given: str) -> int:
        if not given.isascii() or not given.isdecimal() or len(given) > 6 or not least <= int(given) <= most:
            raise _wrong(given)
        return int(given)

    return read


def _alarm(given: str) -> AlarmLevels:
    levels = [_number(1, LONGEST_WAIT)(part.strip()) for part in given.split("/")]
    if len(levels) != 3 or not levels[0] < levels[1] < levels[2]:
        raise _wrong(given)
    return AlarmLevels(*map(float, levels))


def _one_of(choices: tuple[str, ...], read: Callable[[str], Any], **more: Any) -> Setting:
    def chosen(given: str) -> Any:
        if given not in choices:
            raise _wrong(given)
        return read(given)

    def write(value: Any) -> str:
        return (YES if value else NO) if isinstance(value, bool) else str(value)

    return Setting(chosen, write, choices=choices, **more)


def _switch(**more: Any) -> Setting:
    return _one_of((YES, NO), lambda given: given == YES, **more)


def _plain(value: float | None) -> str:
    return f"{value or 0:g}"


SETTINGS: Final[Mapping[str, Setting]] = MappingProxyType(
    {
        "window": Setting(_window, _written_window),
        "window_by": _one_of(("question", "session"), str),
        "answered_inside_counts": _switch(),
        "unit": _one_of(("round", "session", "buyer"), str),
        "session_rule": _one_of(("all", "first", "average"), str),
        "session_gap": Setting(
            lambda given: timedelta(minutes=_number(1, LONGEST_GAP)(given)),
            lambda gap: _plain(gap.total_seconds() / 60),
            ("said", "sold"),
            rounds=True,
        ),
        "average_cap_seconds": Setting(lambda given: float(_number(0, LONGEST_WAIT)(given)) or None, _plain),
        "robot_assist": _switch(sections=(), rounds=True),
        "target_seconds": _one_of(tuple(map(str, TARGETS)), int, sections=()),
        "alarm": Setting(
            _alarm, lambda levels: "/".join(map(_plain, (levels.notice, levels.warn, levels.late))), (), rounds=True
        ),
        "slow_seconds": Setting(lambda given: float(_number(1, LONGEST_WAIT)(given)), _plain),
        "slow_rounds": Setting(_number(1, MOST_ROUNDS), str),
        "chat_reminder": _switch(sections=()),
    }
)


def written(profile: Profile, name: str) -> str:
    """A setting as people write it."""
    return SETTINGS[name].write(getattr(profile, name))


def checked(platform: str, name: str, value: str) -> str:
    """A value as it is kept. Raises InvalidInput."""
    if platform not in PROFILES:
        message = f"there are no rules of {platform[:40]!r}: choose one of {', '.join(PROFILES)}"
        raise InvalidInput(message, reason="no_platform", given=platform[:40])
    setting = SETTINGS.get(name)
    if setting is None:
        message = f"there is no setting {name[:40]!r}: choose one of {', '.join(SETTINGS)}"
        raise InvalidInput(message, reason="no_setting", given=name[:40])
    return setting.write(setting.read(" ".join(value.split())))
