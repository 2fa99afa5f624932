"""Ranking situations from a buyer's words, alone and in runs of several messages."""

import gc
import io
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from time import sleep

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.fitting import fit
from assistant.domain.recognition import Recogniser

PHRASES = {
    "price": ["能便宜点嘛", "有点小贵", "太贵了，给个优惠吧", "最低多少钱"],
    "ship": ["什么时候发货", "今天能发出吗", "怎么还不发货", "几号能寄出来"],
    "size": ["我一米六穿什么码", "尺码偏大吗", "平时穿M码买多大", "体重一百斤选哪个码"],
}
NAMES = {"price": "觉得价格太贵", "ship": "问发货时间", "size": "问尺码"}
SMALL_TALK = [
    "好的",
    "知道了",
    "我看看",
    "稍等一下",
    "没有其他问题了",
    "不用了",
    "收到",
    "明白",
    "再考虑一下",
    "对，就是这个",
]
SYNONYMS = {"何时": ["什么时候", "几号"], "发货": ["寄出", "发出"]}


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return fit(PHRASES, NAMES, SMALL_TALK, SYNONYMS)


def test_a_question_finds_its_situation(recogniser: Recogniser) -> None:
    ranking = recogniser.rank("亲，可以再便宜一点吗")
    assert ranking.ids[0] == "price"
    assert ranking.offer


def test_every_situation_is_ranked_best_first(recogniser: Recogniser) -> None:
    ranking = recogniser.rank("什么时候寄出")
    assert sorted(ranking.ids) == sorted(PHRASES)
    assert list(ranking.scores) == sorted(ranking.scores, reverse=True)
    assert ranking.best(2) == tuple(zip(ranking.ids[:2], ranking.scores[:2], strict=True))


@pytest.mark.parametrize(
    "said", ["", "   ", "好的", "谢谢", "你好，在吗", "嗯嗯知道了", "我再看看", "😀", "[图片]", "13800000000"]
)
def test_it_is_silent_on_small_talk(recogniser: Recogniser, said: str) -> None:
    assert not recogniser.rank(said).offer


@pytest.mark.parametrize("last", ["谢谢", "好的", "知道了", "😀", "我看看"])
def test_thanks_at_the_end_do_not_hide_the_question_before(recogniser: Recogniser, last: str) -> None:
    ranking = recogniser.rank_run(["什么时候能发货呀", last])
    assert ranking.ids[0] == "ship"
    assert ranking.offer


def test_a_new_question_wins_over_an_old_one(recogniser: Recogniser) -> None:
    assert recogniser.rank_run(["什么时候能发货呀", "能便宜点嘛"]).ids[0] == "price"
    assert recogniser.rank_run(["能便宜点嘛", "什么时候能发货呀"]).ids[0] == "ship"


def test_a_question_split_over_messages_is_found(recogniser: Recogniser) -> None:
    split = recogniser.rank_run(["在吗", "我一米六", "穿什么", "码"])
    assert split.ids[0] == "size"
    assert split.offer


def test_a_merged_message_ranks_like_its_parts(recogniser: Recogniser) -> None:
    assert recogniser.rank("你好 在吗 什么时候发货 谢谢").ids[0] == "ship"


def test_a_run_of_one_ranks_like_the_message(recogniser: Recogniser) -> None:
    assert list(recogniser.rank_run(["几号发货"])) == list(recogniser.rank("几号发货"))


def test_a_question_long_past_is_forgotten(recogniser: Recogniser) -> None:
    assert not recogniser.rank_run(["什么时候发货", "好的", "知道了", "收到", "明白"]).offer


SHOWN = {"price": ["能便宜点嘛", "有点小贵"], "shows": ["[图片]", "[链接]", "看看这个"]}


@pytest.fixture(scope="module")
def seeing() -> Recogniser:
    """One whose trainers have written what to say to a picture or a link alone."""
    return fit(SHOWN, {}, SMALL_TALK, {})


@pytest.mark.parametrize(
    "shown", ["[图片]", "[链接x]", "https://item.taobao.com/item.htm?id=1", "<img src=a>", "[商品]"]
)
def test_what_is_shown_leaves_a_question_its_meaning(seeing: Recogniser, shown: str) -> None:
    asked = seeing.rank_run(["能便宜点嘛"]).best(2)
    for run in (["能便宜点嘛", shown], [shown, "能便宜点嘛"], ["能便宜点嘛", *[shown] * 8], [f"能便宜点嘛 {shown}"]):
        assert seeing.rank_run(run).best(2) == asked


@pytest.mark.parametrize("shown", ["[图片]", "[照片]", "[链接x]", "https://a.cn/b.jpg", "[商品]", "<img src=a>"])
def test_shown_alone_it_has_its_own_situation_where_the_table_has_one(seeing: Recogniser, shown: str) -> None:
    for run in ([shown], ["你好", shown], [shown, shown], [shown, "😀"]):
        assert (seeing.rank_run(run).ids[0], seeing.rank_run(run).offer) == ("shows", True)
    assert not fit(PHRASES, NAMES, SMALL_TALK, SYNONYMS).rank(shown).offer


def test_an_empty_run_offers_nothing(recogniser: Recogniser) -> None:
    assert not recogniser.rank_run([]).offer


def test_the_reason_is_cut_from_the_buyers_own_words(recogniser: Recogniser) -> None:
    said = "你好，學生黨沒錢，能便宜點嘛！"
    why = recogniser.why(said, "price")
    assert why
    assert why in said
    assert "便宜" in why


def test_the_reason_is_never_a_placeholder(recogniser: Recogniser) -> None:
    assert recogniser.why("[便宜x]这个[数字x]太贵了[发货x]", "price") in {"太贵了", "太贵"}


def test_no_reason_is_given_where_none_is(recogniser: Recogniser) -> None:
    assert recogniser.why("😀", "price") == ""
    assert recogniser.why("能便宜点嘛", "no-such-situation") == ""


def test_many_threads_read_at_once(recogniser: Recogniser) -> None:
    block = recogniser.to_bytes()

    def make_way(*_: object) -> None:
        sleep(0)  # for another thread, in the middle of what one is reading

    before = gc.get_threshold()
    gc.set_threshold(5)
    gc.callbacks.append(make_way)
    try:
        with ThreadPoolExecutor(16) as threads:
            assert {read.ids for read in threads.map(Recogniser.from_bytes, [block] * 100)} == {recogniser.ids}
    finally:
        gc.callbacks.remove(make_way)
        gc.set_threshold(*before)


def test_it_is_the_same_after_a_stay_in_the_store(recogniser: Recogniser) -> None:
    again = Recogniser.from_bytes(recogniser.to_bytes())
    for field in fields(Recogniser):
        old, new = getattr(recogniser, field.name), getattr(again, field.name)
        if not field.compare:
            continue  # what it remembers of late is no part of what was learnt
        assert np.array_equal(old, new) if isinstance(old, np.ndarray) else old == new


def test_a_message_of_which_little_was_understood_is_sure_of_little(recogniser: Recogniser) -> None:
    understood, hardly = recogniser.rank("能便宜点嘛"), recogniser.rank("能便宜点嘛魑魅魍魉饕餮貔貅")
    assert understood.ids[0] == hardly.ids[0] == "price"
    assert hardly.scores[0] < understood.scores[0] - 0.05


def test_one_that_was_stored_before_unheard_grams_weighed_anything_still_works(recogniser: Recogniser) -> None:
    with np.load(io.BytesIO(recogniser.to_bytes())) as kept:
        block = io.BytesIO()
        np.savez_compressed(block, **{**kept, "weights": kept["weights"][:-1], "rarity": kept["rarity"][:-1]})
    older = Recogniser.from_bytes(block.getvalue())
    assert older.rank("能便宜点嘛").scores == recogniser.rank("能便宜点嘛").scores
    assert older.rank("魑魅魍魉能便宜点嘛魑魅").ids[0] == "price"


def test_one_that_was_stored_before_topics_were_centred_says_the_same(recogniser: Recogniser) -> None:
    topics = slice(len(recogniser.topic_weights))
    with np.load(io.BytesIO(recogniser.to_bytes())) as kept:
        words = {key: found for key, found in json.loads(kept["words"].tobytes()).items() if key != "centred"}
        weights, bias = kept["weights"], kept["bias"]
        weights[:, topics] += np.linspace(-1, 1, len(weights), dtype=np.float32)[:, None]
        bias[topics] += 3
        stored = {
            **kept,
            "words": np.frombuffer(json.dumps(words).encode(), np.uint8),
            "weights": weights,
            "bias": bias,
        }
        block = io.BytesIO()
        np.savez_compressed(block, **stored)
    older = Recogniser.from_bytes(block.getvalue())
    assert older.rank("能便宜点嘛").scores == pytest.approx(recogniser.rank("能便宜点嘛").scores, abs=1e-4)


@pytest.mark.parametrize("block", [b"", b"not a recogniser", b"PK\x03\x04broken"])
def test_foreign_bytes_are_refused(block: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Recogniser.from_bytes(block)


CHATTY = st.one_of(st.text(), st.text(alphabet="能便宜点什么时候发货码大小谢好的 ，?!1a[]<>"))


@given(CHATTY)
def test_any_text_gets_scores_between_0_and_1(recogniser: Recogniser, text: str) -> None:
    ranking = recogniser.rank(text)
    assert all(0 <= score <= 1 for score in ranking.scores)
    assert sum(ranking.scores) <= 1 + 1e-5


@given(st.lists(CHATTY, max_size=7))
def test_any_run_gets_scores_between_0_and_1(recogniser: Recogniser, messages: list[str]) -> None:
    scores = recogniser.rank_run(messages).scores
    assert all(0 <= score <= 1 for score in scores)
    assert sum(scores) <= 1 + 1e-5


@given(CHATTY)
def test_the_reason_is_always_part_of_the_text_and_short(recogniser: Recogniser, text: str) -> None:
    why = recogniser.why(text, recogniser.ids[0])
    assert why in text
    assert len(why) <= 12
