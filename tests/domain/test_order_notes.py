"""Notes for orders: the form colleagues read at a glance, and the kinds to choose from."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from pydantic import ValidationError

from assistant.domain.order_notes import USUAL_KINDS, OrderNote, kinds, note_text
from assistant.domain.scripts import HandbookEntry

AT = datetime.fromisoformat("2026-11-11T01:20:59+08:00")
DAY = date(2026, 11, 11)


def note(**changed: object) -> OrderNote:
    return OrderNote.model_validate({"order": "o1", "kind": "改码", "change": "黑L→XL", "key": "k" * 8, **changed})


@pytest.mark.parametrize("change", ["黑L→XL", "黑L->XL", "黑L => XL", "黑L --> XL", " 黑L→XL\n"])
def test_a_note_says_kind_change_who_and_when(change: str) -> None:
    assert note_text(note(change=change), "小王", AT) == "改码 黑L→XL 小王 11/11 01:20"


@pytest.mark.parametrize(
    "changed",
    [{"kind": ""}, {"kind": " "}, {"kind": "改" * 21}, {"change": ""}, {"change": "\n"}, {"change": "改" * 201},
     {"change": "a\x00"}, {"order": ""}, {"key": "short"}, {"more": 1}],
)  # fmt: skip
def test_a_note_without_words_or_with_too_many_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        note(**changed)


def test_the_kinds_are_the_shops_own_while_they_are_valid() -> None:
    def entry(**days: date) -> dict[str, HandbookEntry]:
        return {"order_note_kinds": HandbookEntry.model_validate({"value": ["改码", "刻字", "改码"], **days})}

    assert kinds(entry(), DAY) == ("改码", "刻字")
    assert kinds(entry(valid_to=DAY), DAY) == ("改码", "刻字")
    assert kinds(entry(valid_from=date(2026, 11, 12)), DAY) == USUAL_KINDS
    assert kinds({}, DAY) == USUAL_KINDS
