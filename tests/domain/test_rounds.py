"""Rounds: the worked examples of the field, boundaries, sessions, days and who owns a round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from assistant.domain.platforms import Profile, profile_of
from assistant.domain.rounds import (
    Entry,
    Handover,
    Message,
    Origin,
    Round,
    RoundState,
    arrives_late,
    replay,
    rounds_of,
    session_end,
)
from tests.domain.chat_samples import answers, asks, at, handed, let_go

TAOBAO = profile_of("taobao")
JD = profile_of("jd")


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
    assert waits([card, asks("10:00:10"), card._replace(at=at("10:00:12")), answers("10:00:40")]) == [30.0]


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
    assert (round_.held_at, round_.clock_started_at) == (None, at("10:00:00"))


def test_being_assigned_once_more_does_not_restart_an_agents_clock() -> None:
    entries: list[Entry] = [handed("09:59:00", "lin"), asks("10:00:00"), handed("10:02:00", "lin")]
    (round_,) = rounds_of([*entries, answers("10:02:30", "lin")], TAOBAO)
    assert round_.clock_started_at == at("10:00:00")


def test_an_agent_who_answers_without_having_received_the_buyer_has_the_buyers_clock() -> None:
    entries: list[Entry] = [asks("10:00:00"), handed("10:01:00", "wang"), answers("10:01:10", "lin", "auto")]
    (round_,) = rounds_of([*entries, answers("10:01:30", "lin")], TAOBAO)
    assert (round_.agent, round_.clock_started_at) == ("lin", at("10:00:00"))


def test_a_buyer_in_the_queue_belongs_to_whoever_is_assigned_however_late() -> None:
    (round_,) = rounds_of([asks("10:00:00"), handed("10:09:00", "wang")], TAOBAO)
    assert (round_.agent, round_.clock_started_at) == ("wang", at("10:09:00"))


def test_a_day_that_is_over_keeps_whose_its_questions_were() -> None:
    left: list[Entry] = [handed("23:58:00", "lin"), asks("23:59:00")]
    assert [r.agent for r in rounds_of([*left, handed("00:00:30", "wang", 21)], TAOBAO)] == ["lin"]
    nobodys: list[Entry] = [asks("23:59:00"), answers("00:00:30", "wang", "auto", day=21)]
    assert [r.agent for r in rounds_of(nobodys, TAOBAO)] == [None]


def waiting_since(*entries: Entry) -> datetime | None:
    return replay(entries, lambda at: TAOBAO)[0].waiting_since


def test_a_buyer_who_was_let_go_waits_again_from_the_next_words_on_until_let_go_once_more() -> None:
    let: list[Entry] = [asks("10:00:00"), let_go("10:01:00")]
    assert waiting_since(*let) is None
    assert waiting_since(*let, asks("10:02:00"), asks("10:03:00")) == at("10:02:00")
    assert waiting_since(*let, asks("10:02:00"), let_go("10:03:00")) is None
    assert waiting_since(*let, asks("10:02:00"), let_go("10:03:00"), asks("10:04:00")) == at("10:04:00")
    assert waiting_since(*let, let_go("10:03:00", undone=True)) == at("10:00:00")


def test_who_was_let_go_yesterday_waits_today_like_anybody_else() -> None:
    assert waiting_since(asks("18:00:00"), let_go("18:01:00"), asks("09:00:00", 21)) == at("09:00:00", 21)
    again: list[Entry] = [asks("18:00:00"), let_go("18:01:00"), asks("18:02:00"), asks("09:00:00", 21)]
    assert waiting_since(*again) == at("09:00:00", 21)


def test_an_answer_that_names_no_agent_is_the_holders() -> None:
    nameless = Message(at("10:00:20"), "agent", None, "human", "c")
    (round_,) = rounds_of([handed("09:59:00", "lin"), asks("10:00:00"), nameless], TAOBAO)
    assert (round_.agent, round_.seconds) == ("lin", 20.0)


def test_entries_may_come_in_any_order() -> None:
    entries = [asks("10:10:15"), asks("10:15:20"), answers("10:18:10"), asks("10:18:30"), answers("10:19:00")]
    assert rounds_of(reversed(entries), TAOBAO) == rounds_of(entries, TAOBAO)


def test_at_one_instant_the_id_decides_the_order() -> None:
    question = Message(at("10:00:00"), "buyer", None, "human", "1")
    answer = Message(at("10:00:00"), "agent", "lin", "human", "2")
    assert waits([answer, question]) == [0.0]
    assert waits([answer._replace(id="0"), question]) == [None]


def test_an_older_entry_is_recognised_as_late() -> None:
    state, _ = replay([asks("10:00:00"), answers("10:01:00")], lambda at: TAOBAO)
    assert arrives_late(state, asks("10:00:30"))
    assert not arrives_late(state, asks("10:01:00.1"))
    assert not arrives_late(RoundState(), asks("09:00:00"))
    assert arrives_late(state, Handover(at("10:01:00"), "wang", "a"))


@pytest.mark.parametrize(("closed", "ended"), [(None, "10:10:00"), ("10:04:00", "10:04:00"), ("11:00:00", "10:10:00")])
def test_an_unanswered_session_is_over_when_closed_or_silent(closed: str | None, ended: str) -> None:
    assert session_end(at("10:00:00"), at(closed) if closed else None, TAOBAO) == at(ended)
