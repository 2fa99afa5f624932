"""The sums of one day as they are kept: of the whole day, of its hours and of its agents, for each platform.

Not for storing them, nor for what they mean (`kpi_sums.py`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from operator import add
from typing import Any, Final, Literal

from assistant.domain.kpi_group import Group, Rules
from assistant.domain.kpi_rows import Inputs, split, without_filtered
from assistant.domain.kpi_sums import LONGEST, NONE, SECTIONS, WAITS, nothing, sums_of

Grain = Literal["day", "hour", "agent"]
GRAINS: Final[tuple[Grain, ...]] = ("day", "hour", "agent")
# The numbers in the order of their section, and behind them the waits as step, count, step, count …
Numbers = list[Any]


@dataclass(frozen=True, slots=True)
class Roll:
    """Sums of one section, day and platform by key: "" of the whole day, "09" of an hour, or an agent's login."""

    day: date
    section: str
    grain: Grain
    platform: str
    sums: Mapping[str, Numbers]


def rolled(
    inputs: Inputs, day: date, rules: Rules, sections: Collection[str], grains: Collection[Grain] = GRAINS
) -> list[Roll]:
    """The sums of one day's rows."""
    found = []
    for platform, rows in by_platform(without_filtered(inputs)).items():
        for grain in grains:
            keys, judged = _keys(rows, grain, rules)
            for section in sections:
                sums = {key: sums_of(Group(part, judged), section) for key, part in keys.items()}
                kept = {key: _pack(section, one) for key, one in sums.items() if _any(one)}
                found.append(Roll(day, section, grain, platform, kept))
    return [roll for roll in found if roll.sums]


def _keys(rows: Inputs, grain: Grain, rules: Rules) -> tuple[dict[str, Inputs], Rules]:
    if grain == "day":
        return {"": rows}, rules
    if grain == "agent":
        return split(rows, "agent", rules.zone), replace(rules, agent_clock=True)
    return split(rows, "hour", rules.zone), rules


def by_platform(inputs: Inputs) -> dict[str, Inputs]:
    """The rows of each platform; of none under ""."""
    kept: defaultdict[str, dict[str, list[Any]]] = defaultdict(dict)
    for field in fields(Inputs):
        for row in getattr(inputs, field.name):
            kept[row.platform or ""].setdefault(field.name, []).append(row)
    return {platform: Inputs(**rows) for platform, rows in kept.items()}


def _any(sums: Mapping[str, Any]) -> bool:
    return any(value not in (0, -1, {}) for value in sums.values())


def _pack(section: str, sums: Mapping[str, Any]) -> Numbers:
    numbers = [sums[name] for name in _NAMES[section]]
    waits = sums.get(WAITS)
    return [*numbers, [part for pair in sorted(waits.items()) for part in pair]] if waits else numbers


# --- added up --------------------------------------------------------------------------------------------------------


def summed(found: Iterable[Roll], key_of: Callable[[Roll, str], str]) -> dict[str, dict[str, Any]]:
    """All sums by a key of one's own, ordered by it."""
    adding: dict[tuple[str, str], _Adding] = {}
    for roll in found:
        for key, numbers in roll.sums.items():
            place = key_of(roll, key), roll.section
            if place not in adding:
                adding[place] = _Adding(roll.section)
            adding[place].add(numbers)
    sums: dict[str, dict[str, Any]] = {}
    for (key, _), one in sorted(adding.items(), key=lambda item: item[0]):
        sums.setdefault(key, nothing()).update(one.sums())
    return sums


class _Adding:
    """Adds up one section's numbers: half a year of a hundred agents is a hundred thousand of such lists."""

    def __init__(self, section: str) -> None:
        self._names = _NAMES[section]
        self._longest = self._names.index(LONGEST) if LONGEST in self._names else None
        self._numbers = [NONE if name == LONGEST else 0 for name in self._names]
        self._waits: list[list[int]] = []

    def add(self, numbers: Numbers) -> None:
        both = list(map(add, self._numbers, numbers))
        if self._longest is not None:
            both[self._longest] = max(self._numbers[self._longest], numbers[self._longest])
        self._numbers = both
        if len(numbers) > len(both):
            self._waits.append(numbers[-1])

    def sums(self) -> dict[str, Any]:
        found: dict[str, Any] = dict(zip(self._names, self._numbers, strict=True))
        if self._longest is not None:
            waits: Counter[int] = Counter()
            for pairs in self._waits:
                for step, count in zip(pairs[::2], pairs[1::2], strict=True):
                    waits[step] += count
            found[WAITS] = dict(waits)
        return found


_NAMES: Final = {section: tuple(name for name in sums if name != WAITS) for section, sums in SECTIONS.items()}
