"""Every figure worked out the slow way from raw events, as the field defines them (DOMAIN 1.1-1.4, 8.19-8.22).

Written from the definitions, not from the product: the two are compared in `test_kpi_by_hand.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from tests.services.rounds_by_hand import Asked, Event, Talk, day

Figures = dict[str, Any]
# DOMAIN 1.1.5, 1.2: which hours count, by what moment, and what is counted.
OPENS = {"jd": time(9)}
UNIT = {"jd": "session", "douyin": "session", "kuaishou": "buyer", "pdd": "buyer"}


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


class Day:
    """What happened, of one agent or (None) of all, on some days. Own figures run by the agent's own clock."""

    def __init__(self, events: Sequence[Event], zone: ZoneInfo, days: set[date], agent: str | None = None) -> None:
        self.zone, self.days, self.agent = zone, days, agent
        chats: defaultdict[Any, list[Event]] = defaultdict(list)
        for event in events:
            if event["type"] in ("message", "conversation"):
                chats[event["platform"], event["conversation"]].append(event)
        self.talks = [Talk(chat, zone) for chat in chats.values()]
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

    def asked_day(self, one: Asked) -> Hashable:
        return day(one.at, self.zone), one.platform, one.buyer

    # --- who was there

    def consulted(self) -> set[Hashable]:
        return {self.buyer_day(one) for one in self.words} | {self.asked_day(one) for one in self.rounds}

    def effective(self) -> set[Hashable]:
        spoke = {self.buyer_day(one) for one in self.said if one["side"] == "buyer"}
        return spoke & {self.buyer_day(one) for one in self.words if is_human(one)}

    # --- how long it took

    def assessed(self) -> list[Asked]:
        def counts(one: Asked) -> bool:
            moment = one.session_began if one.platform == "jd" else one.at
            return OPENS.get(one.platform, time(8)) <= moment.astimezone(self.zone).time() < time(23)

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
            unit = UNIT.get(one.platform, "round")
            if one.platform == "jd" and not one.first:
                continue  # only the first answer of a session
            session = (day(one.at, self.zone), one.platform, one.chat, one.session)
            key: Hashable = {"session": session, "buyer": self.asked_day(one), "round": number}[unit]
            units[key].append(self.seconds(one))
        good = sum(all(wait is not None and wait <= seconds for wait in waits) for waits in units.values())
        return good, len(units)

    def slow(self) -> int:
        days: defaultdict[Hashable, int] = defaultdict(int)
        for one in self.assessed():
            days[self.asked_day(one)] += one.waited(self.zone, own=self.agent is not None) > 120
        return sum(count >= 3 for count in days.values())

    def waits(self) -> list[float]:
        return [one.waited(self.zone, own=self.agent is not None) for one in self.assessed()]

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


def _capped(one: Asked, seconds: float) -> float:
    return min(seconds, 600.0) if one.platform == "taobao" else seconds


class Together:
    """Days of several agents or shops added up: each is worked out by itself, nothing is an average of averages."""

    def __init__(self, parts: Sequence[Day]) -> None:
        self.parts = parts

    def answered(self) -> list[tuple[Asked, float]]:
        return [pair for part in self.parts for pair in part.answered()]

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
        "average_response_seconds": mean(_capped(one, seconds) for one, seconds in answered),
        "response_p90_seconds": ninth_decile([seconds for _, seconds in answered]),
        **{f"within_{seconds}s_rate": share(*found.in_time(seconds)) for seconds in (15, 30, 60, 180)},
        "reply_rate": None if missed is None else 1 - missed,
        "unanswered_buyers": found.unanswered(),
        "slow_receptions": found.slow(),
        "longest_wait_seconds": max(found.waits(), default=None),
        "answer_question_ratio": share(len(humans), sum(one["side"] == "buyer" for one in words)),
        "script_usage_rate": share(sum(bool(one.get("script")) for one in humans), len(humans)),
    }
