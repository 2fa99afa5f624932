"""What every figure is made of: whole numbers that add up over days, hours, agents' and platforms' parts.

A figure of half a year is worked out from the sums of its days exactly as that of a day is (`kpi.py` has the formulas).
Sums stand in sections by what can change them later: what was said, what became of asking, what was sold, what was
done. Times are whole microseconds. Not for storing them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from assistant.domain import kpi_counts as counts
from assistant.domain.kpi_group import Group
from assistant.domain.kpi_sales import SOLD, askers, inquiries

# Grows whenever a sum means something else than before: what was summed by another definition is summed anew.
DEFINITION: Final = 2
LONGEST: Final = "longest"  # the one that is no sum: the greatest counts; NONE where nobody waited
NONE: Final = -1
WAITS: Final = "waits"  # how many answers took so long, by `step`

Sums = Mapping[str, Any]


def microseconds(seconds: float) -> int:
    """Seconds as the whole number that is added up."""
    return round(seconds * 1_000_000)


def step(seconds: float) -> int:
    """Milliseconds of the step a wait is counted under: whole seconds are kept exactly up to 1,000, and nothing is
    moved by more than 2.5 %."""
    if seconds < 20:
        return round(seconds * 20) * 50
    return round(seconds) * 1000 if seconds < 1000 else round(seconds / 10) * 10_000


def _waits(group: Group) -> dict[int, int]:
    return dict(Counter(step(seconds) for _, seconds in group.durations))


def _units(seconds: int) -> Callable[[Group], int]:
    return lambda group: len(group.units(seconds))


def _in_time(seconds: int) -> Callable[[Group], int]:
    def counted(group: Group) -> int:
        waits = ((profile, [group.seconds(row) for row in rows]) for profile, rows in group.units(seconds))
        return sum(counts.in_time(found, profile, seconds) for profile, found in waits)

    return counted


def _all_day(sum_: Callable[[Group], int]) -> Callable[[Group], int]:
    return lambda group: sum_(group.all_day)


def _owed(sum_: Callable[[Group], int]) -> Callable[[Group], int]:
    return lambda group: sum_(group.owed)


def _unanswered(group: Group) -> int:
    return len(counts.unanswered(group))


def _first(group: Group) -> list[float]:
    return [seconds for row, seconds in group.durations if row.first]


def _capped(group: Group) -> int:
    return sum(microseconds(counts.capped(group, row, seconds)) for row, seconds in group.durations)


def _longest(group: Group) -> int:
    return max((microseconds(group.wait(row)) for row in group.rounds), default=NONE)


def _asked_at(hour: int) -> Callable[[Group], int]:
    return lambda group: group.hours[hour]


def _messages(name: str) -> Callable[[Group], int]:
    return lambda group: sum(getattr(row, name) for row in group.inputs.contacts)


SAID: Final[Mapping[str, Callable[[Group], Any]]] = MappingProxyType(
    {
        "consulted": lambda group: len(counts.consulted(group)),
        "received": lambda group: len(counts.received(group)),
        "effective": lambda group: len(counts.effective(group)),
        "unanswered": _unanswered,
        "unanswered_owed": _owed(_unanswered),
        "slow": lambda group: len(counts.slow_receptions(group)),
        "first": lambda group: len(_first(group)),
        "first_took": lambda group: sum(map(microseconds, _first(group))),
        "answers": lambda group: len(group.durations),
        "answers_took": _capped,
        **{f"units_{seconds}": _units(seconds) for seconds in (15, 30, 60, 180)},
        **{f"within_{seconds}": _in_time(seconds) for seconds in (15, 30, 60, 180)},
        "units_180_all_day": _all_day(_units(180)),
        "within_180_all_day": _all_day(_in_time(180)),
        "units_180_owed": _owed(_units(180)),
        "within_180_owed": _owed(_in_time(180)),
        "without_answer": lambda group: sum(group.seconds(row) is None for row in group.rounds),
        **{f"asked_{hour:02}": _asked_at(hour) for hour in range(24)},
        LONGEST: _longest,
        "buyer_messages": _messages("buyer_messages"),
        "human_messages": _messages("human_messages"),
        "scripted_messages": _messages("scripted_messages"),
        WAITS: _waits,
    }
)
BECAME: Final = ("inquiry", "settling", "ordered_same_day", "ordered", "paid_next_day", "paid")


def _became(name: str) -> Callable[[Group], int]:
    def count(group: Group) -> int:
        known = set() if name in ("inquiry", "settling") else inquiries(group, "settling")
        return len(inquiries(group, name) - known)

    return count


ASKED: Final[Mapping[str, Callable[[Group], Any]]] = MappingProxyType(
    {
        **{f"inquiries_{name}": _became(name) for name in BECAME},
        "askers": lambda group: len(askers(group)),
        "askers_settling": lambda group: len(askers(group, settling=True)),
    }
)


def _scores(group: Group) -> list[int]:
    return [row.score for row in group.inputs.ratings if row.score is not None]


DONE: Final[Mapping[str, Callable[[Group], Any]]] = MappingProxyType(
    {
        "ratings_given": lambda group: len(_scores(group)),
        "ratings_content": lambda group: sum(score >= counts.CONTENT for score in _scores(group)),
        "ratings_invited": lambda group: sum(row.score is None for row in group.inputs.ratings),
        "cards": lambda group: len({row.id for row in group.inputs.suggestions}),
        "runs_with_cards": lambda group: len({row.round for row in group.inputs.suggestions}),
        "runs_with_cards_sent": lambda group: len({row.round for row in group.inputs.suggestions if row.sent}),
        "due": lambda group: len(counts.due(group)),
        "done": lambda group: len(counts.in_state(group, "done")),
        "missed": lambda group: len(counts.in_state(group, "missed")),
        "judged": lambda group: len(counts.judged(group)),
        "on_time": lambda group: sum(map(counts.was_on_time, counts.judged(group))),
        "check_hits": lambda group: len(counts.hits(group)),
        "reminders_sent": lambda group: len(group.inputs.sent),
    }
)

SECTIONS: Final[Mapping[str, Mapping[str, Callable[[Group], Any]]]] = MappingProxyType(
    {"said": SAID, "asked": ASKED, "sold": SOLD, "done": DONE}
)
_ALL: Final = {name: how for section in SECTIONS.values() for name, how in section.items()}


class SumsOf(dict[str, Any]):
    """The sums of a group, each worked out when it is asked for."""

    def __init__(self, group: Group) -> None:
        super().__init__()
        self._group = group

    def __missing__(self, name: str) -> Any:
        self[name] = found = _ALL[name](self._group)
        return found


def sums_of(group: Group, section: str) -> dict[str, Any]:
    """All sums of one section."""
    return {name: how(group) for name, how in SECTIONS[section].items()}


def nothing() -> dict[str, Any]:
    """The sums of no rows at all."""
    return {name: {} if name == WAITS else NONE if name == LONGEST else 0 for name in _ALL}
