"""The tables row by row: together again they are the same tables, and every complaint finds its row and place."""

from __future__ import annotations

import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.app import tables
from assistant.domain.script_rows import Name, document, plain, rows, text_of
from assistant.domain.scripts import HandbookEntry, QuickReply, Reply, Scripts, Situation
from assistant.domain.yaml_tables import read_tables
from assistant.settings import Settings

SHIPPED = tables(Settings())
# YAML has signs of its own for these; U+FFFD is refused as a spoilt encoding.
WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="{}%#\ufeff\ufffd\ufffe\uffff"),
    min_size=1,
    max_size=60,
).filter(lambda text: text.strip() == text)
LINES = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)


def again(scripts: Scripts) -> Scripts:
    found, complaints = read_tables({"draft.yaml": document(rows(scripts)).text}, scripts)
    assert complaints == []
    return found


def test_words_too_long_for_a_key_on_one_line_come_back_too() -> None:
    mine = Scripts(synonyms={"长" * 43: ("短",), "打折": ("优惠",)})
    assert again(mine).synonyms == mine.synonyms


def test_the_shipped_tables_are_the_sum_of_their_rows() -> None:
    assert plain(again(SHIPPED)) == plain(SHIPPED)


@given(LINES, WORDS, LINES, WORDS)
def test_whatever_rows_say_they_come_back_from_the_whole_text(text: str, name: str, value: str, word: str) -> None:
    mine = Scripts(
        situations=(Situation(id="a", name=name, goal=name, replies=(Reply(id="r", text=text),)),),
        quick_replies=(QuickReply(id="q", title=name, text=text),),
        shop={"entry": HandbookEntry(value=value)},
        small_talk=(word, "在吗"),
        synonyms={word: ("乙",)},
    )
    assert plain(again(mine)) == plain(mine)


@given(st.recursive(WORDS | st.booleans() | st.integers(), lambda part: st.lists(part) | st.dictionaries(WORDS, part)))
def test_a_row_is_read_as_it_was_written(value: object) -> None:
    assert yaml.safe_load(text_of(value)) == value


def test_a_complaint_is_placed_in_its_own_row() -> None:
    texts = dict(rows(SHIPPED))
    name = Name("situations", "price-too-high")
    texts[name] = texts[name].replace("buyer.purchases", "buyer.purchase", 1)
    whole = document(texts)
    _, complaints = read_tables({"draft.yaml": whole.text}, SHIPPED)
    placed = [whole.at_row(complaint) for complaint in complaints]
    line = next(n for n, text in enumerate(texts[name].split("\n"), 1) if "buyer.purchase:" in text)
    column = texts[name].split("\n")[line - 1].index("buyer.purchase:") + 1
    assert [(row, one.line, one.column) for row, one in placed] == [(name, line, column)]


def test_an_entry_of_the_handbook_is_placed_too() -> None:
    texts = {Name("shop", "cutoff"): "value: '16:00'\nvalid_from: 2026-02-01\nvalid_to: 2026-01-01\n"}
    whole = document(texts)
    _, complaints = read_tables({"draft.yaml": whole.text})
    (placed,) = [whole.at_row(complaint) for complaint in complaints]
    assert placed[0] == Name("shop", "cutoff")
    assert placed[1].line in (1, 2, 3)
