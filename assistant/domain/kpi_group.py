"""One group of rows and how its rounds are judged: window, day, clock, cap and the platform's unit.

Not for the formulas (`kpi`): this is what several of them need of the same rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property

from assistant.domain.kpi_rows import ContactRow, Inputs, OrderRow, RoundRow
from assistant.domain.moments import SHANGHAI, midnight, shop_day
from assistant.domain.platform_changes import USUAL
from assistant.domain.platforms import Profile

BuyerDay = tuple[date, str, str]
Unit = tuple[Profile, list[RoundRow]]
Value = int | float | None


@dataclass(frozen=True, slots=True)
class Rules:
    """How to count. `now`: what is still running is not judged yet; None = the period is over.

    `whole_day` ignores the assessment windows; `agent_clock` starts at a handover instead of at the question.
    `profiles` gives a platform's on a day of the shop.
    """

    zone: tzinfo = SHANGHAI
    now: datetime | None = None
    whole_day: bool = False
    agent_clock: bool = False
    profiles: Callable[[str, date], Profile] = USUAL.on


def ratio(numerator: float, denominator: float) -> float | None:
    """None without a denominator."""
    return numerator / denominator if denominator else None


class Group:
    """The rows of one group and what several formulas need of them, each worked out once."""

    def __init__(self, inputs: Inputs, rules: Rules) -> None:
        self.inputs = inputs
        self.rules = rules
        self._days: dict[datetime, date] = {}
        # By the row itself: the rows live as long as the group that holds them.
        self._seconds: dict[int, float | None] = {}

    @cached_property
    def owed(self) -> Group:
        """The same rows without rounds that nobody answered because nothing was asked (DOMAIN 8.21)."""
        if not any(row.closing for row in self.inputs.rounds):
            return self
        kept = [row for row in self.inputs.rounds if not row.closing]
        return self._like(replace(self.inputs, rounds=kept), self.rules)

    @cached_property
    def all_day(self) -> Group:
        """The same rows judged without assessment windows."""
        return self._like(self.inputs, replace(self.rules, whole_day=True))

    def _like(self, inputs: Inputs, rules: Rules) -> Group:
        """A group of rows of this one, which took as long and are of the same days."""
        group = Group(inputs, rules)
        group._days, group._seconds = self._days, self._seconds
        return group

    @cached_property
    def hours(self) -> Counter[int]:
        """How many rounds were asked in which hour of the shop's day."""
        return Counter(row.asked_at.astimezone(self.rules.zone).hour for row in self.inputs.rounds)

    @cached_property
    def rounds(self) -> list[RoundRow]:
        """The rounds that are assessed."""
        return [row for row in self.inputs.rounds if self._assessed(row)]

    @cached_property
    def durations(self) -> list[tuple[RoundRow, float]]:
        """Answered rounds and their seconds. Under one second is a robot's doing (DOMAIN 1.1.4)."""
        timed = ((row, self.seconds(row)) for row in self.rounds)
        return [(row, seconds) for row, seconds in timed if seconds is not None and seconds >= 1]

    def seconds(self, row: RoundRow) -> float | None:
        """Seconds to the answer; None without one on the same day."""
        key = id(row)
        if key not in self._seconds:
            self._seconds[key] = self._took(row)
        return self._seconds[key]

    def _took(self, row: RoundRow) -> float | None:
        if row.answered_at is None or self.day(row.answered_at) != self.day(row.asked_at):
            return None
        return (row.answered_at - self.start(row)).total_seconds()

    def wait(self, row: RoundRow) -> float:
        """Seconds waited: to the answer of that day, else until the session ended, now or the day's end."""
        seconds = self.seconds(row)
        if seconds is not None:
            return max(0.0, seconds)
        tonight = midnight(self.day(row.asked_at) + timedelta(days=1), self.rules.zone)
        ends = [at for at in (row.ended_at, self.rules.now) if at]
        return max(0.0, (min([tonight, *ends]) - self.start(row)).total_seconds())

    def start(self, row: RoundRow) -> datetime:
        """When the wait began: the buyer's question, or for an agent's own figures the handover."""
        return row.clock_started_at if self.rules.agent_clock else row.asked_at

    def day(self, at: datetime) -> date:
        """The shop's day of a moment."""
        found = self._days.get(at)
        if found is None:
            found = self._days[at] = shop_day(at, self.rules.zone)
        return found

    def profile(self, row: RoundRow) -> Profile:
        """By which rules a round is judged: those of the day on which it was asked."""
        return self.rules.profiles(row.platform, self.day(row.at))

    def buyer_day(self, row: RoundRow | ContactRow | OrderRow) -> BuyerDay:
        """What buyer counts count: each buyer once a day."""
        return self.day(row.at), row.platform, row.buyer

    def units(self, seconds: int) -> list[Unit]:
        """What each platform counts: rounds, sessions or buyer-days, without rounds still within the time."""
        if not any(self._undecided(row, seconds) for row in self._unanswered):
            return self._all_units
        return self._units(row for row in self.rounds if not self._undecided(row, seconds))

    @cached_property
    def _unanswered(self) -> list[RoundRow]:
        return [row for row in self.rounds if row.answered_at is None]

    @cached_property
    def _all_units(self) -> list[Unit]:
        return self._units(self.rounds)

    def _units(self, rounds: Iterable[RoundRow]) -> list[Unit]:
        units: defaultdict[Hashable, list[RoundRow]] = defaultdict(list)
        for row in rounds:
            profile = self.profile(row)
            if profile.unit != "session" or profile.session_rule != "first" or row.first:
                units[self._unit_key(row, profile)].append(row)
        return [(self.profile(rows[0]), rows) for rows in units.values()]

    def _unit_key(self, row: RoundRow, profile: Profile) -> Hashable:
        if profile.unit == "buyer":
            return self.buyer_day(row)
        # A session over midnight counts on both days, as a buyer would: so days add up to the period.
        within = (row.session, self.day(row.at)) if profile.unit == "session" else (row.number, row.at)
        return (row.platform, row.conversation, *within)

    def _assessed(self, row: RoundRow) -> bool:
        profile = self.profile(row)
        moments = [row.session_asked_at if profile.window_by == "session" else row.asked_at]
        if profile.answered_inside_counts and row.answered_at is not None:
            moments.append(row.answered_at)
        local = (moment.astimezone(self.rules.zone).time() for moment in moments)
        return self.rules.whole_day or any(profile.window.covers(moment) for moment in local)

    def _undecided(self, row: RoundRow, seconds: int) -> bool:
        now = self.rules.now
        if now is None or row.answered_at is not None:
            return False
        return (now - self.start(row)).total_seconds() <= seconds
