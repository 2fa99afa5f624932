"""What scripted buyers do from moment to moment: come, ask in several messages, take an answer or not, lose patience,
order, pay, leave. A state and what was heard in, a state and what they do now out.

Not for judging the agent (`practice_review.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel

from assistant.domain.practice import Act, Cast, ScriptedBuyer, Turn
from assistant.domain.practice_goals import Reached, Said, reached
from assistant.domain.wording import Wording

Pace = Literal["slow", "usual", "fast"]
# Buyers' pauses and their patience are divided by this. The clock itself runs as always: fifteen seconds stay fifteen.
PACES: Mapping[Pace, float] = {"slow": 0.6, "usual": 1.0, "fast": 1.6}
# An answer may come in several messages: so long after the last of them the buyer decides that it does not help.
SETTLES = timedelta(seconds=8)
# A word so soon after the buyer fell silent is the end of the talk, not a coming back.
LULL = timedelta(seconds=20)
FIRST_COMES, NEXT_COMES, LAST_LEFT = timedelta(seconds=2), timedelta(seconds=9), timedelta(seconds=5)
BEFORE_ACTING = timedelta(seconds=3)

Why = Literal["reached", "unhelpful", "unanswered", "not_come_back", "cut_short"]


class GoalMet(BaseModel):
    """What became of one goal: `message` helped, or else is the last one that did not (None: there was none)."""

    turn: int
    why: Why
    message: str | None = None
    words: tuple[str, ...] = ()


class Planned(BaseModel):
    """Something the buyer will do at a moment. `leave` ends the visit."""

    at: AwareDatetime
    act: Act | None = None
    leave: bool = False


class Visit(BaseModel):
    """One buyer's visit so far. `heard_at` is the last answer weighed, `spoke_at` the buyer's own last word."""

    buyer: str
    state: Literal["to_come", "here", "content", "left"] = "to_come"
    came_at: AwareDatetime | None = None
    turn: int = 0
    turn_at: AwareDatetime | None = None
    spoke_at: AwareDatetime | None = None
    heard_at: AwareDatetime | None = None
    planned: list[Planned] = []
    nudged: int = 0
    tried: int = 0
    done: int = 0
    goals: list[GoalMet] = []

    @property
    def gone(self) -> bool:
        return self.state in ("content", "left")


class Play(BaseModel):
    """Everybody's visits, how many may be there at once, how fast they are. `quiet_at` is when the last one left."""

    visits: list[Visit]
    at_once: int
    pace: Pace = "usual"
    next_comes_at: AwareDatetime | None = None
    quiet_at: AwareDatetime | None = None

    @property
    def over(self) -> bool:
        return all(visit.gone for visit in self.visits)


@dataclass(frozen=True, slots=True)
class Doing:
    """What a buyer does now: `come` first of all, then acts; `number` counts them, so that a repeat is recognised."""

    buyer: str
    number: int
    act: Act | None = None
    come: bool = False


def advance(
    play: Play, cast: Cast, heard: Mapping[str, Sequence[Said]], now: datetime, wording: Wording
) -> tuple[list[Doing], datetime | None]:
    """Move everybody on to `now` (changes `play`); what they do, and when to look again if nobody speaks before.

    `heard` holds the agent's messages of each buyer's chat, oldest first.
    """
    doings: list[Doing] = []
    for visit in play.visits:
        script = cast.buyer(visit.buyer)
        if script is None:  # taken out of the folder meanwhile
            visit.state = "left" if not visit.gone else visit.state
        elif visit.state == "here":
            doings += _Moving(visit, script, heard.get(visit.buyer, ()), now, wording, PACES[play.pace]).on()
    doings += _come(play, cast, now)
    if play.over:
        play.quiet_at = play.quiet_at or now
        return doings, play.quiet_at + LAST_LEFT
    times = [visit_next(visit, cast, PACES[play.pace]) for visit in play.visits if visit.state == "here"]
    if _room(play):
        times.append(play.next_comes_at)
    return doings, min((at for at in times if at is not None), default=None)


def _room(play: Play) -> bool:
    here = sum(visit.state == "here" for visit in play.visits)
    return here < play.at_once and any(visit.state == "to_come" for visit in play.visits)


def _come(play: Play, cast: Cast, now: datetime) -> list[Doing]:
    """The next one comes when there is room, not all in the same second."""
    play.next_comes_at = play.next_comes_at or now + FIRST_COMES
    if not _room(play) or now < play.next_comes_at:
        return []
    visit = next(one for one in play.visits if one.state == "to_come")
    script = cast.buyer(visit.buyer)
    assert script is not None
    visit.state, visit.came_at = "here", now
    play.next_comes_at = now + NEXT_COMES / PACES[play.pace]
    _begin_turn(visit, script, now, PACES[play.pace])
    return [Doing(visit.buyer, 0, come=True)]


def visit_next(visit: Visit, cast: Cast, pace: float) -> datetime | None:
    """When this buyer will do something by themselves."""
    script = cast.buyer(visit.buyer)
    if visit.planned or script is None:
        return visit.planned[0].at if visit.planned else None
    turn = script.turns[visit.turn]
    if visit.heard_at is not None and turn.quiet is None and visit.spoke_at and visit.heard_at >= visit.spoke_at:
        return visit.heard_at + SETTLES / pace
    return _patient_until(visit, script, turn, pace)


def _patient_until(visit: Visit, script: ScriptedBuyer, turn: Turn, pace: float) -> datetime:
    assert visit.turn_at is not None
    if turn.quiet is not None:
        return visit.turn_at + turn.quiet
    return (visit.spoke_at or visit.turn_at) + script.patience / pace


def _begin_turn(visit: Visit, script: ScriptedBuyer, at: datetime, pace: float) -> None:
    """Plan to ask what this turn asks, message by message."""
    visit.turn_at, visit.tried, visit.nudged, visit.heard_at = at, 0, 0, None
    for text in script.turns[visit.turn].ask:
        at += typing(text) / pace
        visit.planned.append(Planned(at=at, act=Act(say=text)))


def typing(text: str) -> timedelta:
    """How long a buyer takes to write this."""
    return timedelta(seconds=1.5 + 0.25 * min(len(text), 24))


@dataclass(slots=True)
class _Moving:
    """One visit on its way to `now`."""

    visit: Visit
    script: ScriptedBuyer
    heard: Sequence[Said]
    now: datetime
    wording: Wording
    pace: float

    def on(self) -> list[Doing]:
        doings = self._carry_out()
        if self.visit.gone or _to_leave(self.visit):
            return doings
        helped = reached(self._turn.reached, self._answers(), self.wording)
        if not self.visit.planned:
            self._listen(helped)
        elif helped is not None and self._turn.reached:
            self.visit.planned.clear()  # the rest of a question need not be asked once it is answered
            self._go_on(helped)
        return doings + self._carry_out()

    def _carry_out(self) -> list[Doing]:
        """What was planned for now or before."""
        doings: list[Doing] = []
        while self.visit.planned and self.visit.planned[0].at <= self.now:
            planned = self.visit.planned.pop(0)
            if planned.act is not None:
                self.visit.done += 1
                doings.append(Doing(self.visit.buyer, self.visit.done, planned.act))
                self.visit.spoke_at = self.now if planned.act.say else self.visit.spoke_at
            if planned.leave:
                self.visit.state = "content" if self.visit.turn >= len(self.script.turns) else "left"
        return doings

    @property
    def _turn(self) -> Turn:
        return self.script.turns[self.visit.turn]

    def _answers(self) -> list[Said]:
        """What was said since this turn began; with the words of the turn before still to come, nothing."""
        assert self.visit.turn_at is not None
        since = self.visit.turn_at + (LULL if self._turn.quiet is not None else timedelta())
        return [said for said in self.heard if said.at > since]

    def _listen(self, helped: Reached | None) -> None:
        """Weigh the answers to what was asked; without one, be patient or not."""
        if helped is not None:
            return self._go_on(helped)
        answers = self._answers()
        fresh = [said for said in answers if self.visit.spoke_at is None or said.at >= self.visit.spoke_at]
        if fresh and self._turn.quiet is None:
            self.visit.heard_at = fresh[-1].at
            if self.now - fresh[-1].at >= SETTLES / self.pace:
                self._not_helped(fresh[-1])
        elif self.now >= _patient_until(self.visit, self.script, self._turn, self.pace):
            self._unanswered(answers)

    def _go_on(self, helped: Reached) -> None:
        """The answer helped: act on it, then ask what comes next, or go content."""
        self._note("reached", helped.message, helped.words)
        at = self._plan(self._turn.then)
        self.visit.turn += 1
        if self.visit.turn < len(self.script.turns):
            return _begin_turn(self.visit, self.script, at, self.pace)
        self.visit.planned.append(Planned(at=at, leave=True))

    def _plan(self, acts: Sequence[Act]) -> datetime:
        at = self.now
        for act in acts:
            at += act.after or (typing(act.say) / self.pace if act.say else BEFORE_ACTING / self.pace)
            self.visit.planned.append(Planned(at=at, act=act))
        return at

    def _not_helped(self, last: Said) -> None:
        """Say that this does not help; after the last such word, leave."""
        if self.visit.tried < len(self._turn.otherwise):
            self._plan([Act(say=self._turn.otherwise[self.visit.tried])])
            self.visit.tried += 1
            return
        self._note("unhelpful", last.id)
        self._leave()

    def _unanswered(self, answers: Sequence[Said]) -> None:
        """Ask where everybody is; after the last such word, leave. Who was to be come back to leaves in silence."""
        if self._turn.quiet is not None:
            self._note("not_come_back", answers[-1].id if answers else None)
            self.visit.planned.append(Planned(at=self.now, leave=True))
        elif self.visit.nudged < len(self.script.impatient):
            self._plan([Act(say=self.script.impatient[self.visit.nudged])])
            self.visit.nudged += 1
        else:
            self._note("unanswered", None)
            self._leave()

    def _leave(self) -> None:
        at = self._plan([Act(say=self.script.leaves)])
        self.visit.planned.append(Planned(at=at, leave=True))

    def _note(self, why: Why, message: str | None, words: tuple[str, ...] = ()) -> None:
        self.visit.goals.append(GoalMet(turn=self.visit.turn, why=why, message=message, words=words))


def cut_short(play: Play, now: datetime) -> None:
    """The practice ends before its time: goals that were asked for and not decided say so (changes `play`)."""
    for visit in play.visits:
        open_ = visit.state == "here" and visit.turn not in {goal.turn for goal in visit.goals}
        if open_ and visit.turn_at is not None and visit.turn_at <= now and not _to_leave(visit):
            visit.goals.append(GoalMet(turn=visit.turn, why="cut_short"))


def _to_leave(visit: Visit) -> bool:
    return any(planned.leave for planned in visit.planned)
