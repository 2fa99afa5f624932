"""What two sets of tables would have done with the same chats, side by side: for a trainer who wants to know what a
change does before anybody is affected. Not for playing the chats (`services/back_tests.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from assistant.domain.runs import Run

K = TypeVar("K")
# An answer at least this like an offered reply says the same: a person took the trouble to say it in her own words.
AGREES = 60.0
# Of each kind of change so many runs are shown; the counts say how many there are.
EXAMPLES = 20


@dataclass(frozen=True, slots=True)
class Played:
    """What one set of tables did: the runs in order, follow-ups by (touchpoint, state), hits of checks on what agents
    said by code. `fired` is by touchpoint how many follow-ups came due, whatever became of them then; `refused` events
    cannot be read."""

    runs: tuple[Run, ...]
    follow_ups: Mapping[tuple[str, str], int]
    hits: Mapping[str, int]
    fired: Mapping[str, int] = field(default_factory=dict)
    refused: int = 0


@dataclass(frozen=True, slots=True)
class Side:
    """One set of tables in figures. `agreement` is the mean over answered runs with an offer, `agreeing` how many of
    these were answered in much the same words."""

    runs: int
    offered: int
    silent: int
    answered: int
    agreement: float | None
    agreeing: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One run that came out differently, and how often the same words did in the same way."""

    before: Run
    after: Run
    times: int = 1


@dataclass(slots=True)
class Shift:
    """How often a situation came first, before and after; how often it won and lost that place, and the first of those
    runs."""

    situation: str
    before: int = 0
    after: int = 0
    won: int = 0
    gone: int = 0
    gained: list[Turn] = field(default_factory=list)
    lost: list[Turn] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides, what every situation won and lost, follow-ups, hits and what fired as (before, after)."""

    before: Side
    after: Side
    shifts: tuple[Shift, ...]
    follow_ups: Mapping[tuple[str, str], tuple[int, int]]
    hits: Mapping[str, tuple[int, int]]
    fired: Mapping[str, tuple[int, int]]
    changed: int
    refused: int = 0


def side(runs: Sequence[Run]) -> Side:
    """The figures of one set of tables."""
    offered = [run for run in runs if run.offers]
    agreements = [found for run in offered if (found := run.agreement) is not None]
    return Side(
        runs=len(runs),
        offered=len(offered),
        silent=len(runs) - len(offered),
        answered=len(agreements),
        agreement=sum(agreements) / len(agreements) if agreements else None,
        agreeing=sum(found * 100 >= AGREES for found in agreements),
    )


def compare(before: Played, after: Played) -> Comparison:
    """What would be different. Both have played the same events, so the runs are the same."""
    later = {run.key: run for run in after.runs}
    turns = [Turn(run, later[run.key]) for run in before.runs if run.key in later]
    return Comparison(
        before=side(before.runs),
        after=side(after.runs),
        shifts=_shifts(turns),
        follow_ups=_both(before.follow_ups, after.follow_ups),
        hits=_both(before.hits, after.hits),
        fired=_both(before.fired, after.fired),
        changed=sum(_said(turn.before) != _said(turn.after) for turn in turns),
        refused=before.refused,
    )


def _said(run: Run) -> list[tuple[str, str]]:
    return [(offer.situation, offer.text) for offer in run.offers]


def _first(run: Run) -> str | None:
    return run.offers[0].situation if run.offers else None


def _shifts(turns: Iterable[Turn]) -> tuple[Shift, ...]:
    """Those with the greatest change first."""
    found: dict[str, Shift] = {}
    for turn in turns:
        was, now = _first(turn.before), _first(turn.after)
        if was is not None:
            found.setdefault(was, Shift(was)).before += 1
        if now is not None:
            found.setdefault(now, Shift(now)).after += 1
        if was != now and was is not None:
            found[was].gone += 1
            _note(found[was].lost, turn)
        if was != now and now is not None:
            found[now].won += 1
            _note(found[now].gained, turn)
    return tuple(sorted(found.values(), key=lambda one: (-abs(one.after - one.before), -one.after, one.situation)))


def _note(examples: list[Turn], turn: Turn) -> None:
    for at, one in enumerate(examples):
        if _turned(one) == _turned(turn):
            examples[at] = replace(one, times=one.times + 1)
            return
    if len(examples) < EXAMPLES:
        examples.append(turn)


def _turned(turn: Turn) -> tuple[object, ...]:
    return turn.before.texts, _first(turn.before), _first(turn.after)


def _both(before: Mapping[K, int], after: Mapping[K, int]) -> dict[K, tuple[int, int]]:
    return {key: (before.get(key, 0), after.get(key, 0)) for key in sorted({*before, *after}, key=str)}
