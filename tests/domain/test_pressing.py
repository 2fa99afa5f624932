"""Who presses for an answer, who for a person, and who asks something."""

from __future__ import annotations

import gc
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.fitting import fit
from assistant.domain.pressing import heard, press
from assistant.domain.recognition import Recogniser

ANSWER = (
    "人呢；人呢？？；？？；???；？；在嘛；在吗；亲在吗；怎么不回；怎么没人回我；怎么还不回复我；怎么不说话；回复一下啊；"
    "快点回我；有人吗；喂喂；人去哪了；客服呢；没人吗；等了半天了；理我一下；在不在；怎么没人理我呢；hello?；人呢人呢；在嗎"
)
PERSON = "转人工；我要转人工；人工；人工客服；帮我转人工客服！；找真人客服；接人工；有没有真人；轉人工"
ASKS = (
    "怎么不发货；好的；谢谢；在吗，这个多少钱；你好；快递人呢；有人签收了吗；人工费多少；😀；[图片]；回家再说；不回去了；"
    "在哪里；等了半天还没送到；你是机器人吗；没人接电话；1；。。。；快递员怎么不回电话；退款怎么不回；是不是？真的吗；"
)


@pytest.mark.parametrize("text", ANSWER.split("；"))
def test_who_only_presses_presses_for_an_answer(text: str) -> None:
    assert press(text) == "answer"


@pytest.mark.parametrize("text", PERSON.split("；"))
def test_who_only_asks_for_a_person_presses_for_one(text: str) -> None:
    assert press(text) == "person"


@pytest.mark.parametrize("text", ASKS.split("；"))
def test_whoever_says_anything_else_does_not_press(text: str) -> None:
    assert press(text) is None


@given(st.lists(st.sampled_from("在吗 有人 喂 怎么 没人 回 我 快点 hello 亲 等 好久 人工 x ？".split())).map("".join))
def test_no_text_takes_long_to_look_at(text: str) -> None:
    gc.disable()  # in a worker that has run many tests, collecting alone would take longer
    try:
        started = time.thread_time()
        press(text)
        took = time.thread_time() - started
    finally:
        gc.enable()
    assert took < 0.05


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return fit(
        {
            "price": ["能便宜点嘛", "有点小贵", "打个折吧"],
            "urges": ["人去哪了", "怎么没人回我", "人呢"],
            "person": ["转人工", "找真人"],
            "shows": ["[图片]", "[链接]", "看看这个"],
        },
        {"price": "觉得价格太贵"},
        ["好的", "谢谢", "知道了", "我看看", "没有了", "稍等", "明白", "收到"],
        {},
    )


@pytest.mark.parametrize("last", ["人呢", "？？", "怎么没人回我", "转人工", "在嘛"])
def test_pressing_leaves_the_question_where_it_was(recogniser: Recogniser, last: str) -> None:
    (pressed, about), (asked, _) = (heard(recogniser, run) for run in (["能便宜点嘛", last, last], ["能便宜点嘛"]))
    assert (pressed.best(4), pressed.offer, list(about)) == (asked.best(4), True, ["能便宜点嘛"])


@pytest.mark.parametrize(("said", "situation"), [("人呢", "urges"), ("怎么没人回我", "urges"), ("转人工", "person")])
def test_where_nothing_else_is_asked_pressing_has_its_own_reply(
    recogniser: Recogniser, said: str, situation: str
) -> None:
    for run in ([said], ["谢谢", said]):
        ranking, about = heard(recogniser, run)
        assert (ranking.ids[0], ranking.offer, list(about)) == (situation, True, run)


def test_a_new_question_after_pressing_is_a_new_topic(recogniser: Recogniser) -> None:
    assert heard(recogniser, ["转人工", "人呢", "能便宜点嘛"])[0].ids[0] == "price"
