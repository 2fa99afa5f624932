"""How bad what was found is, and what of several finds is told."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.domain.check_rows import Check
from assistant.domain.check_truths import NOWHERE, Moment
from assistant.domain.checks import Checks


def row(words: str = "天地", **more: Any) -> Check:
    usual = {"id": words, "code": "C05", "name": "名", "severity": "warn", "reason": "因", "instead": "说"}
    return Check.model_validate({**usual, "words": [words], "refusable": False, **more})


def told(text: str, *rows: Check, moment: Moment = NOWHERE) -> list[tuple[str, str, str]]:
    """(code, severity, words) of each hit."""
    return [(hit.code, hit.severity, hit.words) for hit in Checks(rows, {}).hits(text, moment)]


@pytest.mark.parametrize(
    ("moment", "severity"),
    [
        (NOWHERE, "warn"),
        (Moment(in_tables=True), "note"),
        (Moment(categories=("婴儿食品",)), "block"),
        (Moment(categories=("玩具", "婴儿食品")), "block"),  # the strictest
        (Moment(categories=("玩具",)), "note"),
        (Moment(categories=("婴儿食品",), platform="pdd"), "warn"),  # a platform has the last word
        (Moment(in_tables=True, platform="pdd"), "warn"),
        (Moment(categories=("婴儿食品",), platform="jd"), None),
        (Moment(in_tables=True, platform="jd"), None),
        (Moment(platform="taobao"), "warn"),
    ],
)
def test_a_platform_has_the_last_word_then_the_strictest_category_then_whether_trainers_write_it(
    moment: Moment, severity: str | None
) -> None:
    changed = row(
        in_tables="note", platforms={"jd": "off", "pdd": "warn"}, categories={"玩具": "note", "食品": "block"}
    )
    assert told("说天地", changed, moment=moment) == ([("C05", severity, "天地")] if severity else [])


def test_of_one_row_three_finds_are_told() -> None:
    assert told("天地，天地，天地，天地", row()) == [("C05", "warn", "天地")] * 3


def test_of_what_overlaps_under_one_code_the_worst_is_told_then_the_longest_and_other_codes_beside_it() -> None:
    mild, worse = row("天地人", id="mild"), row("地人", id="worse", severity="block")
    assert told("天地人", mild, worse) == [("C05", "block", "地人")]
    assert told("天地人", mild, row("天地", id="short")) == [("C05", "warn", "天地人")]
    assert told("天地人", mild, row("地人", id="other", code="C06")) == [
        ("C05", "warn", "天地人"), ("C06", "warn", "地人"),
    ]  # fmt: skip
