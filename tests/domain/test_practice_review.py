"""The review judges fairly: each judgement has its message, praise stands beside blame, little seen says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.moments import SHANGHAI
from assistant.domain.practice import ScriptedBuyer
from assistant.domain.practice_findings import Chat, Finding, Line, Reminder, Review
from assistant.domain.practice_play import GoalMet, Visit
from assistant.domain.practice_review import characters, review
from tests.domain.practice_samples import CHAT, PRICE, START

Spoken = tuple[float, str, str]


def lines(*spoken: Spoken) -> list[Line]:
    sides = {"b": "buyer", "a": "agent", "s": "system"}
    return [
        Line(f"m{n}", START + timedelta(seconds=when), sides[who], text)  # type: ignore[arg-type]
        for n, (when, who, text) in enumerate(spoken)
    ]


def chat(*spoken: Spoken, goals: Sequence[GoalMet] = (), script: object = PRICE, **more: object) -> Chat:
    buyer = ScriptedBuyer.model_validate(script)
    return Chat(buyer, Visit(buyer=buyer.id, state="content", goals=list(goals)), lines(*spoken), **more)  # type: ignore[arg-type]


def judged(*chats: Chat, after: float = 300) -> Review:
    return review(chats, START + timedelta(seconds=after), SHANGHAI)


def found(result: Review, kind: str) -> Finding | None:
    rows = [*result.sums, *(row for one in result.chats for row in one.findings)]
    return next((row for row in rows if row.kind == kind), None)


def the(result: Review, kind: str) -> Finding:
    row = found(result, kind)
    assert row is not None, kind
    return row


@pytest.mark.parametrize(("seconds", "good"), [(0.5, True), (15, True), (15.1, False), (16, False)])
def test_fifteen_seconds_are_within_and_sixteen_are_not(seconds: float, good: bool) -> None:
    first = the(judged(chat((0, "b", "能便宜点嘛"), (seconds, "a", "您好"))), "first_answer")
    assert (first.good, first.message, first.values["seconds"]) == (good, "m1", seconds)


def test_a_greeting_is_praised_and_its_lack_only_noted() -> None:
    assert the(judged(chat((0, "b", "在吗"), (2, "a", "亲，在的"))), "greeting").good is True
    assert the(judged(chat((0, "b", "在吗"), (2, "a", "三天发货"))), "greeting").good is None


def test_the_average_names_the_slowest_answer() -> None:
    result = judged(chat((0, "b", "能便宜点嘛"), (4, "a", "您好"), (10, "b", "多少钱"), (30, "a", "559")))
    average = the(result, "average_answer")
    assert (average.values["seconds"], average.values["slowest"], average.message) == (12, 20, "m3")
    assert average.good is None


def test_a_question_nobody_answered_is_named() -> None:
    result = judged(chat((0, "b", "能便宜点嘛"), (4, "a", "有的"), (10, "b", "那怎么领"), (12, "b", "人呢")))
    answered = the(result, "answered")
    assert (answered.good, answered.values, answered.message) == (False, {"n": 1, "of": 2}, "m2")
    assert the(judged(chat((0, "b", "能便宜点嘛"))), "never_answered").message == "m0"


@pytest.mark.parametrize("last", ["那我拍了", "好的谢谢", "算了"])
def test_thanks_and_goodbyes_need_no_answer(last: str) -> None:
    result = judged(chat((0, "b", "能便宜点嘛"), (4, "a", "满300减40"), (10, "b", last)))
    assert the(result, "answered").values == {"n": 1, "of": 1}


def test_the_answer_to_a_goodbye_is_no_slow_answer() -> None:
    spoken: list[Spoken] = [
        (0, "b", "能便宜点嘛"),
        (4, "a", "满300减40"),
        (10, "b", "那我拍了"),
        (150, "a", "付款有问题吗"),
    ]
    assert the(judged(chat(*spoken)), "average_answer").values["seconds"] == 4


def test_a_question_asked_in_the_last_seconds_is_not_held_against_anybody() -> None:
    spoken: list[Spoken] = [(0, "b", "能便宜点嘛"), (4, "a", "满300减40"), (290, "b", "那怎么领")]
    assert the(judged(chat(*spoken), after=300), "answered").good is True
    assert the(judged(chat(*spoken), after=306), "answered").good is False
    assert found(judged(chat((0, "b", "能便宜点嘛")), after=10), "never_answered") is None


def test_goals_say_why_and_by_which_message() -> None:
    goals = [GoalMet(turn=0, why="reached", message="m1", words=("满减",)), GoalMet(turn=1, why="not_come_back")]
    result = judged(chat((0, "b", "能便宜点嘛"), (4, "a", "有满减"), goals=goals))
    reached = the(result, "goal_reached")
    assert (reached.good, reached.message, reached.words, reached.values["goal"]) == (True, "m1", "满减", "知道优惠")
    assert (the(result, "goal_not_come_back").good, the(result, "goal_not_come_back").message) == (False, None)
    assert the(result, "sum_goals").values == {"n": 1, "of": 2}


def test_a_goal_without_an_answer_rests_on_its_question() -> None:
    goals = [GoalMet(turn=0, why="unanswered")]
    result = judged(chat((0, "b", "在吗"), (3, "b", "能便宜点嘛"), (50, "b", "人呢"), goals=goals))
    assert the(result, "goal_unanswered").message == "m1"


def test_what_was_cut_short_is_no_failure() -> None:
    result = judged(chat((0, "b", "能便宜点嘛"), (2, "a", "您好"), goals=[GoalMet(turn=0, why="cut_short")]))
    assert the(result, "goal_cut_short").good is None
    assert found(result, "sum_goals") is None


def test_words_are_named_with_their_message() -> None:
    result = judged(chat((0, "b", "在吗"), (2, "a", "在的亲"), (5, "a", "全网最低"), (9, "a", "加我微信")))
    assert (the(result, "words_absolute").message, the(result, "words_absolute").words) == ("m2", "全网最低")
    assert the(result, "words_contact").message == "m3"
    assert (the(result, "sum_words").good, the(result, "sum_words").words) == (False, "全网最低、加我微信")


def test_the_buyers_own_words_are_not_judged() -> None:
    assert the(judged(chat((0, "b", "加个微信"), (2, "a", "在的亲"))), "sum_words").good is True


def reminder(shown: float, state: str = "due", closed: float | None = None) -> Reminder:
    ended = None if closed is None else START + timedelta(seconds=closed)
    return Reminder("下单后未付款", state, START + timedelta(seconds=shown), ended, "sent" if state == "done" else None)


@pytest.mark.parametrize(
    ("one", "kind", "message"),
    [
        (reminder(100, "done", 120), "follow_up_done", "m1"),
        (reminder(60, "done", 120), "follow_up_done", "m1"),
        (reminder(59, "done", 120), "follow_up_late", "m1"),
        (reminder(100), "follow_up_done", "m1"),  # own words: the card was never inserted
        (reminder(100, "cancelled", 130), "follow_up_done", "m1"),  # and then the buyer paid
        (reminder(30, "cancelled", 40), None, None),
        (reminder(200), "follow_up_missed", None),
        (reminder(250), None, None),  # there was no minute left
        (reminder(130, "done", 140), "follow_up_done", None),  # ticked off, nothing said
        (reminder(130, "dismissed", 140), "follow_up_dismissed", None),
    ],
)
def test_a_reminder_is_in_time_within_a_minute_whoever_chose_the_words(
    one: Reminder, kind: str | None, message: str | None
) -> None:
    result = judged(chat((0, "b", "在吗"), (120, "a", "亲，付款有问题吗"), reminders=[one]))
    kinds = [row.kind for row in result.chats[0].findings if row.kind.startswith("follow_up")]
    assert kinds == ([kind] if kind else [])
    if kind:
        assert the(result, kind).message == message


def test_without_reminders_that_is_said() -> None:
    assert the(judged(chat((0, "b", "在吗"), (2, "a", "在"))), "sum_no_follow_ups").good is None


def test_fast_writing_is_praised_only_when_enough_was_seen() -> None:
    text = "亲，现在店里满300减40，您看中哪一款"
    spoken: list[Spoken] = [(0, "b", "在吗"), (5, "a", text), (9, "a", text), (15, "a", text)]
    result = judged(chat(*spoken, writing={"m1": 10.0, "m2": 12.0, "m3": 14.0}))
    writing = the(result, "writing")
    assert (writing.good, writing.values["rate"], writing.message) == (
        True,
        round(characters(text) * 3 * 60 / 36),
        "m3",
    )
    slow = judged(chat(*spoken, writing={"m1": 60.0, "m2": 60.0, "m3": 60.0}))
    assert the(slow, "writing").good is False
    thin = judged(chat(*spoken, writing={"m1": 1.0}))
    assert the(thin, "writing_thin").good is None
    assert found(judged(chat(*spoken)), "writing") is None
    assert [one.rate for one in thin.chats[0].messages] == [None, characters(text) * 60, None, None]


def test_spaces_are_no_writing() -> None:
    assert characters(" 在 的\n亲 ") == 3


def test_a_practice_with_hardly_a_message_says_that_it_shows_little() -> None:
    assert the(judged(chat((0, "b", "在吗"), (2, "a", "在的"))), "thin").values == {"n": 1}
    enough = judged(chat((0, "b", "在吗"), (2, "a", "在的"), (3, "a", "您说"), (4, "a", "您好")))
    assert found(enough, "thin") is None


def test_who_never_came_is_left_out() -> None:
    assert judged(chat()).chats == []


def test_sums_are_over_all_chats() -> None:
    result = judged(
        chat((0, "b", "能便宜点嘛"), (5, "a", "您好")),
        chat((0, "b", "你好呀"), (25, "a", "您好"), script=CHAT),
    )
    assert the(result, "sum_first_answer").values == {"n": 1, "of": 2, "seconds": 15}
    assert the(result, "sum_average").values == {"seconds": 15, "n": 2}
    assert the(result, "sum_first_answer").good is False


TEXT = st.sampled_from(["在的亲", "能便宜点嘛", "好的谢谢", "全网最低", "不知道", "那我拍了", "加我微信", "满300减40"])


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from("bas"), TEXT), max_size=14))
def test_every_judgement_rests_on_a_message_of_its_chat(spoken: list[Spoken]) -> None:
    result = judged(chat(*sorted(spoken)), after=400)
    for one in result.chats:
        ids = {shown.id for shown in one.messages}
        for finding in one.findings:
            assert finding.message is None or finding.message in ids
            if finding.kind in ("first_answer", "never_answered") or finding.kind.startswith("words_"):
                assert finding.message is not None
    again = Review.model_validate(result.model_dump(mode="json"))
    assert again == result


@given(st.lists(st.tuples(st.integers(0, 200), st.sampled_from("ba"), TEXT), max_size=14))
def test_answering_once_more_never_makes_the_share_of_answers_worse(spoken: list[Spoken]) -> None:
    ordered = sorted(spoken)
    before = found(judged(chat(*ordered), after=400), "sum_answered")
    after = found(judged(chat(*ordered, (230, "a", "亲，在的")), after=400), "sum_answered")
    if before is not None:
        assert after is not None
        assert int(after.values["n"]) >= int(before.values["n"])
        assert after.values["n"] == after.values["of"]
