"""One group of rows and how its rounds are judged: window, day, clock, cap and the platform's unit.

Not for the formulas (`kpi`): this is what several of them need of the same rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property

from assistant.domain.kpi_rows import ContactRow, Inputs, RoundRow
from assistant.domain.platforms import Profile, profile_of
from assistant.domain.rounds import SHANGHAI, shop_day

BuyerDay = tuple[date, str, str]


@dataclass(frozen=True, slots=True)
class Rules:
    """How to count. `now`: what is still running is not judged yet; None = the period is over.

    `whole_day` ignores the assessment windows; `agent_clock` starts at a handover instead of at the question.
    """

    tz: tzinfo = SHANGHAI
    now: datetime | None = None
    whole_day: bool = False
    agent_clock: bool = False
    profiles: Callable[[str], Profile] = profile_of


class Group:
    """The rows of one group and what several formulas need of them."""

    def __init__(self, inputs: Inputs, rules: Rules) -> None:
        self.inputs = inputs
        self.rules = rules

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
        if row.answered_at is None or self.day(row.answered_at) != self.day(row.asked_at):
            return None
        return (row.answered_at - self.start(row)).total_seconds()

    def wait(self, row: RoundRow) -> float:
        """Seconds waited: to the answer, the close or now, and no longer than the shop's day."""
        ends = [row.answered_at] if row.answered_at else [at for at in (row.ended_at, self.rules.now) if at]
        midnight = datetime.combine(self.day(row.asked_at) + timedelta(days=1), time(0), self.rules.tz)
        return max(0.0, (min([midnight, *ends]) - self.start(row)).total_seconds())

    def start(self, row: RoundRow) -> datetime:
        """When the wait began: the buyer's question, or for an agent's own figures the handover."""
        return row.clock_started_at if self.rules.agent_clock else row.asked_at

    def day(self, at: datetime) -> date:
        """The shop's day of a moment."""
        return shop_day(at, self.rules.tz)

    def buyer_day(self, row: RoundRow | ContactRow) -> BuyerDay:
        """What buyer counts count: each buyer once a day."""
        return self.day(row.at), row.platform, row.buyer

    def units(self, seconds: int) -> Iterator[tuple[Profile, list[RoundRow]]]:
        """What each platform counts: rounds, sessions or buyer-days, without rounds still within the time."""
        units: defaultdict[Hashable, list[RoundRow]] = defaultdict(list)
        for row in (row for row in self.rounds if not self._undecided(row, seconds)):
            profile = self.rules.profiles(row.platform)
            if profile.unit != "session" or profile.session_rule != "first" or row.first:
                units[self._unit_key(row, profile)].append(row)
        for rows in units.values():
            yield self.rules.profiles(rows[0].platform), rows

    def _unit_key(self, row: RoundRow, profile: Profile) -> Hashable:
        if profile.unit == "buyer":
            return self.buyer_day(row)
        within = (row.session,) if profile.unit == "session" else (row.number, row.at)
        return (row.platform, row.conversation, *within)

    def _assessed(self, row: RoundRow) -> bool:
        profile = self.rules.profiles(row.platform)
        moments = [row.session_asked_at if profile.window_by == "session" else row.asked_at]
        if profile.answered_inside_counts and row.answered_at is not None:
            moments.append(row.answered_at)
        local = (moment.astimezone(self.rules.tz).time() for moment in moments)
        return self.rules.whole_day or any(profile.window.covers(moment) for moment in local)

    def _undecided(self, row: RoundRow, seconds: int) -> bool:
        now = self.rules.now
        if now is None or row.answered_at is not None:
            return False
        return (now - self.start(row)).total_seconds() <= seconds
