"""The shipped checks: what they must find, what they must let pass, and that no disguise hides what they find."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.check_folding import Folded
from assistant.domain.check_truths import Moment
from assistant.domain.checks import Hit
from tests.domain.check_samples import NOON, Sentence, checks, sentences, shipped

LABELLED = tuple(sentences("check_sentences.txt"))
CAUGHT = tuple(row for row in LABELLED if row.code)
PASSING = tuple(row for row in LABELLED if not row.code)
FRESH = tuple(sentences("check_sentences_fresh.txt"))


def hits(text: str, moment: Moment = NOON) -> list[Hit]:
    return list(checks().hits(text, moment))


def codes(text: str, moment: Moment = NOON) -> set[tuple[str, str]]:
    return {(hit.code, hit.severity) for hit in hits(text, moment)}


def severities(text: str) -> set[str]:
    return {hit.severity for hit in hits(text)}


def found(row: Sentence) -> bool:
    moment = replace(NOON, categories=(row.category,)) if row.category else NOON
    return (row.code, row.severity) in codes(row.text, moment)


def test_the_labelled_file_is_large_and_holds_many_sentences_that_only_look_like_it() -> None:
    assert len(LABELLED) >= 400
    assert len(PASSING) >= 180


@pytest.mark.parametrize("rows", [LABELLED, FRESH], ids=["labelled", "fresh"])
def test_at_least_95_of_100_sentences_to_be_blocked_are_blocked(rows: tuple[Sentence, ...]) -> None:
    blocking = [row for row in rows if row.severity == "block"]
    missed = [row.text for row in blocking if not found(row)]
    assert len(missed) <= 0.05 * len(blocking), missed


def test_at_least_90_of_100_sentences_to_be_warned_of_are_warned_of() -> None:
    warning = [row for row in CAUGHT if row.severity != "block"]
    missed = [row.text for row in warning if not found(row)]
    assert len(missed) <= 0.1 * len(warning), missed


@pytest.mark.parametrize("rows", [LABELLED, FRESH], ids=["labelled", "fresh"])
def test_at_most_2_of_100_clean_sentences_are_blocked(rows: tuple[Sentence, ...]) -> None:
    clean = [row for row in rows if not row.code]
    blocked = [row.text for row in clean if "block" in severities(row.text)]
    assert len(blocked) <= 0.02 * len(clean), blocked


@pytest.mark.parametrize(
    "text",
    [
        "我们不参与好评返现哦",
        "平台规定不能加微信",
        "支付宝限额可以换银行卡付",
        "验证码请勿告诉任何人",
        "第一时间为您处理",
        "100%棉",
        "最近下单的人多",
        "请以最后一次确认的地址为准",
        "第一次洗会有浮色",
        "最晚明天答复",
        "这是您的唯一订单号",
    ],
)
def test_what_must_pass_passes(text: str) -> None:
    assert hits(text) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [("期待您打个全5分", "C02"), ("供不应求随时断码", "C06"), ("加我微信", "C04"), ("好评返现", "C01")],
)
def test_what_must_be_caught_is_caught(text: str, code: str) -> None:
    assert code in {found for found, _ in codes(text)}


def at(clock: str) -> Moment:
    return replace(NOON, now=datetime.fromisoformat(f"2026-11-11T{clock}+08:00"))


def test_a_promise_until_six_is_true_until_six_and_stopped_from_then_on() -> None:
    said = "亲，今天下午6点前支付将享受当天发货哦"
    assert hits(said, at("17:59:59")) == []
    assert ("C09", "block") in codes(said, at("18:00:00"))
    assert ("C09", "block") in codes(said, at("21:30:00"))


@pytest.mark.parametrize(
    ("text", "true_until"),
    [("今天18:30前付款，当天发货", 18), ("今晚八点半前拍下今天就能发", 20), ("今天四点前付款当天发出", 15)],
)
def test_times_are_read_however_they_are_written(text: str, true_until: int) -> None:
    assert hits(text, at(f"{true_until}:00:00")) == []
    assert ("C09", "block") in codes(text, at(f"{true_until + 1}:00:00"))


@pytest.mark.parametrize(
    ("stock", "stopped"), [(3, False), (2, False), (20, True), (500, True), (0, True), (None, True)]
)
def test_few_left_may_be_said_only_when_few_are_left_and_not_fewer_than_there_are(
    stock: int | None, stopped: bool
) -> None:
    assert (("C06", "block") in codes("仅剩最后3件了", replace(NOON, stock=stock))) is stopped


def test_soon_over_may_be_said_only_on_the_last_day() -> None:
    assert NOON.now is not None
    for left, stopped in ((timedelta(hours=5), False), (timedelta(days=3), True), (-timedelta(hours=1), True)):
        moment = replace(NOON, ends_at=NOON.now + left)
        assert (("C06", "block") in codes("活动马上结束了", moment)) is stopped


def test_contact_outside_is_stopped_on_marketplaces_and_let_be_on_channels_of_ones_own() -> None:
    for platform in ("taobao", "jd", "pdd", "douyin", "kuaishou", "other", None):
        assert ("C04", "block") in codes("加我微信", replace(NOON, platform=platform))
    for platform in ("wecom", "chatwoot", "matrix"):
        assert hits("加我微信", replace(NOON, platform=platform)) == []


def test_effects_are_stopped_for_food_and_cosmetics_and_noted_for_other_goods() -> None:
    assert codes("美白效果好", replace(NOON, categories=("护肤美妆",))) == {("C07", "block")}
    assert codes("美白效果好", replace(NOON, categories=("女装",))) == {("C07", "note")}


def test_ones_own_number_may_be_read_back_and_anothers_may_not() -> None:
    moment = replace(NOON, own=("13912345678",))
    assert hits("您的号码是139 1234 5678对吗", moment) == []
    assert ("C11", "warn") in codes("他的号码13812345678", moment)


def test_nothing_dearer_is_recommended_to_who_minds_the_price() -> None:
    minds = replace(NOON, price_minded=True, enquired=12_900, dearer=("羊绒大衣",))
    assert hits("给您推荐这款，99元", minds) == []
    assert hits("给您推荐这款，129元", minds) == []
    assert codes("给您推荐这款，129.01元", minds) == {("C19", "warn")}
    assert codes("推荐您看看羊绒大衣", minds) == {("C19", "warn")}
    assert hits("给您推荐这款，199元", replace(minds, price_minded=False)) == []


@pytest.mark.parametrize(
    "text",
    [
        "好评返现我们不做的",
        "没有好评返现活动",
        "微信是加不了的，平台不允许",
        "请不要加陌生人微信",
        "不能给您保证明天到",
        "我们从不索要验证码",
        "有人让您加QQ的话请勿相信",
        "不需要您提供身份证",
        "不会有好评返红包这种事",
        "请勿私下转账",
    ],
)
def test_refusals_and_warnings_are_understood(text: str) -> None:
    assert severities(text) <= {"note"}


@pytest.mark.parametrize(
    "text",
    [
        "不好意思，加我微信说吧",
        "能不能加我微信",
        "要不加我微信",
        "没问题，加微信聊",
        "您方便不？加微信",
        "不管什么问题加我微信",
        "不写好评就不返红包",
        "平台不让聊，加我vx",
    ],
)
def test_a_no_that_refuses_something_else_helps_nobody(text: str) -> None:
    assert "block" in severities(text)


# --- disguises

NOISE = st.sampled_from([" ", "  ", ".", "·", "-", "*", "_", "~", "、", "/", "|", "❤", "\u200b", "️", "　", "(", "【"])
DISGUISED = [text for row in shipped().checks if not row.id.startswith(("unfilled", "doubled")) for text in row.catches]


def full_width(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


@given(st.data())
def test_signs_put_anywhere_between_hide_nothing(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(DISGUISED))
    between = [data.draw(st.one_of(st.just(""), NOISE)) for _ in text]
    hidden = "".join(one + noise for one, noise in zip(text, between, strict=True))
    assert {code for code, _ in codes(text)} <= {code for code, _ in codes(hidden)}


@given(text=st.sampled_from(DISGUISED))
def test_full_width_hides_nothing(text: str) -> None:
    assert codes(text) == codes(full_width(text))


@given(
    first=st.sampled_from(["微", "薇", "威", "徽", "v", "V", "Ｖ", "w", "🅥", "ⓥ", "𝐯"]),
    second=st.sampled_from(["信", "芯", "x", "X", "Ｘ", "鑫", "🆇", "ⓧ", "心亻"]),
    noise=st.lists(NOISE, max_size=2).map("".join),
    frame=st.sampled_from(["加我{}聊", "您搜{}号加我", "➕{}", "我的{}发您", "{}上说吧"]),
)
def test_every_way_to_write_wechat_is_known(first: str, second: str, noise: str, frame: str) -> None:
    assert ("C04", "block") in codes(frame.format(first + noise + second))


@given(text=st.text(st.sampled_from("加微信好评返现不能第一仅剩3件1️⃣②Ｖx 。，\n❤#{}【】_元晓得"), max_size=40))
def test_what_is_found_stands_where_it_is_said_to_stand(text: str) -> None:
    said = hits(text)
    for hit in said:
        assert 0 <= hit.start < hit.end <= len(text)
        assert hit.words == text[hit.start : hit.end]
    assert said == sorted(said, key=lambda hit: (hit.start, hit.end, hit.code))


@given(text=st.text(max_size=60))
def test_every_character_of_the_plain_form_came_from_somewhere(text: str) -> None:
    folded = Folded.of(text)
    assert len(folded.origins) == len(folded.text)
    assert folded.origins == sorted(folded.origins)
    assert all(0 <= place < len(text) for place in folded.origins)
    assert hits(text) == hits(text)


def test_an_editor_can_mark_the_words() -> None:
    text = "亲，您 加 我 微 信 吧"
    (hit,) = hits(text)
    assert (hit.words, text[hit.start : hit.end], hit.instead) == ("加 我 微 信", "加 我 微 信", hit.instead)
    assert hit.reason
