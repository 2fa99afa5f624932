"""What the tables have no answer for is gathered by meaning, the most frequent first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from assistant.domain.gaps import find, is_gap
from assistant.domain.recognition import Recogniser
from assistant.domain.runs import Offer, Run
from assistant.services.scripts import recogniser_of
from tests.services.shop import TABLES

NOON = datetime(2026, 11, 11, 4, tzinfo=UTC)
INVOICE = ["可以开发票吗", "能开发票不", "发票怎么开", "开一下发票", "需要开发票"]
LIGHT = ["晚上会发光吗", "这个会不会发光", "夜里发光吗"]
LONE = ["你们仓库在哪个城市呀"]


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return recogniser_of(TABLES)


def run(number: int, *texts: str, said: str | None = "稍等我问问", **more: object) -> Run:
    known = {"platform": "taobao", "conversation": f"c{number}", "asked_at": NOON + timedelta(minutes=number)}
    return Run(**{**known, "texts": texts, "said": said, **more})  # type: ignore[arg-type]


def asked(*phrases: list[str]) -> list[Run]:
    return [run(number, text) for number, text in enumerate(text for group in phrases for text in group)]


def test_what_means_the_same_is_one_gap_and_the_largest_comes_first(recogniser: Recogniser) -> None:
    found, cut = find(asked(LIGHT, INVOICE, LONE), recogniser)
    assert [set(gap.phrases) for gap in found] == [set(INVOICE), set(LIGHT)]
    assert [gap.runs for gap in found] == [5, 3]
    assert not cut


def test_what_is_asked_alike_and_answered_otherwise_is_another_matter(recogniser: Recogniser) -> None:
    where, shop = ["到哪了", "物流怎么不动了"], ["门店在哪里", "你们有线下实体店吗", "想去实体店试穿"]
    runs = [run(n, text, said="亲，我帮您催一下快递") for n, text in enumerate(where * 3)]
    runs += [run(10 + n, text, said="亲，我们暂时只有线上店铺") for n, text in enumerate(shop * 3)]
    runs += [run(30 + n, text, said="可以开的，您把抬头发我") for n, text in enumerate(INVOICE)]
    assert [set(gap.phrases) for gap in find(runs, recogniser)[0]] == [set(shop), set(where), set(INVOICE)]


def test_the_order_in_which_chats_come_does_not_matter(recogniser: Recogniser) -> None:
    runs = asked(INVOICE, LIGHT, LONE)
    Random(3).shuffle(runs)
    assert [set(gap.phrases) for gap in find(runs, recogniser)[0]] == [set(INVOICE), set(LIGHT)]


def test_the_answers_agents_typed_stand_with_it_the_most_frequent_first(recogniser: Recogniser) -> None:
    runs = [run(n, text, said=said) for n, (text, said) in enumerate(zip(INVOICE, "甲乙甲丙甲", strict=True))]
    runs += [run(100 + n, text) for n, text in enumerate(LIGHT)]
    gap, _ = find(runs, recogniser)[0]
    assert (gap.answers[0].text, gap.answers[0].times) == ("甲", 3)


def test_where_something_was_offered_or_a_script_was_used_there_is_no_gap() -> None:
    offer = Offer("invoice", "r", "可以开的", "shown")
    assert is_gap(run(1, "可以开发票吗"))
    assert is_gap(run(1, "可以开发票吗", offers=(Offer("invoice", "r", "可以开的", "dismissed"),)))
    assert not is_gap(run(1, "可以开发票吗", offers=(offer,)))
    assert not is_gap(run(1, "可以开发票吗", script="invoice"))
    assert not is_gap(run(1, "可以开发票吗", said=None))


def test_pictures_and_courtesies_are_no_gap(recogniser: Recogniser) -> None:
    assert find([run(1, "[图片]"), run(2, "好的"), run(3, "谢谢")], recogniser)[0] == []
