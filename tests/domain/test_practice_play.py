"""Scripted buyers in virtual time: what they do depends on what the agent does."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.practice_play import advance, cut_short
from tests.domain.practice_samples import CAST, WORDING, Stage, others

TELLS = "亲，现在满300减40哦"


def test_a_question_comes_in_several_messages() -> None:
    stage = Stage()
    stage.passes(20)
    assert stage.words() == ["在吗", "这件大衣", "能便宜点嘛"]
    times = [at for at, doing in stage.done if doing.act is not None]
    assert times == sorted(set(times))


def test_who_helps_with_words_of_their_own_gets_an_order_and_who_comes_back_gets_it_paid() -> None:
    stage = Stage()
    stage.passes(15)
    helped = stage.says(TELLS)
    stage.passes(12)
    assert stage.words()[3:] == ["那我拍了", "[order]"]
    stage.passes(60)
    came_back = stage.says("亲，付款遇到什么问题了吗")
    stage.passes(12)
    assert stage.words()[5:] == ["付好了", "[pay]"]
    assert stage.visit().state == "content"
    assert [(goal.why, goal.message) for goal in stage.visit().goals] == [("reached", helped), ("reached", came_back)]
    assert stage.visit().goals[1].words == ("付款", "吗")


def test_an_answer_in_the_middle_of_a_question_saves_the_rest_of_it() -> None:
    stage = Stage()
    stage.passes(6)
    stage.says(TELLS)
    stage.passes(10)
    assert stage.words() == ["在吗", "那我拍了", "[order]"]


def test_a_bare_greeting_in_the_middle_of_a_question_does_not_save_it() -> None:
    stage = Stage(buyers=("chat",))
    stage.passes(1)
    stage.passes(4)
    assert stage.words("chat") == []
    stage.says("您好亲", to="chat")
    stage.passes(8)
    assert stage.words("chat") == ["你好呀", "好的"]


def test_nobody_there_makes_impatient_and_then_makes_leave() -> None:
    stage = Stage()
    stage.passes(400)
    assert stage.words() == ["在吗", "这件大衣", "能便宜点嘛", "在吗", "人呢", "算了"]
    assert stage.visit().state == "left"
    assert [(goal.why, goal.message) for goal in stage.visit().goals] == [("unanswered", None)]


def test_an_answer_that_does_not_help_is_objected_to_and_then_left() -> None:
    stage = Stage()
    stage.passes(15)
    stage.says("您好，请问有什么可以帮您")
    stage.passes(15)
    assert stage.words()[-1] == "到底有没有活动"
    last = stage.says("这个我不清楚")
    stage.passes(20)
    assert stage.words()[-1] == "算了"
    assert [(goal.why, goal.message) for goal in stage.visit().goals] == [("unhelpful", last)]


def test_help_after_an_objection_is_in_time() -> None:
    stage = Stage()
    stage.passes(15)
    stage.says("您好")
    stage.passes(15)
    stage.says(TELLS)
    stage.passes(12)
    assert stage.words()[-1] == "[order]"


def test_an_answer_in_two_messages_is_read_together_before_it_is_judged() -> None:
    stage = Stage()
    stage.passes(15)
    stage.says("稍等哈")
    stage.passes(6)
    stage.says(TELLS)
    stage.passes(12)
    assert "到底有没有活动" not in stage.words()


def test_who_is_not_come_back_to_leaves_in_silence() -> None:
    stage = Stage()
    stage.passes(15)
    stage.says(TELLS)
    stage.passes(250)
    assert stage.words()[-1] == "[order]"
    assert stage.visit().state == "left"
    assert stage.visit().goals[-1].why == "not_come_back"


def test_a_word_at_once_after_the_talk_is_no_coming_back() -> None:
    stage = Stage()
    stage.passes(15)
    stage.says(TELLS)
    stage.passes(12)
    stage.says("亲，记得付款哦，您什么时候付呢")
    stage.passes(60)
    assert "[pay]" not in stage.words()
    stage.says("亲，付款有问题吗")
    stage.passes(12)
    assert stage.words()[-1] == "[pay]"


def test_the_pace_hurries_buyers() -> None:
    slow, fast = Stage(pace="slow"), Stage(pace="fast")
    slow.passes(400)
    fast.passes(400)
    left = [next(at for at, doing in one.done if doing.act and doing.act.say == "算了") for one in (slow, fast)]
    assert left[0] > 2 * left[1]


@given(st.integers(1, 6), st.integers(1, 6), st.lists(st.tuples(st.integers(0, 5), st.integers(1, 60)), max_size=12))
def test_never_more_buyers_at_once_than_wished_and_all_of_them_leave(
    count: int, at_once: int, answers: list[tuple[int, int]]
) -> None:
    stage = Stage(others(count), tuple(f"b{n}" for n in range(count)), at_once)
    for to, wait in answers:
        stage.passes(wait)
        stage.says("在的", to=f"b{to}")
    stage.passes(220 * count)
    assert stage.most_here <= at_once
    assert stage.play.over
    assert all(len(visit.goals) == 1 for visit in stage.play.visits)


@given(st.lists(st.sampled_from(["在的", TELLS, "亲，付款遇到什么问题了吗", ""]), max_size=8), st.integers(5, 90))
def test_whatever_the_agent_does_an_order_comes_before_its_payment_and_everything_once(
    texts: list[str], wait: int
) -> None:
    stage = Stage()
    for text in texts:
        stage.passes(wait)
        if text:
            stage.says(text)
    stage.passes(500)
    words = stage.words()
    assert words.count("[order]") <= 1
    assert words.count("[pay]") <= words.count("[order]")
    numbers = [doing.number for _, doing in stage.done]
    assert numbers == list(range(len(numbers)))
    assert stage.play.over


def test_looking_again_at_the_same_moment_changes_nothing() -> None:
    stage = Stage()
    stage.passes(15)
    stage.says(TELLS)
    stage.passes(1)
    before = stage.play.model_dump()
    assert advance(stage.play, CAST, stage.said, stage.now, WORDING)[0] == []
    assert stage.play.model_dump() == before


def test_who_looks_again_when_told_misses_nothing() -> None:
    every_second, when_told = Stage(), Stage()
    every_second.passes(300)
    while not when_told.play.over:
        doings, again = advance(when_told.play, CAST, when_told.said, when_told.now, WORDING)
        when_told.done += [(0.0, doing) for doing in doings]
        assert again is not None
        when_told.now = max(again, when_told.now + timedelta(milliseconds=1))
    assert when_told.words() == every_second.words()


def test_a_play_is_kept_and_read_back_without_loss() -> None:
    stage = Stage()
    stage.passes(15)
    stage.says(TELLS)
    stage.passes(3)
    again = type(stage.play).model_validate(stage.play.model_dump(mode="json"))
    assert again == stage.play


def test_what_was_still_open_at_the_end_is_no_failure() -> None:
    stage = Stage()
    stage.passes(15)
    cut_short(stage.play, stage.now)
    cut_short(stage.play, stage.now)
    assert [goal.why for goal in stage.visit().goals] == ["cut_short"]


def test_a_buyer_who_was_taken_out_of_the_folder_holds_nobody_up() -> None:
    stage = Stage(buyers=("price", "gone"))
    stage.passes(400)
    assert stage.play.over
