"""Buyers' own words are proposed as examples where an agent's answer says what was meant, and never twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from assistant.domain.example_phrases import NEAR, effect, mark, proposed
from assistant.domain.recognition import Recogniser
from assistant.domain.runs import Offer, Run
from assistant.services.scripts import recogniser_of
from tests.services.shop import OFFERS, TABLES

NOON = datetime(2026, 11, 11, 4, tzinfo=UTC)
ODD = "这价位我得掂量掂量"


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    return recogniser_of(TABLES)


def run(number: int, *texts: str, sent: str | None = None, **more: object) -> Run:
    offers = (Offer(sent, "r", "亲", "sent"),) if sent else ()
    script = f"{sent}/r" if sent else None
    known = {"platform": "taobao", "conversation": f"c{number}", "asked_at": NOON + timedelta(minutes=number)}
    return Run(**{**known, "texts": texts, "offers": offers, "said": "亲", "script": script, **more})  # type: ignore[arg-type]


def words(runs: list[Run], recogniser: Recogniser) -> list[tuple[str, str, str, int]]:
    return [(one.situation, one.text, one.kind, one.times) for one in proposed(runs, TABLES, recogniser)]


def test_what_an_accepted_suggestion_answered_is_proposed_once_with_how_often_it_was_said(
    recogniser: Recogniser,
) -> None:
    runs = [run(1, ODD, sent="price"), run(2, "在吗", f"{ODD}！", sent="price"), run(3, "面料扎不扎人", sent="fabric")]
    assert words(runs, recogniser) == [("price", ODD, "accepted", 2), ("fabric", "面料扎不扎人", "accepted", 1)]


def test_an_answer_by_hand_that_is_like_a_reply_says_what_was_meant(recogniser: Recogniser) -> None:
    assert not recogniser.rank("少两块行不").offer
    typed = f"{OFFERS}~"
    assert words([run(1, "少两块行不", said=typed)], recogniser) == [("price", "少两块行不", "near", 1)]
    assert words([run(1, "少两块行不", said=None)], recogniser) == []


@pytest.mark.parametrize(
    ("offered", "silent", "found"), [(0, 0, False), (1, 0, False), (2, 0, True), (2, 2, True), (2, 3, False)]
)
def test_what_only_comes_near_needs_others_who_said_alike_and_had_the_card(
    recogniser: Recogniser, offered: int, silent: int, *, found: bool
) -> None:
    text = "便宜跟快递的事"
    ranking = recogniser.rank(text)
    assert not ranking.offer
    ((id, score),) = ranking.best(1)
    assert id == "price"
    assert score >= NEAR * recogniser.threshold
    runs = [run(1, text)]
    had = (Offer("price", "r", "亲", "dismissed"),)
    runs += [run(10 + n, f"{text}啊", offers=had, script="x/y") for n in range(offered)]
    runs += [run(20 + n, f"{text}呢", script="x/y") for n in range(silent)]
    assert (text in [one.text for one in proposed(runs, TABLES, recogniser)]) == found


def test_what_is_known_personal_courteous_or_long_is_not_proposed(recogniser: Recogniser) -> None:
    odd = ["能便宜点嘛？", "掂量掂量，加我13800001111", "好的谢谢", "呢", "掂量" * 30]
    assert words([run(n, text, sent="price") for n, text in enumerate(odd)], recogniser) == []
    assert words([run(1, ODD, sent="unknown"), run(2, ODD, sent="asked-again")], recogniser) == []


def test_a_mark_tells_words_apart_by_situation_but_not_by_how_they_are_written() -> None:
    assert mark("price", f"{ODD}！") == mark("price", ODD) != mark("fabric", ODD)


def test_an_effect_counts_the_runs_that_are_meant_apart_from_the_others() -> None:
    runs = [run(1, ODD), run(2, ODD), run(3, "甲"), run(4, "乙"), run(5, "丙"), run(6, "丁")]
    found = effect(
        runs,
        {ODD: "price"},
        [None, "fabric", None, "price", "price", "price"],
        ["price", "fabric", "price", None, "fabric", "price"],
    )
    assert (found.meant, found.before, found.after, found.right) == (2, 1, 2, 1)
    assert (found.others, found.gained, found.lost, found.turned) == (4, 1, 1, 1)
    assert [(one.before, one.after) for one in found.examples] == [
        (None, "price"),
        ("price", None),
        ("price", "fabric"),
    ]
