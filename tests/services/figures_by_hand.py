"""Every figure worked out the slow way from raw events, as the field defines them (DOMAIN 1.1-1.4, 8.19-8.22).

Written from the definitions, not from the product: the two are compared in `test_kpi_by_hand.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from copy import copy
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from tests.services.rounds_by_hand import SHIPPED, Asked, Book, Event, Talk, day

Figures = dict[str, Any]


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


class Day:
    """What happened, of one agent or (None) of all, on some days. Own figures run by the agent's own clock."""

    def __init__(
        self, events: Sequence[Event], zone: ZoneInfo, days: set[date], agent: str | None = None, book: Book = SHIPPED
    ) -> None:
        self.zone, self.days, self.agent, self.book = zone, days, agent, book
        chats: defaultdict[Any, list[Event]] = defaultdict(list)
        for event in events:
            if event["type"] in ("message", "conversation"):
                chats[event["platform"], event["conversation"]].append(event)
        self.talks = [Talk(chat, zone, book) for chat in chats.values()]
        self.every = [asked for talk in self.talks for asked in talk.rounds()]
        self.rounds = [asked for asked in self.every if self._here(asked.at) and self._mine(asked.agent)]
        self.said = [one for talk in self.talks for one in talk.said if self._here(one["moment"])]
        self.owners = {id(one): self._owner(talk, one) for talk in self.talks for one in talk.said}

    def _here(self, at: Any) -> bool:
        return day(at, self.zone) in self.days

    def _mine(self, agent: str | None) -> bool:
        return self.agent is None or agent == self.agent

    def _owner(self, talk: Talk, said: Event) -> str | None:
        """An agent's words are theirs; a buyer's go to whose the round is."""
        if said["side"] == "agent":
            return str(said["agent"])
        rounds = [one for one in talk.rounds() if one.at <= said["moment"]]
        return rounds[-1].agent if rounds else None

    @property
    def words(self) -> list[Event]:
        return [one for one in self.said if self._mine(self.owners[id(one)])]

    def buyer_day(self, one: Event) -> Hashable:
        return day(one["moment"], self.zone), one["platform"], one["buyer"]

    def asked_day(self, one: Asked) -> tuple[date, str, str]:
        return day(one.at, self.zone), one.platform, one.buyer

    def rule(self, one: Asked, name: str) -> Any:
        """What holds on the day of a question."""
        return self.book.rule(one.platform, name, day(one.at, self.zone))

    # --- who was there

    def consulted(self) -> set[Hashable]:
        return {self.buyer_day(one) for one in self.words} | {self.asked_day(one) for one in self.rounds}

    def effective(self) -> set[Hashable]:
        spoke = {self.buyer_day(one) for one in self.said if one["side"] == "buyer"}
        return spoke & {self.buyer_day(one) for one in self.words if is_human(one)}

    # --- how long it took

    def assessed(self) -> list[Asked]:
        def counts(one: Asked) -> bool:
            moment = one.session_began if self.rule(one, "window_by") == "session" else one.at
            clock, opens, closes = (
                moment.astimezone(self.zone).time(),
                self.rule(one, "opens"),
                self.rule(one, "closes"),
            )
            return bool(opens <= clock and (closes == time() or clock < closes))

        return [one for one in self.rounds if counts(one)]

    def seconds(self, one: Asked) -> float | None:
        return one.seconds(self.zone, own=self.agent is not None)

    def answered(self) -> list[tuple[Asked, float]]:
        """Without those of less than a second: a sign of a robot."""
        return [(one, s) for one in self.assessed() if (s := self.seconds(one)) is not None and s >= 1]

    def in_time(self, seconds: int) -> tuple[int, int]:
        """How many of how many were answered within this time."""
        units: defaultdict[Hashable, list[float | None]] = defaultdict(list)
        for number, one in enumerate(self.assessed()):
            unit = self.rule(one, "unit")
            if unit == "session" and self.rule(one, "first_only") and not one.first:
                continue  # only the first answer of a session
            session = (day(one.at, self.zone), one.platform, one.chat, one.session)
            key: Hashable = {"session": session, "buyer": self.asked_day(one), "round": number}[unit]
            units[key].append(self.seconds(one))
        good = sum(all(wait is not None and wait <= seconds for wait in waits) for waits in units.values())
        return good, len(units)

    def slow(self) -> int:
        days: defaultdict[tuple[date, str, str], int] = defaultdict(int)
        for one in self.assessed():
            slow = one.waited(self.zone, own=self.agent is not None) > self.rule(one, "slow")
            days[self.asked_day(one)] += slow
        return sum(count >= self.book.rule(on, "slow_rounds", at) for (at, on, _), count in days.items())

    def capped(self) -> list[float]:
        """The waits as they enter the average."""
        caps = [(seconds, self.rule(one, "cap")) for one, seconds in self.answered()]
        return [seconds if cap is None else min(seconds, cap) for seconds, cap in caps]

    def waits(self) -> list[float]:
        return [one.waited(self.zone, own=self.agent is not None) for one in self.assessed()]

    def owed(self) -> Day:
        """Without thanks that nobody answered."""
        without = copy(self)
        without.rounds = [one for one in self.rounds if not one.thanks or self.seconds(one) is not None]
        return without

    def unanswered(self) -> int:
        return len({self.asked_day(one) for one in self.assessed() if self.seconds(one) is None})


def is_human(one: Event) -> bool:
    return bool(one["side"] == "agent" and one["origin"] == "human")


def mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return share(sum(found), len(found))


def ninth_decile(values: list[float]) -> float | None:
    """As a spreadsheet's PERCENTILE.INC."""
    if not values:
        return None
    values = sorted(values)
    place = 0.9 * (len(values) - 1)
    low, high = values[int(place)], values[min(int(place) + 1, len(values) - 1)]
    return low + (high - low) * (place - int(place))


class Together:
    """Days of several agents or shops added up: each is worked out by itself, nothing is an average of averages."""

    def __init__(self, parts: Sequence[Day]) -> None:
        self.parts = parts

    def answered(self) -> list[tuple[Asked, float]]:
        return [pair for part in self.parts for pair in part.answered()]

    def capped(self) -> list[float]:
        return [seconds for part in self.parts for seconds in part.capped()]

    @property
    def words(self) -> list[Event]:
        return [one for part in self.parts for one in part.words]

    def consulted(self) -> set[Hashable]:
        return {(n, key) for n, part in enumerate(self.parts) for key in part.consulted()}

    def effective(self) -> set[Hashable]:
        return {(n, key) for n, part in enumerate(self.parts) for key in part.effective()}

    def in_time(self, seconds: int) -> tuple[int, int]:
        found = [part.in_time(seconds) for part in self.parts]
        return sum(good for good, _ in found), sum(all_ for _, all_ in found)

    def slow(self) -> int:
        return sum(part.slow() for part in self.parts)

    def unanswered(self) -> int:
        return sum(part.unanswered() for part in self.parts)

    def waits(self) -> list[float]:
        return [wait for part in self.parts for wait in part.waits()]


def talk_figures(found: Day | Together) -> Figures:
    """What comes of messages alone."""
    answered, words = found.answered(), found.words
    humans = [one for one in words if is_human(one)]
    received = len(found.consulted())
    missed = share(found.unanswered(), received)
    return {
        "buyers_consulted": received,
        "buyers_received": received,
        "effective_receptions": len(found.effective()),
        "first_response_seconds": mean(seconds for one, seconds in answered if one.first),
        "average_response_seconds": mean(found.capped()),
        "response_p90_seconds": ninth_decile([seconds for _, seconds in answered]),
        **{f"within_{seconds}s_rate": share(*found.in_time(seconds)) for seconds in (15, 30, 60, 180)},
        "reply_rate": None if missed is None else 1 - missed,
        "unanswered_buyers": found.unanswered(),
        "slow_receptions": found.slow(),
        "longest_wait_seconds": max(found.waits(), default=None),
        "answer_question_ratio": share(len(humans), sum(one["side"] == "buyer" for one in words)),
        "script_usage_rate": share(sum(bool(one.get("script")) for one in humans), len(humans)),
    }
