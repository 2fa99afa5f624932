"""The waits a figure counts, one row each, with how many others waited for the same agent then.

Not for lists of other things (`kpi_behind.py`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant.domain.kpi_counts import capped, in_time
from assistant.domain.kpi_group import Group
from assistant.domain.kpi_rows import RoundRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """One thing a figure counts. `value` is seconds, messages or stars, None where there is none (no answer).

    `counts`: it speaks for the figure: in a rate it is in the numerator, in a mean or a count it always is.
    `what` names the situation, touchpoint or severity. `beside`: of a round, how many other buyers waited for the same
    agent when it began. Keys of buyer and conversation are our own.
    """

    at: datetime
    agent: str | None
    platform: str | None
    buyer: str | None
    conversation: str | None
    value: float | None = None
    counts: bool = True
    what: str = ""
    beside: int | None = None


def _round(row: RoundRow, value: float | None, beside: Mapping[int, int], *, counts: bool = True) -> Behind:
    return Behind(
        at=row.asked_at, agent=row.agent, platform=row.platform, buyer=row.buyer, conversation=row.conversation,
        value=value, counts=counts, beside=beside[id(row)],
    )  # fmt: skip


def _beside(group: Group) -> dict[int, int]:
    """By round, how many others of the same agent were open when it began: busy or not, that is often why."""
    begun, ended = defaultdict[str | None, list[datetime]](list), defaultdict[str | None, list[datetime]](list)
    for row in group.inputs.rounds:
        begun[row.agent].append(row.asked_at)
        ended[row.agent].append(group.start(row) + timedelta(seconds=group.wait(row)))
    for moments in (*begun.values(), *ended.values()):
        moments.sort()
    return {id(row): _open(begun[row.agent], ended[row.agent], row.asked_at) for row in group.inputs.rounds}


def first(group: Group) -> list[Behind]:
    """First answers of a session."""
    beside = _beside(group)
    return [_round(row, seconds, beside) for row, seconds in group.durations if row.first]


def answered(group: Group) -> list[Behind]:
    """Answers."""
    beside = _beside(group)
    return [_round(row, seconds, beside) for row, seconds in group.durations]


def answered_capped(group: Group) -> list[Behind]:
    """Answers as they enter the average."""
    beside = _beside(group)
    return [_round(row, capped(group, row, seconds), beside) for row, seconds in group.durations]


def waits(group: Group) -> list[Behind]:
    """Waits, also without an answer."""
    beside = _beside(group)
    return [_round(row, group.wait(row), beside) for row in group.rounds]


def within(seconds: int) -> Callable[[Group], list[Behind]]:
    """One row per round, session or buyer-day, as the platform counts; its value is its longest wait."""

    def units(group: Group) -> list[Behind]:
        found, beside = [], _beside(group)
        for profile, rows in group.units(seconds):
            waits = [group.seconds(row) for row in rows]
            known = [wait for wait in waits if wait is not None]
            longest, earliest = max(known) if len(known) == len(waits) else None, min(rows, key=lambda row: row.at)
            found.append(_round(earliest, longest, beside, counts=in_time(waits, profile, seconds)))
        return found

    return units


def _open(begun: list[datetime], ended: list[datetime], moment: datetime) -> int:
    return max(0, bisect_right(begun, moment) - bisect_right(ended, moment) - 1)
