"""Rounds: the worked examples of the field, boundaries, and step against a plain reading of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.platforms import Profile, profile_of
from assistant.domain.rounds import (
    SHANGHAI,
    Entry,
    Handover,
    Message,
    Origin,
    Round,
    RoundState,
    Side,
    arrives_late,
    replay,
    rounds_of,
    shop_day,
    step,
)

TAOBAO = profile_of("taobao")
JD = profile_of("jd")


def at(clock: str, day: int = 20) -> datetime:
    """A moment of November 2026 in Shanghai, given as UTC like everywhere inside."""
    return datetime.fromisoformat(f"2026-11-{day:02}T{clock}+08:00").astimezone(UTC)


def asks(clock: str, day: int = 20) -> Message:
    return Message(at(clock, day), "buyer", None, "human", f"b{day}{clock}")


def answers(clock: str, agent: str = "lin", origin: Origin = "human", day: int = 20) -> Message:
    return Message(at(clock, day), "agent", agent, origin, f"c{day}{clock}")


def handed(clock: str, agent: str | None) -> Handover:
    return Handover(at(clock), agent, f"a{clock}")


def within(rounds: list[Round], seconds: float) -> tuple[int, int]:
    in_time = [r for r in rounds if r.seconds is not None and r.seconds <= seconds]
    return len(in_time), len(rounds)


def waits(entries: Sequence[Entry], profile: Profile = TAOBAO) -> list[float | None]:
    return [r.seconds for r in rounds_of(entries, profile)]


@pytest.mark.parametrize(
    ("entries", "three_minutes"),
    [
        ([asks("10:10:15"), asks("10:15:20"), answers("10:18:10")], (0, 1)),
        (
            [asks("10:10:15"), asks("10:15:20"), answers("10:18:10"), asks("10:18:30"), answers("10:19:00")],
            (1, 2),
        ),
        ([asks(f"10:10:{second:02}") for second in range(0, 20, 2)], (0, 1)),
    ],
    ids=["one late answer", "a second round in time", "ten questions, none answered by midnight"],
)
def test_the_worked_examples_of_the_three_minute_rate_hold(
    entries: list[Entry], three_minutes: tuple[int, int]
) -> None:
    assert within(rounds_of(entries, TAOBAO), 180) == three_minutes


def test_a_second_message_of_the_same_run_does_not_restart_the_clock() -> None:
    assert waits([asks("10:00:00"), asks("10:00:50"), answers("10:01:00")]) == [60.0]


def test_a_second_answer_belongs_to_no_round() -> None:
    assert waits([asks("10:00:00"), answers("10:00:10"), answers("10:00:20")]) == [10.0]


def test_system_cards_neither_ask_nor_answer() -> None:
    card = Message(at("10:00:05"), "system", None, "auto", "card")
    assert waits([card, asks("10:00:10"), replace(card, at=at("10:00:12")), answers("10:00:40")]) == [30.0]


@pytest.mark.parametrize("origin", ["auto", "robot"])
def test_automatic_texts_never_answer(origin: Origin) -> None:
    entries = [asks("10:00:00"), answers("10:00:01", "lin", origin), answers("10:02:00")]
    assert waits(entries) == [120.0]


def test_an_assisting_robot_answers_on_taobao_but_not_on_jd() -> None:
    entries: list[Entry] = [asks("10:00:00"), answers("10:00:03", "lin", "robot_assist"), answers("10:00:30")]
    assert waits(entries, TAOBAO) == [3.0]
    assert waits(entries, JD) == [30.0]


def test_ten_minutes_of_silence_start_a_new_session() -> None:
    rounds = rounds_of(
        [
            *(asks("10:00:00"), answers("10:00:10")),
            *(asks("10:10:09"), answers("10:10:20")),
            *(asks("10:20:20"), answers("10:20:30")),
        ],
        TAOBAO,
    )
    assert [(r.session, r.first) for r in rounds] == [(0, True), (0, False), (1, True)]
    assert rounds[1].session_asked_at == at("10:00:00")


def test_silence_while_we_owe_an_answer_does_not_end_the_session() -> None:
    rounds = rounds_of([asks("10:00:00"), asks("10:25:00"), answers("10:30:00"), asks("10:31:00")], TAOBAO)
    assert [(r.seconds, r.session) for r in rounds] == [(1800.0, 0), (None, 0)]


def test_the_session_gap_is_a_setting() -> None:
    desk = replace(TAOBAO, session_gap=timedelta(minutes=30))
    entries = [asks("10:00:00"), answers("10:00:10"), asks("10:20:00")]
    assert [r.session for r in rounds_of(entries, TAOBAO)] == [0, 1]
    assert [r.session for r in rounds_of(entries, desk)] == [0, 0]


def test_an_answer_on_a_later_day_is_noted_but_stays_with_the_holder_of_the_day() -> None:
    entries = [answers("23:40:00", "lin"), asks("23:50:00"), answers("09:00:00", "wang", day=21)]
    (late,) = rounds_of(entries, TAOBAO)
    assert (late.agent, late.answered_at) == ("lin", at("09:00:00", 21))


def test_a_question_left_over_from_yesterday_does_not_swallow_todays() -> None:
    entries = [asks("18:00:00"), asks("09:00:00", 21), answers("09:00:20", day=21)]
    rounds = rounds_of(entries, TAOBAO)
    assert [(r.seconds, r.session, r.first) for r in rounds] == [(None, 0, True), (20.0, 1, True)]


def test_the_day_is_the_shops_day_not_that_of_utc() -> None:
    # 07:59 and 08:01 in Shanghai are two days of UTC and one day of the shop.
    assert waits([asks("07:59:00"), asks("08:01:00"), answers("08:02:00")]) == [180.0]


def test_whoever_answers_owns_the_round() -> None:
    entries = [answers("09:59:00", "lin"), asks("10:00:00"), answers("10:00:30", "wang")]
    assert [r.agent for r in rounds_of(entries, TAOBAO)] == ["wang"]


def test_an_unanswered_round_belongs_to_the_agent_who_held_the_conversation() -> None:
    entries = [asks("10:00:00"), answers("10:00:10", "lin"), asks("10:01:00")]
    assert rounds_of(entries, TAOBAO)[1].agent == "lin"


def test_an_auto_reply_shows_who_holds_the_conversation() -> None:
    entries = [asks("10:00:00"), answers("10:00:00.5", "lin", "auto")]
    assert [r.agent for r in rounds_of(entries, TAOBAO)] == ["lin"]
    robot = [asks("10:00:00"), answers("10:00:00.5", "robot-1", "robot")]
    assert [r.agent for r in rounds_of(robot, TAOBAO)] == [None]


def test_the_receivers_clock_starts_at_the_transfer_and_the_buyers_goes_on() -> None:
    entries: list[Entry] = [handed("09:59:00", "lin"), asks("10:00:00"), handed("10:01:30", "wang")]
    entries.append(answers("10:01:50", "wang"))
    (round_,) = rounds_of(entries, TAOBAO)
    assert (round_.agent, round_.seconds, round_.clock_started_at) == ("wang", 110.0, at("10:01:30"))


@pytest.mark.parametrize(("transferred", "owner"), [("10:03:00", "wang"), ("10:03:01", "lin")])
def test_an_unanswered_round_stays_with_its_holder_at_the_breach(transferred: str, owner: str) -> None:
    entries: list[Entry] = [handed("09:59:00", "lin"), asks("10:00:00"), handed(transferred, "wang")]
    assert [r.agent for r in rounds_of(entries, TAOBAO)] == [owner]


def test_an_assignment_before_the_question_leaves_the_clock_at_the_question() -> None:
    (round_,) = rounds_of([handed("09:00:00", "lin"), asks("10:00:00"), answers("10:00:09", "lin")], TAOBAO)
    assert round_.clock_started_at == at("10:00:00")


def test_entries_may_come_in_any_order() -> None:
    entries = [asks("10:10:15"), asks("10:15:20"), answers("10:18:10"), asks("10:18:30"), answers("10:19:00")]
    assert rounds_of(reversed(entries), TAOBAO) == rounds_of(entries, TAOBAO)


def test_at_one_instant_the_id_decides_the_order() -> None:
    question = Message(at("10:00:00"), "buyer", None, "human", "1")
    answer = Message(at("10:00:00"), "agent", "lin", "human", "2")
    assert waits([answer, question]) == [0.0]
    assert waits([replace(answer, id="0"), question]) == [None]


def test_an_older_entry_is_recognised_as_late() -> None:
    state, _ = replay([asks("10:00:00"), answers("10:01:00")], TAOBAO)
    assert arrives_late(state, asks("10:00:30"))
    assert not arrives_late(state, asks("10:01:00.1"))
    assert not arrives_late(RoundState(), asks("09:00:00"))
    assert arrives_late(state, Handover(at("10:01:00"), "wang", "a"))


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
        state = replace(state, open=last if last is not None and last.answered_at is None else None)
        state, event = step(state, entry, profile)
        if event is not None:
            assert (event.kind == "opened") == (event.round.number not in stored)
            stored[event.round.number] = event.round
    return [stored[number] for number in sorted(stored)]


@settings(max_examples=120)
@given(histories(), st.sampled_from([TAOBAO, JD]), st.randoms(use_true_random=False))
def test_step_by_step_gives_what_a_recount_from_scratch_gives(
    entries: list[Entry], profile: Profile, chance: object
) -> None:
    shuffled = list(entries)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis passes a random.Random
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
