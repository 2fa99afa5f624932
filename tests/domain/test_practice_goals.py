"""What helps a scripted buyer: the card, and good words of one's own; what only looks like it does not."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.practice import Help
from assistant.domain.practice_goals import Said, reached
from tests.domain.practice_samples import START, WORDING

PROMOTION = [Help(tells="promotion")]
PILLING = [Help(words=(("起球", "毛球"), ("难免", "不容易", "轻微")))]
DEAL = [Help(words=(("优惠",),))]
BY_CARD = [Help(situation="price-too-high")]


def said(*texts: str, script: str | None = None) -> list[Said]:
    return [Said(f"m{n}", START + timedelta(seconds=n), text, script) for n, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (PROMOTION, "亲，现在满300减40哦"),
        (PROMOTION, "店里有优惠券可以领，领完再拍更划算"),
        (PILLING, "羊毛的话轻微起球难免，定期修剪就好"),
        (PILLING, "不容易起毛球的"),
        (DEAL, "这两天拍打折的"),  # the shop's synonyms: 打折 means 优惠
        (DEAL, "有優惠的喔"),
        ([Help(asks=True)], "您平时喜欢宽松的还是修身的呀"),
        ([Help(promises=True)], "我去仓库核实一下，10分钟内回复您"),
        ([Help(words=(("M码",),))], "建议您拍ｍ码"),
        ([Help(words=(("满300",),))], "满 300 减 40"),
    ],
)
def test_good_words_of_ones_own_help(wanted: list[Help], text: str) -> None:
    assert reached(wanted, said(text), WORDING) is not None


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        (PROMOTION, "现在没有优惠活动"),
        (PROMOTION, "您好，请问有什么可以帮您"),
        (PILLING, "会不会起球要看怎么穿"),
        (DEAL, "价格都是一样的"),
        ([Help(asks=True)], "在的，亲"),
        ([Help(promises=True)], "好的"),
        (BY_CARD, "亲，现在满300减40哦"),
    ],
)
def test_what_says_something_else_does_not(wanted: list[Help], text: str) -> None:
    assert reached(wanted, said(text), WORDING) is None


def test_a_card_of_the_situation_helps_however_it_was_reworded() -> None:
    assert reached(BY_CARD, said("好", script="price-too-high/coupon"), WORDING) is not None
    assert reached(BY_CARD, said("好", script="size-advice/ask-measures"), WORDING) is None


def test_an_answer_over_two_messages_counts_from_the_one_that_completes_it() -> None:
    found = reached(PILLING, said("起球的话", "轻微的难免"), WORDING)
    assert found is not None
    assert (found.message, found.words) == ("m1", ("起球", "难免"))


def test_words_that_spoil_an_answer_spoil_it() -> None:
    wanted = [Help(words=(("起球",),), unless=("不知道",))]
    assert reached(wanted, said("起球这个不知道诶"), WORDING) is None
    assert reached(wanted, said("起球很少"), WORDING) is not None


def test_without_a_wish_any_answer_helps_and_silence_does_not() -> None:
    found = reached((), said("嗯"), WORDING)
    assert found is not None
    assert found.message == "m0"
    assert reached((), [], WORDING) is None


TEXTS = st.lists(st.sampled_from(["在的", "起球", "难免", "满300减40", "您看中哪款呢", "好"]), max_size=6)


@given(TEXTS, TEXTS)
def test_saying_more_never_takes_back_what_has_helped(first: list[str], more: list[str]) -> None:
    for wanted in (PROMOTION, PILLING):
        before = reached(wanted, said(*first), WORDING)
        if before is not None:
            assert reached(wanted, said(*first, *more), WORDING) == before
