"""What the tables have no answer for is gathered by meaning, the most frequent first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from assistant.domain.gaps import find, is_gap
from assistant.domain.runs import Offer, Run
from assistant.domain.wording import Wording

NOON = datetime(2026, 11, 11, 4, tzinfo=UTC)
WORDING = Wording.of({})
INVOICE = ["可以开发票吗", "能开发票不", "发票怎么开", "开一下发票", "需要开发票"]
LIGHT = ["晚上会发光吗", "这个会不会发光", "夜里发光吗"]
LONE = ["你们仓库在哪个城市呀"]


def run(number: int, *texts: str, said: str | None = "稍等我问问", **more: object) -> Run:
    known = {"platform": "taobao", "conversation": f"c{number}", "asked_at": NOON + timedelta(minutes=number)}
    return Run(**{**known, "texts": texts, "said": said, **more})  # type: ignore[arg-type]


def asked(*phrases: list[str]) -> list[Run]:
    return [run(number, text) for number, text in enumerate(text for group in phrases for text in group)]


def test_what_means_the_same_is_one_gap_and_the_largest_comes_first() -> None:
    found, cut = find(asked(LIGHT, INVOICE, LONE), WORDING)
    assert [set(gap.phrases) for gap in found] == [set(INVOICE), set(LIGHT)]
    assert [gap.runs for gap in found] == [5, 3]
    assert not cut


def test_the_order_in_which_chats_come_does_not_matter() -> None:
    runs = asked(INVOICE, LIGHT, LONE)
    Random(3).shuffle(runs)
    assert [set(gap.phrases) for gap in find(runs, WORDING)[0]] == [set(INVOICE), set(LIGHT)]


def test_the_answers_agents_typed_stand_with_it_the_most_frequent_first() -> None:
    runs = [run(n, text, said=said) for n, (text, said) in enumerate(zip(INVOICE, "甲乙甲丙甲", strict=True))]
    runs += [run(100 + n, text) for n, text in enumerate(LIGHT)]
    gap, _ = find(runs, WORDING)[0]
    assert (gap.answers[0].text, gap.answers[0].times) == ("甲", 3)


def test_where_something_was_offered_or_a_script_was_used_there_is_no_gap() -> None:
    offer = Offer("invoice", "r", "可以开的", "shown")
    assert is_gap(run(1, "可以开发票吗"))
    assert is_gap(run(1, "可以开发票吗", offers=(Offer("invoice", "r", "可以开的", "dismissed"),)))
    assert not is_gap(run(1, "可以开发票吗", offers=(offer,)))
    assert not is_gap(run(1, "可以开发票吗", script="invoice"))
    assert not is_gap(run(1, "可以开发票吗", said=None))


def test_pictures_and_courtesies_are_no_gap() -> None:
    assert find([run(1, "[图片]"), run(2, "好的"), run(3, "谢谢")], WORDING)[0] == []
