"""What became of follow-ups and of situations: bought or not, counted beside each other.

Nothing here says what caused what: buyers who are followed up in time differ from those who are not in more than that.
Not for the figures every table has (`kpi.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple

from assistant.domain.durations import parse_duration
from assistant.domain.kpi import difference
from assistant.domain.kpi_counts import due, was_on_time
from assistant.domain.kpi_group import BuyerDay, Group, ratio
from assistant.domain.kpi_rows import FollowUpRow
from assistant.domain.kpi_sales import inquiries
from assistant.domain.kpi_waits import Behind
from assistant.domain.reminders import USUAL

# How a follow-up whose time came was dealt with: within five minutes, later, or not at all.
How = Literal["on_time", "late", "undone"]
HOWS: Final[tuple[How, ...]] = ("on_time", "late", "undone")
# Inquiries in which no situation was recognised.
NO_SITUATION: Final = ""


class Followed(NamedTuple):
    """A follow-up whose time came, and whether its buyer ordered or paid within the time its touchpoint gives."""

    row: FollowUpRow
    how: How
    bought: bool


class FollowUpLine(NamedTuple):
    """One touchpoint: of each `How` how many, and how many bought; those whose time still runs are `settling`."""

    touchpoint: str
    counts: Mapping[How, int]
    bought: Mapping[How, int]
    settling: int

    def rate(self, how: How) -> float | None:
        """The share that bought."""
        return ratio(self.bought[how], self.counts[how])

    @property
    def difference(self) -> tuple[float, float] | None:
        """On time beside not at all, and by how much that may be wrong in 95 of 100 cases; None on thin data."""
        on_time, undone = ((self.bought[how], self.counts[how]) for how in ("on_time", "undone"))
        return difference(on_time, undone)


class SituationLine(NamedTuple):
    """One situation: buyers who asked on a day on which it was recognised, those who ordered, and those who did not.
    Of the settling ones nobody can say yet."""

    situation: str
    asked: int
    ordered: int
    settling: int

    @property
    def lost(self) -> int:
        """How many asked and did not order."""
        return self.asked - self.settling - self.ordered

    @property
    def rate(self) -> float | None:
        """Inquiry to order."""
        return ratio(self.ordered, self.asked - self.settling)


# --- follow-ups ------------------------------------------------------------------------------------------------------


def windows(touchpoints: Iterable[Mapping[str, Any]]) -> dict[str, timedelta]:
    """How long after each touchpoint a purchase counts, of a published table as it is kept."""
    return {str(row["id"]): parse_duration(str((row.get("goal") or {}).get("within", "3d"))) for row in touchpoints}


def followed(
    group: Group, purchases: Mapping[str, Sequence[datetime]], within: Mapping[str, timedelta]
) -> tuple[list[Followed], list[FollowUpRow]]:
    """The follow-ups whose time came, and those of which nobody can say yet. `purchases` are the moments at which each
    buyer ordered or paid."""
    found, settling = [], []
    for row in due(group):
        end = row.at + within.get(row.touchpoint, USUAL)
        bought = any(row.at < at <= end for at in purchases.get(row.buyer or "", ()))
        if not bought and group.rules.now is not None and group.rules.now < end:
            settling.append(row)
        else:
            found.append(Followed(row, _how(row), bought))
    return found, settling


def _how(row: FollowUpRow) -> How:
    if was_on_time(row):
        return "on_time"
    return "late" if row.state == "done" else "undone"


def follow_up_lines(found: Iterable[Followed], settling: Iterable[FollowUpRow]) -> list[FollowUpLine]:
    """By touchpoint, the most frequent first."""
    every: defaultdict[str, list[Followed]] = defaultdict(list)
    running: defaultdict[str, int] = defaultdict(int)
    for one in found:
        every[one.row.touchpoint].append(one)
    for row in settling:
        running[row.touchpoint] += 1
    lines = [
        FollowUpLine(
            touchpoint,
            {how: sum(one.how == how for one in every[touchpoint]) for how in HOWS},
            {how: sum(one.how == how and one.bought for one in every[touchpoint]) for how in HOWS},
            running[touchpoint],
        )
        for touchpoint in {*every, *running}
    ]
    return sorted(lines, key=lambda line: (-sum(line.counts.values()), line.touchpoint))


def behind_follow_ups(found: Iterable[Followed], touchpoint: str, how: str) -> list[Behind]:
    """The follow-ups behind a figure; the value is the seconds from due to done, `counts`: the buyer bought."""
    return [
        Behind(
            at=one.row.at, agent=one.row.agent, platform=one.row.platform, buyer=one.row.buyer,
            conversation=one.row.conversation, counts=one.bought, what=touchpoint,
            value=(one.row.done_at - one.row.at).total_seconds() if one.row.done_at else None,
        )
        for one in found
        if (one.row.touchpoint, one.how) == (touchpoint, how)
    ]  # fmt: skip


# --- situations ------------------------------------------------------------------------------------------------------


def situation_days(group: Group) -> dict[str, set[BuyerDay]]:
    """The buyer-days of asking by situation that was recognised on them; a day with several counts for each."""
    asked = inquiries(group)
    days: defaultdict[str, set[BuyerDay]] = defaultdict(set)
    for row in group.inputs.suggestions:
        if row.situation and row.platform is not None and row.buyer is not None:
            days[row.situation].add((group.day(row.at), row.platform, row.buyer))
    known = {situation: found & asked for situation, found in days.items()}
    rest = asked - {day for found in known.values() for day in found}
    return {situation: found for situation, found in {**known, NO_SITUATION: rest}.items() if found}


def situation_lines(groups: Iterable[Group]) -> list[SituationLine]:
    """The situation in which most buyers left without an order comes first."""
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for group in groups:
        settling, ordered = inquiries(group, "settling"), inquiries(group, "ordered")
        for situation, days in situation_days(group).items():
            for place, part in enumerate((days, days & ordered - settling, days & settling)):
                sums[situation][place] += len(part)
    lines = [SituationLine(situation, *numbers) for situation, numbers in sums.items()]
    return sorted(lines, key=lambda line: (not line.situation, -line.lost, line.situation))


def behind_situation(
    group: Group, situation: str, listed: Callable[[Group, set[BuyerDay]], list[Behind]]
) -> list[Behind]:
    """The buyers who asked in a situation and of whom one can say; `counts`: they ordered."""
    settling, ordered = inquiries(group, "settling"), inquiries(group, "ordered")
    days = situation_days(group).get(situation, set()) - settling
    lost = (replace(row, counts=False) for row in listed(group, days - ordered))
    return [*lost, *listed(group, days & ordered)]
