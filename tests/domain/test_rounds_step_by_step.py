"""Step by step, from scratch and read plainly: three ways to match one history must agree."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.moments import SHANGHAI, shop_day
from assistant.domain.platforms import Profile, profile_of
from assistant.domain.rounds import (
    Entry,
    Handover,
    Message,
    Origin,
    Round,
    RoundState,
    Side,
    arrives_late,
    rounds_of,
    step,
)
from tests.domain.chat_samples import at

TAOBAO = profile_of("taobao")
JD = profile_of("jd")

# The rules once more, slowly and without a state: every question is looked up in the whole history.


Plain = tuple[datetime, datetime | None, int, bool]  # asked, answered, session, first


def _plain_rounds(messages: list[Message], profile: Profile) -> list[Plain]:
    counted = sorted((m for m in messages if m.side != "system"), key=lambda m: (m.at, m.id))
    origins = ("human", "robot_assist") if profile.robot_assist else ("human",)
    found: list[Plain] = []
    session = 0
    for i, message in enumerate(counted):
        since = 0
        for j in range(i):
            if counted[j].side == "agent" and counted[j].origin in origins:
                since = j + 1
        run = [m for m in counted[since:i] if m.side == "buyer" and _day(m) == _day(message)]
        silent = i > 0 and message.at - counted[i - 1].at >= profile.session_gap
        session += silent and not run
        if message.side == "buyer" and not run:
            answer = _answer_of(counted[i + 1 :], message, origins)
            found.append((message.at, answer, session, session not in [f[2] for f in found]))
    return found


def _day(message: Message) -> object:
    return shop_day(message.at, SHANGHAI)


def _answer_of(later: list[Message], question: Message, origins: tuple[str, ...]) -> datetime | None:
    for message in later:
        if message.side == "agent" and message.origin in origins:
            return message.at
        if message.side == "buyer" and _day(message) != _day(question):
            return None
    return None


@st.composite
def histories(draw: st.DrawFn) -> list[Entry]:
    start = at("22:00:00")
    gaps = st.sampled_from([0, 0, 1, 30, 179, 180, 181, 599, 600, 601, 3600, 40_000])
    entries: list[Entry] = []
    for number in range(draw(st.integers(0, 25))):
        start += timedelta(seconds=draw(gaps))
        kind = draw(st.sampled_from(["buyer", "buyer", "agent", "agent", "system", "handover"]))
        agent = draw(st.sampled_from(["lin", "wang"]))
        origin: Origin = draw(st.sampled_from(["human", "human", "auto", "robot", "robot_assist"]))
        if kind == "handover":
            entries.append(Handover(start, draw(st.sampled_from(["lin", "wang", None])), f"{number:03}"))
        elif kind == "buyer":
            entries.append(Message(start, "buyer", None, "human", f"{number:03}"))
        else:
            side: Side = "agent" if kind == "agent" else "system"
            entries.append(Message(start, side, agent, origin, f"{number:03}"))
    return entries


def _stepwise(entries: list[Entry], profile: Profile) -> list[Round]:
    """What the store holds when each event is written as it comes: inserts, and updates of a known number."""
    stored: dict[int, Round] = {}
    state = RoundState()
    for entry in entries:
        assert not arrives_late(state, entry)
        # A row does not hold `open`: it is read back as the last stored round while that has no answer.
        last = stored.get(state.rounds - 1)
        state = state._replace(open=last if last is not None and last.answered_at is None else None)
        state, event = step(state, entry, profile)
        if event is not None:
            assert (event.kind == "opened") == (event.round.number not in stored)
            stored[event.round.number] = event.round
    return [stored[number] for number in sorted(stored)]


@settings(max_examples=120)
@given(histories(), st.sampled_from([TAOBAO, JD]), st.randoms(use_true_random=False))
def test_step_by_step_gives_what_a_recount_from_scratch_gives(
    entries: list[Entry], profile: Profile, chance: Random
) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)
    assert _stepwise(entries, profile) == rounds_of(shuffled, profile)


@settings(max_examples=120)
@given(histories(), st.sampled_from([TAOBAO, JD]))
def test_rounds_follow_the_plain_reading_of_the_rules(entries: list[Entry], profile: Profile) -> None:
    messages = [entry for entry in entries if isinstance(entry, Message)]
    got = [(r.asked_at, r.answered_at, r.session, r.first) for r in rounds_of(messages, profile)]
    assert got == _plain_rounds(messages, profile)


@given(histories())
def test_handovers_change_who_owns_a_round_but_never_the_buyers_clock(entries: list[Entry]) -> None:
    messages = [entry for entry in entries if isinstance(entry, Message)]
    with_handovers = [(r.asked_at, r.answered_at, r.session) for r in rounds_of(entries, TAOBAO)]
    assert with_handovers == [(r.asked_at, r.answered_at, r.session) for r in rounds_of(messages, TAOBAO)]
