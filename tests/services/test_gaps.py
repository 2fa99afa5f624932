"""What the tables lack becomes drafts: a situation of what agents answered by hand, and new examples."""

from __future__ import annotations

from datetime import date

import pytest

from assistant import store
from assistant.domain.checks import NO_CHECKS, Checks
from assistant.domain.drafts import Draft, judge
from assistant.domain.errors import InvalidInput
from assistant.domain.example_phrases import mark
from assistant.domain.script_rows import Name, rows, value_of
from assistant.domain.scripts import Scripts
from assistant.services import drafts, gaps
from assistant.services.gap_findings import lacking
from assistant.services.gaps import Wanted
from tests.services.shop import TABLES, Shop, moment

DAY = date(2026, 11, 11)
DRAFT = Draft(1, TABLES, rows(TABLES), ())
INVOICE = ["可以开发票吗", "能开发票不", "我叫张三丰，发票怎么开"]
BUDGET = "预算就这么点"
CHECK = {
    "id": "wechat", "name": "站外联系", "code": "C04", "severity": "block", "words": ["加微信"], "reason": "会被处罚",
    "instead": "在这里说",
}  # fmt: skip


def test_a_gap_becomes_a_row_that_passes_the_checks_of_drafts() -> None:
    name, text = gaps.situation(DRAFT, INVOICE, ["亲，可以开的"], "回答「{name}」", NO_CHECKS, DAY)
    value = value_of(text)
    assert (name, value["name"], value["goal"]) == (
        Name("situations", "neng-kai-fa-piao-bu"), "能开发票不", "回答「能开发票不」",
    )  # fmt: skip
    assert value["phrases"] == INVOICE[:2]  # who they are is nothing to learn from
    assert value["replies"] == [{"id": "usual", "text": "亲，可以开的"}]
    judged = judge(gaps.changed(DRAFT, {name: text}, moment("10:00:00")), TABLES, DAY)
    assert judged.passes
    assert judged.scripts.situation(name.id) is not None


def test_the_first_answer_that_nothing_is_wrong_with_is_the_reply() -> None:
    checks = Checks(Scripts.model_validate({"checks": [CHECK]}).checks, {})
    answers = ["加微信我开给您", "亲，{{ 可以的 }}", "亲，可以开的"]
    _, text = gaps.situation(DRAFT, INVOICE, answers, "g", checks, DAY)
    assert value_of(text)["replies"][0]["text"] == "亲，｛｛ 可以的 ｝｝"
    _, text = gaps.situation(DRAFT, INVOICE, answers[:1], "g", checks, DAY)
    assert value_of(text)["replies"][0]["text"] == answers[0]  # the editor says what is wrong with it


@pytest.mark.parametrize(("phrases", "answers"), [([], ["好"]), (["？？"], ["好"]), (INVOICE, [" "])])
def test_a_situation_needs_words_of_both(phrases: list[str], answers: list[str]) -> None:
    with pytest.raises(InvalidInput):
        gaps.situation(DRAFT, phrases, answers, "g", NO_CHECKS, DAY)


def test_accepted_words_join_the_examples_and_refused_ones_do_not_come_again(shop: Shop) -> None:
    wanted = Wanted({"price": [BUDGET, "能便宜点嘛！"]}, {"fabric": ["扎不扎人"]})
    assert shop.works(lambda desk: gaps.take(desk, wanted, author="t")) == 1
    draft = shop.read(lambda tx: drafts.take(tx, shop.id))
    assert value_of(draft.text(Name("situations", "price")) or "")["phrases"][-2:] == ["最低什么价", BUDGET]
    refused = shop.read(lambda tx: store.refused_phrases.of(tx, shop.id))
    assert refused == {mark("fabric", "扎不扎人")}
    words = [{"text": text, "mark": mark("fabric", text)} for text in ("扎不扎人？", BUDGET, "会缩水吗")]
    found = {"gaps": [], "situations": [{"id": "fabric", "words": words, "total": 5}]}
    (row,) = gaps.open_for(found, draft, refused, 8)["situations"]
    assert ([word["text"] for word in row["words"]], row["total"]) == (["会缩水吗"], 3)


def test_a_gap_that_the_draft_answers_says_by_which_row() -> None:
    found = {"situations": [], "gaps": [{"phrases": ["开发票吗", "打个折吧！"]}, {"phrases": ["开发票吗"]}]}
    assert [gap["in_draft"] for gap in gaps.open_for(found, DRAFT, (), 8)["gaps"]] == ["price", None]


def test_refusals_are_kept_with_a_limit_and_by_shop(shop: Shop) -> None:
    def refuse(tx: store.Transaction) -> None:
        for number in range(5):
            at = shop.now.replace(second=number)
            store.refused_phrases.add(tx, shop.id, [f"m{number}"], "t", at, most=3)

    shop.desks.store.write_now(refuse)
    assert shop.read(lambda tx: store.refused_phrases.of(tx, shop.id)) == {"m2", "m3", "m4"}
    assert shop.read(lambda tx: store.refused_phrases.of(tx, "another")) == frozenset()


def test_words_for_a_situation_that_is_gone_are_refused_and_nothing_is_kept(shop: Shop) -> None:
    with pytest.raises(InvalidInput):
        shop.works(lambda desk: gaps.take(desk, Wanted({"price": [BUDGET], "gone": ["甲乙丙"]}), author="t"))
    assert shop.read(lambda tx: drafts.take(tx, shop.id)).changes == []


def test_what_a_shop_lacks_is_found_in_its_own_chats_masked(shop: Shop) -> None:
    for number, text in enumerate(["可以开发票吗", "能开发票不", "开发票打13800001111"]):
        shop.buyer_says(text, f"10:0{number}:00", conversation=f"c{number}")
        shop.agent_says("亲，可以开的", f"10:0{number}:20", conversation=f"c{number}")
    runs = shop.read(lambda tx: store.recorded.runs(tx, shop.id))
    at = shop.works(lambda desk: desk.shop)
    found = lacking(runs, at.scripts, at.recogniser)
    (gap,) = found["gaps"]
    assert (gap["runs"], gap["answers"]) == (3, [{"text": "亲，可以开的", "times": 3}])
    assert "13800001111" not in str(found)
    assert {one["conversation"] for one in gap["examples"]} == {"c0", "c1", "c2"}
