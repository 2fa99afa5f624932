"""Rounds worked out the slow way, straight from raw events and the field's definitions (DOMAIN 1.1, 8.20).

Not the product's way: nothing is remembered from message to message, each question is asked of the whole list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Event = Mapping[str, Any]
# Of what is said in generated days: what asks for no answer, and after what it answers a question.
THANKS, QUESTION = "谢谢", "要哪个颜色？"
# DOMAIN 1.1, 1.2, 8.24: by which rules platforms count. `late`: so many seconds a buyer may wait before her round stays
# with who let her wait.
USUAL: Mapping[str, Any] = {
    "opens": time(8),
    "closes": time(23),
    "window_by": "question",
    "unit": "round",
    "first_only": False,
    "gap": timedelta(minutes=10),
    "cap": None,
    "helped": False,
    "late": 180,
    "slow": 120,
    "slow_rounds": 3,
}
OWN: Mapping[str, Mapping[str, Any]] = {
    "taobao": {"cap": 600.0, "helped": True},
    "jd": {"opens": time(9), "window_by": "session", "unit": "session", "first_only": True, "late": 30},
    "pdd": {"unit": "buyer", "late": 30},
    "douyin": {"unit": "session"},
    "kuaishou": {"unit": "buyer"},
}  # fmt: skip


class Book:
    """By which rules is counted on which day: (platform, name, from which day on, value) changes the usual ones."""

    def __init__(self, changes: Sequence[tuple[str, str, date, Any]] = ()) -> None:
        self.changes = changes

    def rule(self, platform: str, name: str, on: date) -> Any:
        known = [change for change in self.changes if change[:2] == (platform, name) and change[2] <= on]
        if known:
            return max(known, key=lambda change: change[2])[3]
        return OWN.get(platform, {}).get(name, USUAL[name])


SHIPPED = Book()


@dataclass(frozen=True)
class Asked:
    """One round: the first question of an unanswered run. `answer` is the first effective reply, on whatever day."""

    platform: str
    chat: str
    buyer: str
    at: datetime
    answer: datetime | None
    agent: str | None
    own_clock: datetime
    session: int
    session_began: datetime
    first: bool
    ended: datetime
    thanks: bool

    def seconds(self, zone: ZoneInfo, *, own: bool) -> float | None:
        """The wait for an answer on the same day."""
        if self.answer is None or day(self.answer, zone) != day(self.at, zone):
            return None
        return (self.answer - (self.own_clock if own else self.at)).total_seconds()

    def waited(self, zone: ZoneInfo, *, own: bool) -> float:
        """The wait for an answer that day, or until the session ended, at the latest with the day."""
        seconds = self.seconds(zone, own=own)
        return max(
            0.0, (self.ended - (self.own_clock if own else self.at)).total_seconds() if seconds is None else seconds
        )


def day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def end_of(at: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(day(at, zone) + timedelta(days=1), time(0), zone)


class Talk:
    """What happened in one conversation."""

    def __init__(self, events: Sequence[Event], zone: ZoneInfo, book: Book = SHIPPED) -> None:
        self.zone, self.book = zone, book
        mine = sorted(events, key=lambda event: event["moment"])
        self.said = [event for event in mine if event["type"] == "message" and event["side"] != "system"]
        self.life = [event for event in mine if event["type"] == "conversation"]
        self.asked = [event for event in self.said if event["side"] == "buyer"]

    def rule(self, event: Event, name: str) -> Any:
        """What holds on the day of an event."""
        return self.book.rule(str(event["platform"]), name, day(event["moment"], self.zone))

    def effective(self, event: Event) -> bool:
        helped = event["origin"] == "robot_assist" and self.rule(event, "helped")
        return bool(event["side"] == "agent" and (event["origin"] == "human" or helped))

    def owed(self, at: datetime) -> bool:
        """Whether a question of the same day has no effective answer just before a moment."""
        questions = [q for q in self.asked if q["moment"] < at and day(q["moment"], self.zone) == day(at, self.zone)]
        return any(not any(q["moment"] < a["moment"] < at for a in self.answers) for q in questions)

    @property
    def answers(self) -> list[Event]:
        return [event for event in self.said if self.effective(event)]

    @property
    def openers(self) -> list[Event]:
        return [question for question in self.asked if not self.owed(question["moment"])]

    def session(self, at: datetime) -> int:
        """How many sessions began up to a moment: after a silence in which no answer was owed."""
        began = 0
        for before, event in zip(self.said, self.said[1:], strict=False):
            silent = event["moment"] - before["moment"] >= self.rule(event, "gap")
            began += event["moment"] <= at and silent and not self.owed(event["moment"])
        return began

    def rounds(self) -> list[Asked]:
        return [self._round(opener) for opener in self.openers]

    def _round(self, opener: Event) -> Asked:
        at = opener["moment"]
        answer = next((a for a in self.answers if a["moment"] > at), None)
        session = self.session(at)
        together = [one["moment"] for one in self.openers if self.session(one["moment"]) == session]
        agent, clock = self._whose(at, answer)
        return Asked(
            opener["platform"], opener["conversation"], opener["buyer"], at, answer["moment"] if answer else None,
            agent, clock, session, together[0], together[0] == at, self._ended(opener),
            self._only_thanks(opener),
        )  # fmt: skip

    def _ended(self, opener: Event) -> datetime:
        """When a session without an answer was over: closed, or silent for long; by what happened that day."""
        at = opener["moment"]
        later = [one["moment"] for one in self.openers if one["moment"] > at]
        until = min([end_of(at, self.zone), *later])
        last = max(one["moment"] for one in self.said if at <= one["moment"] < until)
        closed = [one["moment"] for one in self.life if one["state"] == "closed" and one["moment"] >= at]
        ended: datetime = min([last + self.rule(opener, "gap"), end_of(at, self.zone), *closed])
        return ended

    def _only_thanks(self, opener: Event) -> bool:
        """Whether nothing else was said from then on that day, and no question had come before (DOMAIN 8.21)."""
        at, until = opener["moment"], end_of(opener["moment"], self.zone)
        run = [one["text"] for one in self.asked if at <= one["moment"] < until]
        human = [one for one in self.said if one["side"] == "agent" and one["origin"] == "human"]
        before = [one["text"] for one in human if one["moment"] < at]
        return set(run) == {THANKS} and len(run) <= 5 and before[-1:] != [QUESTION]

    # --- whose it is

    def _holds(self) -> list[tuple[datetime, str, bool]]:
        """(when, who, handed over) each time another one came to hold the chat; a robot holds none."""
        told = [(one["moment"], one["agent"], True) for one in self.life if one["state"] != "closed"]
        told += [
            (one["moment"], one["agent"], False)
            for one in self.said
            if one["side"] == "agent" and one["origin"] != "robot"
        ]
        found: list[tuple[datetime, str, bool]] = []
        for change in sorted(told):
            if not found or found[-1][1] != change[1]:
                found.append(change)
        return found

    def _whose(self, at: datetime, answer: Event | None) -> tuple[str | None, datetime]:
        """Who answered that day, else who held it when the time had passed; and when their own clock started."""
        holds = self._holds()
        if answer is not None and day(answer["moment"], self.zone) == day(at, self.zone):
            who = str(answer["agent"])
            before = [change for change in holds if change[0] < answer["moment"]]
            handed = before and before[-1][1] == who and before[-1][2] and before[-1][0] > at
            return who, before[-1][0] if handed else at
        until = min(
            [
                end_of(at, self.zone),
                *([answer["moment"]] if answer else []),
                *(one["moment"] for one in self.openers if one["moment"] > at),
            ]
        )
        agent = next((who for when, who, _ in reversed(holds) if when < at), None)
        clock = at
        for when, who, handed in holds:
            if at < when < until:
                agent, clock = self._moved(agent, clock, when, who, handed=handed)
        return agent, clock

    def _moved(
        self, agent: str | None, clock: datetime, when: datetime, who: str, *, handed: bool
    ) -> tuple[str | None, datetime]:
        if agent is None:
            return who, when if handed else clock
        late = self.book.rule(str(self.said[0]["platform"]), "late", day(when, self.zone))
        if handed and (when - clock).total_seconds() <= late:
            return who, when
        return agent, clock
