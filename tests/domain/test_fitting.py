"""Learning from few phrases, from none, and from very many situations."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.domain.fitting import MANY, fit
from assistant.domain.recognition import Recogniser

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


def test_without_situations_it_says_nothing() -> None:
    ranking = fit({}, {}, SMALL_TALK, {}).rank("能便宜点嘛")
    assert ranking.ids == ()
    assert not ranking.offer


@pytest.mark.parametrize("small_talk", [SMALL_TALK, []])
def test_one_situation_with_one_phrase_is_recognised(small_talk: list[str]) -> None:
    recogniser = fit({"price": ["能便宜点嘛"]}, {"price": "觉得价格太贵"}, small_talk, {})
    assert recogniser.rank("便宜点").offer
    assert not recogniser.rank("好的").offer


def test_two_situations_with_one_phrase_each_are_told_apart() -> None:
    recogniser = fit({"price": ["能便宜点嘛"], "ship": ["什么时候发货"]}, {}, SMALL_TALK, {})
    assert recogniser.rank("便宜点吧").ids[0] == "price"
    assert recogniser.rank("何时发货").ids[0] == "ship"
    assert not recogniser.rank("知道了").offer


def test_a_situation_without_phrases_takes_no_part() -> None:
    recogniser = fit(
        {"unpaid": [], "price": ["能便宜点嘛"]}, {"unpaid": "下单后未付款", "price": "太贵"}, SMALL_TALK, {}
    )
    assert recogniser.ids == ("price",)


def test_the_name_is_one_more_phrase() -> None:
    phrases = {"price": ["能便宜点嘛"], "size": ["穿多大"]}
    assert fit(phrases, {"size": "尺码咨询"}, SMALL_TALK, {}).rank("尺码").ids[0] == "size"


def test_phrases_of_mere_courtesy_do_not_make_a_situation() -> None:
    assert fit({"greeting": ["在吗", "你好"]}, {}, SMALL_TALK, {}).ids == ()


def test_the_same_scripts_give_the_same_recogniser() -> None:
    phrases = {"price": ["能便宜点嘛", "太贵了"], "ship": ["什么时候发货", "还不发货"]}
    assert fit(phrases, {}, SMALL_TALK, {}).to_bytes() == fit(phrases, {}, SMALL_TALK, {}).to_bytes()


def test_synonyms_carry_a_phrase_to_other_wordings() -> None:
    phrases = {"ship": ["发货"], "price": ["便宜"]}
    assert fit(phrases, {}, SMALL_TALK, {"发货": ["寄出"]}).rank("寄出").ids[0] == "ship"


def test_hundreds_of_situations_are_fitted_and_told_apart() -> None:
    names = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何"
    things = "衣帽鞋袜裤裙包伞表灯"
    phrases = {f"{n}{t}": [f"{n}家的{t}多少钱", f"要{n}家{t}"] for n in names for t in things}
    assert len(phrases) > MANY
    recogniser = fit(phrases, {}, SMALL_TALK, {})
    found = [recogniser.rank(f"有没有{key[0]}家的{key[1]}").ids[0] == key for key in phrases]
    assert np.mean(found) > 0.9
    assert not recogniser.rank("知道了").offer


LOGIN = "手机号换了登不上账号"


def test_a_matter_that_only_one_of_many_phrases_touches_teaches_silence() -> None:
    points = ["积分怎么用", "积分会过期吗", "我有多少积分", "积分能抵多少钱", "积分怎么查", "积分兑换什么"]
    touching = fit({"points": [*points, "积分账号怎么登录"]}, {}, SMALL_TALK, {})
    assert not touching.rank(LOGIN).offer
    about_it = ["登不上账号", "账号被冻结了怎么登录", "收不到验证码"]
    assert fit({"points": [*points, *about_it]}, {}, SMALL_TALK, {}).rank(LOGIN).offer


SHARED = Path(__file__).resolve().parents[2] / "../shared/data"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the labelled messages are not beside the checkout")
def test_labelled_messages_of_real_buyers_are_recognised() -> None:
    lists = Path(__file__).resolve().parents[2] / "scenarios"
    small_talk = yaml.safe_load((lists / "small_talk.yaml").read_text(encoding="utf-8"))["small_talk"]
    synonyms = yaml.safe_load((lists / "synonyms.yaml").read_text(encoding="utf-8"))["synonyms"]
    table = json.loads((SHARED / "matching_situations.json").read_text(encoding="utf-8"))
    phrases, names = ({row["id"]: row[key] for row in table} for key in ("examples", "name"))
    recogniser = fit(phrases, names, small_talk, synonyms)
    lines = (SHARED / "matching_dev.jsonl").read_text(encoding="utf-8").splitlines()
    ranked = [(row["label"], recogniser.rank(row["text"])) for row in map(json.loads, lines)]
    asked = [(label, ranking) for label, ranking in ranked if label]
    assert np.mean([ranking.ids[0] == label for label, ranking in asked]) >= 0.72
    assert np.mean([label in ranking.ids[:3] for label, ranking in asked]) >= 0.89
    assert np.mean([ranking.offer for _, ranking in asked]) >= 0.80
    assert np.mean([ranking.offer for label, ranking in ranked if not label]) <= 0.20


TEXTS = st.lists(st.text(alphabet="贵便宜发货好的 ,a1", max_size=6), max_size=3)


@settings(max_examples=8, deadline=None)
@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), TEXTS), TEXTS)
def test_any_scripts_can_be_fitted(examples: dict[str, list[str]], small_talk: list[str]) -> None:
    recogniser = fit(examples, {"a": "名字"}, small_talk, {})
    assert set(recogniser.ids) <= set(examples)
    again = Recogniser.from_bytes(recogniser.to_bytes())
    assert list(recogniser.rank("便宜")) == list(again.rank("便宜"))
