"""Matches buyers' questions with agents' answers: the rounds from which every response figure comes.

Not for figures (`kpi`) and not for the running clock (`waiting`). One set of rules serves both ways in:
`step` takes one entry and a small state, `rounds_of` folds it over a whole conversation.

Three decisions:
- Silence ends a session only when no answer is owed. Silence while the buyer waits is response time.
- A question is owed until the end of its shop-day. On a later day the buyer's next message opens a new round,
  so that a thank-you left unanswered yesterday does not swallow today's question; an answer on a later day is
  noted, but the round stays with whoever held it and counts as unanswered.
- A handover moves an open round to the receiver unless its holder has already let the platform's time pass, and
  only on the day of the question: a day that is over keeps whose it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Literal, NamedTuple

from assistant.domain.moments import SHANGHAI, shop_day
from assistant.domain.platforms import Profile

Side = Literal["buyer", "agent", "system"]
Origin = Literal["human", "auto", "robot", "robot_assist"]


class Message(NamedTuple):
    """One message of a conversation, without its text. `agent` and `origin` matter only on the agent side."""

    at: datetime
    side: Side
    agent: str | None
    origin: Origin
    id: str


class Handover(NamedTuple):
    """The conversation was assigned or transferred to `agent`; None = back to the queue."""

    at: datetime
    agent: str | None
    id: str


class LetGo(NamedTuple):
    """A person saw that what the buyer has said so far needs no answer; `undone` takes that back (DOMAIN 8.21)."""

    at: datetime
    undone: bool
    id: str


Entry = Message | Handover | LetGo


@dataclass(frozen=True, slots=True)
class Round:
    """First unanswered buyer message up to the first effective reply. (conversation, number) identifies it.

    `agent` answered it in time or, unanswered, held it at the breach. `held_at` is set when that agent
    received the conversation after the question. `session_asked_at` is the first question of the session.
    """

    asked_at: datetime
    answered_at: datetime | None
    agent: str | None
    session: int
    first: bool
    session_asked_at: datetime
    held_at: datetime | None = None
    number: int = 0

    @property
    def seconds(self) -> float | None:
        """The buyer's wait; None while unanswered."""
        return None if self.answered_at is None else (self.answered_at - self.asked_at).total_seconds()

    @property
    def clock_started_at(self) -> datetime:
        """When the clock of `agent` started: at the question, or at a later handover (DOMAIN 8.20)."""
        return self.held_at or self.asked_at


class RoundState(NamedTuple):
    """All that `step` must remember of a conversation, one row.

    A named tuple, since every message makes new ones and a dataclass takes several times as long to copy.

    `open` is the round numbered `rounds` - 1 while it has no answer, so it need not be stored twice. `let_go` is until
    when its questions need none, `asked_again` the first one after that.
    `last_at` is the last message (for silence); `seen_at`, `seen_id` the last entry of any kind (for order).
    """

    rounds: int = 0
    session: int = 0
    session_asked_at: datetime | None = None
    last_at: datetime | None = None
    holder: str | None = None
    held_at: datetime | None = None
    seen_at: datetime | None = None
    seen_id: str = ""
    open: Round | None = None
    let_go: datetime | None = None
    asked_again: datetime | None = None

    @property
    def waiting_since(self) -> datetime | None:
        """Since when an answer is owed. The round of a chat that was let go stays open: the platform counts it."""
        if self.open is None:
            return None
        return self.open.asked_at if self.let_go is None else self.asked_again


@dataclass(frozen=True, slots=True)
class RoundEvent:
    """What the store has to write: insert the round (opened) or update it (moved, closed)."""

    kind: Literal["opened", "moved", "closed"]
    round: Round


Outcome = tuple[RoundState, RoundEvent | None]


def effective(message: Message, profile: Profile) -> bool:
    """Whether a message answers the buyer: a human's, or an assisting robot's where the platform says so."""
    assisted = profile.robot_assist and message.origin == "robot_assist"
    return message.side == "agent" and (message.origin == "human" or assisted)


def rounds_of(entries: Iterable[Entry], profile: Profile, zone: tzinfo = SHANGHAI) -> list[Round]:
    """All rounds of one conversation, in order, from entries in any order (DOMAIN 1.1)."""
    return replay(entries, lambda at: profile, zone)[1]


def replay(
    entries: Iterable[Entry], profile_at: Callable[[datetime], Profile], zone: tzinfo = SHANGHAI
) -> tuple[RoundState, list[Round]]:
    """State and rounds of one conversation from scratch, for the moment a late event has arrived."""
    state = RoundState()
    rounds: dict[int, Round] = {}
    for entry in sorted(entries, key=lambda e: (e.at, e.id)):
        state, event = step(state, entry, profile_at(entry.at), zone)
        if event is not None:
            rounds[event.round.number] = event.round
    return state, list(rounds.values())


def step(state: RoundState, entry: Entry, profile: Profile, zone: tzinfo = SHANGHAI) -> Outcome:
    """The next state and what changed. Entries must come ordered by (at, id); a late one needs `replay`."""
    if isinstance(entry, Message) and entry.side == "system":
        return state, None
    if isinstance(entry, LetGo):
        until = None if entry.undone else entry.at
        return state._replace(seen_at=entry.at, seen_id=entry.id, let_go=until, asked_again=None), None
    if isinstance(entry, Handover):
        return _hand_over(state._replace(seen_at=entry.at, seen_id=entry.id), entry, profile, zone)
    state = _enter_session(state, entry, profile, zone)
    if entry.side == "buyer":
        return _ask(state, entry.at, zone)
    return _speak(state, entry, profile, zone)


def arrives_late(state: RoundState, entry: Entry) -> bool:
    """Whether an entry belongs before what `step` has already seen, so that the rounds need `replay`."""
    return state.seen_at is not None and (entry.at, entry.id) < (state.seen_at, state.seen_id)


def session_end(last_at: datetime, closed_at: datetime | None, profile: Profile) -> datetime:
    """When a session without an answer is over: closed, or silent for a session gap after its last message.

    For figures only (`ended_at` of a row): a buyer who left after ten minutes did not wait until midnight.
    """
    silent_at = last_at + profile.session_gap
    return silent_at if closed_at is None else min(silent_at, closed_at)


def _owes(state: RoundState, at: datetime, zone: tzinfo) -> bool:
    return state.open is not None and shop_day(state.open.asked_at, zone) == shop_day(at, zone)


def _enter_session(state: RoundState, message: Message, profile: Profile, zone: tzinfo) -> RoundState:
    at = message.at
    silent = state.last_at is not None and at - state.last_at >= profile.session_gap
    entered = state._replace(last_at=at, seen_at=at, seen_id=message.id)
    if silent and not _owes(state, at, zone):
        return entered._replace(session=state.session + 1, session_asked_at=None)
    return entered


def _ask(state: RoundState, at: datetime, zone: tzinfo) -> Outcome:
    if _owes(state, at, zone):
        if state.let_go is not None and state.asked_again is None:
            state = state._replace(asked_again=at)
        return state, None
    began = state.session_asked_at or at
    opened = Round(
        asked_at=at,
        answered_at=None,
        agent=state.holder,
        session=state.session,
        first=state.session_asked_at is None,
        session_asked_at=began,
        number=state.rounds,
    )
    rounds = state.rounds + 1
    state = state._replace(rounds=rounds, session_asked_at=began, open=opened, let_go=None, asked_again=None)
    return state, RoundEvent("opened", opened)


def _speak(state: RoundState, message: Message, profile: Profile, zone: tzinfo) -> Outcome:
    held_at = state.held_at if message.agent == state.holder else None
    holds = message.agent is not None and message.origin != "robot"  # a robot's account holds no conversation
    if holds and message.agent != state.holder:
        state = state._replace(holder=message.agent, held_at=None)
    if state.open is None:
        return state, None
    if effective(message, profile):
        closed = _answered(state.open, message, held_at, zone)
        return state._replace(open=None, let_go=None, asked_again=None), RoundEvent("closed", closed)
    if state.open.agent is None and state.holder is not None and _owes(state, message.at, zone):
        # An auto-reply shows whose account it is.
        return _move(state, replace(state.open, agent=state.holder))
    return state, None


def _answered(open_: Round, message: Message, held_at: datetime | None, zone: tzinfo) -> Round:
    if shop_day(message.at, zone) != shop_day(open_.asked_at, zone):
        return replace(open_, answered_at=message.at)
    received = held_at if held_at is not None and held_at > open_.asked_at else None
    return replace(open_, answered_at=message.at, agent=message.agent or open_.agent, held_at=received)


def _hand_over(state: RoundState, handover: Handover, profile: Profile, zone: tzinfo) -> Outcome:
    if handover.agent == state.holder:
        return state, None
    state = state._replace(holder=handover.agent, held_at=handover.at)
    if state.open is None or not _owes(state, handover.at, zone) or _breached(state.open, handover.at, profile):
        return state, None
    return _move(state, replace(state.open, agent=handover.agent, held_at=handover.at))


def _breached(open_: Round, at: datetime, profile: Profile) -> bool:
    if open_.agent is None:
        return False
    return (at - open_.clock_started_at).total_seconds() > profile.alarm.late


def _move(state: RoundState, moved: Round) -> Outcome:
    return state._replace(open=moved), RoundEvent("moved", moved)
