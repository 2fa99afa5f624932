"""What is wrong in the trainers' tables is named with its place, all of it at once, and hides nothing that is right."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.problems import Complaint
from assistant.domain.scripts import Scripts
from assistant.domain.yaml_tables import read_tables
from tests.domain.contract_tables import SITUATION, TOUCHPOINT, complaints

# Each: what is replaced in the contract's examples, by what, then line, column, words of the complaint.
BROKEN_SITUATIONS = [
    ("    goal: 推送店铺优惠活动\n", "", 3, 5, "`goal` is missing", "goal"),
    ("phrases: [", "phrase: [", 5, 5, "unknown key `phrase`", "`phrases`"),
    ("tells:", "tell:", 12, 9, "unknown key `tell`", "`tells`"),
    ("[能便宜点嘛, 有点小贵]", "能便宜点嘛", 5, 14, "`phrases` must be a list", "["),
    (
        "[能便宜点嘛, 有点小贵]",
        "[能便宜点嘛, ]\n    phrases: [x]",
        6,
        5,
        "`phrases` is written twice",
        "line 5",
    ),
    ("id: price-too-high", "id: Price Too High", 3, 9, "`id` cannot be", "without spaces"),
    ("name: 觉得价格太贵未下单", "name: 12", 4, 11, "`name` must be text", "quotes"),
    ("name: 觉得价格太贵未下单", "name:", 4, 5, "`name` is empty", "write a text"),
    ("order.state: none", "order.stat: none", 6, 12, "unknown condition `order.stat`", "`order.state`"),
    ("order.state: none", "order.state: unpayed", 6, 25, "never `unpayed`", "`unpaid`"),
    ("order.state: none", "order.state: [none, payd]", 6, 32, "never `payd`", "`paid`"),
    ("order.state: none", "order.amount: {mni: 5}", 6, 27, "unknown key `mni`", "`min`"),
    ("order.state: none", "order.cod: maybe", 6, 23, "true or false", "true"),
    ("order.state: none", "order.amount: {min: 9, max: 5}", 6, 26, "never holds", "swap"),
    ("buyer.purchases: new", "buyer.purchase: new", 10, 15, "unknown condition", "`buyer.purchases`"),
    ("promotion.title", "promotion.titel", 11, 21, "unknown variable", "`promotion.title`"),
    ("promotion.title }}", "promotion.title", 11, 18, "cannot be read", "{{ promotion.title }}"),
    ("{{ promotion.title }}", "{promotion.title}", 11, 18, "single braces", "{{promotion.title}}"),
    ("promotion.title", "''.__class__.__mro__", 11, 34, "not allowed", "only"),
    ("stage: presale", "stage: presales", 1, 8, "unknown stage", "`presale`"),
    ("situations:", "situation:", 2, 1, "unknown key `situation`", "`situations`"),
    ("record: []", "record: [colour]", 13, 14, "never `colour`", "item"),
    ("    name:", "   name:", 4, 4, "not valid YAML", "indentation"),
    ("    name:", "\tname:", 4, 1, "not valid YAML", "tabs"),
    ("none}", "none", 6, 11, "not valid YAML", ""),
    ("有点小贵]", "有点小贵", 5, 14, "not valid YAML", ""),
    ("name: 觉得", 'name: "觉得', 4, 11, "not closed", "line 11"),
    ("name: 觉得", "name：觉得", 4, 9, "a Chinese colon", "`: `"),
    ("name: 觉得", "name 觉得", 4, 5, "not valid YAML", "colons"),
    (
        '"亲，{{ promotion.title }}"',
        "{{ promotion.title }}亲",
        11,
        36,
        "not valid YAML",
        "whole text in quotes",
    ),
    ("name: 觉得", "name: &a 觉得", 4, 11, "anchors", "quotes"),
    ("name: 觉得", "name: !!python/object/apply:os.system 觉得", 4, 11, "tag", "leave it out"),
    ("name: 觉得价格太贵未下单", "name: {{ buyer.nickname }}", 4, 12, "key must be a word", "quotes"),
    ("situations:\n", "situations: 3\nother:\n", 2, 13, "`situations` must be a list", "- id"),
]


@pytest.mark.parametrize(("old", "new", "line", "column", "says", "advises"), BROKEN_SITUATIONS)
def test_each_mistake_in_a_situation_is_named_where_it_is(
    old: str, new: str, line: int, column: int, says: str, advises: str
) -> None:
    assert old in SITUATION
    found = complaints(SITUATION.replace(old, new))
    assert is_named(found, line, column, says, advises), found


def is_named(found: Iterable[Complaint], line: int, column: int, says: str, advises: str) -> bool:
    """Whether one of the complaints stands there, with these words."""
    return any(
        (one.line, one.column) == (line, column) and says in one.message and advises in one.advice for one in found
    )


BROKEN_TOUCHPOINTS = [
    ("on: order.unpaid", "on: order.unpayed", 4, 9, "unknown fact `order.unpayed`", "`order.unpaid`"),
    ("[buyer.spoke]", "[buyer.speaks]", 7, 18, "unknown fact `buyer.speaks`", "`buyer.spoke`"),
    ("order.closed,", "order.close,", 8, 25, "unknown fact", "`order.closed`"),
    ("fact: order.paid", "fact: order.payed", 14, 18, "unknown fact", "`order.paid`"),
    ("after: 15m", "after: 15 minutes", 5, 12, "`after` cannot be `15 minutes`", "15m"),
    ("after: 15m", "after: 15", 5, 12, "`after` cannot be `15`", "15m"),
    ("after: 15m", "after: 15m\n    before_deadline: 5m", 2, 5, "not both", ""),
    ("    on: order.unpaid\n", "", 2, 5, "starts with a fact", "`on`"),
    ('"08:00"', "8am", 9, 20, "no time of day", "08:00"),
    ("outside: next_window", "outside: next", 9, 51, "never `next`", "`next_window`"),
    ("count: 2", "count: two", 10, 30, "whole number", "2"),
    ("count: 2", "count: 0", 10, 30, "below 1", "1 or more"),
    ("channel: chat", "channel: chart", 12, 14, "never `chart`", "`chat`"),
    ("reply: coupon", "reply: cuopon", 13, 12, "no reply is called `cuopon`", "coupon"),
    ("holdout: 0", "holdout: 2", 15, 14, "above 1", "1 or less"),
    ("holdout: 0", "hold_out: 0", 15, 5, "unknown key `hold_out`", "`holdout`"),
    ("order.amount", "order.amont", 6, 16, "unknown condition", "`order.amount`"),
]


@pytest.mark.parametrize(("old", "new", "line", "column", "says", "advises"), BROKEN_TOUCHPOINTS)
def test_each_mistake_in_a_touchpoint_is_named_where_it_is(
    old: str, new: str, line: int, column: int, says: str, advises: str
) -> None:
    assert old in TOUCHPOINT
    _, found = read_tables({"situations/a.yaml": SITUATION, "touchpoints/a.yaml": TOUCHPOINT.replace(old, new)})
    assert is_named(found, line, column, says, advises), found


def test_a_wrong_variable_is_found_inside_a_text_of_several_lines() -> None:
    folded = "text: |\n          亲，\n          现在有 {{ promotion.titel }}"
    found = complaints(SITUATION.replace('text: "亲，{{ promotion.title }}"', folded))
    assert [(one.line, one.column) for one in found] == [(13, 18)]


def test_all_mistakes_are_named_at_once_and_good_rows_are_kept() -> None:
    second = SITUATION.split("situations:\n")[1].replace("price-too-high", "other").replace("name:", "nam:")
    scripts, found = read_tables({"a.yaml": SITUATION + second})
    assert [row.id for row in scripts.situations] == ["price-too-high"]
    assert {one.message for one in found} == {"unknown key `nam`", "`name` is missing"}


def test_a_wrong_key_neither_hides_other_mistakes_nor_causes_new_ones() -> None:
    text = SITUATION.replace("phrases:", "phrase:").replace("promotion.title", "promotion.titel")
    scripts, found = read_tables({"a.yaml": text, "t.yaml": TOUCHPOINT.replace("15m", "soon")})
    assert [(one.file, one.line) for one in found] == [("a.yaml", 5), ("a.yaml", 11), ("t.yaml", 5)]
    assert scripts == Scripts()


def test_an_id_used_in_two_files_is_named_with_the_place_of_the_first() -> None:
    _, found = read_tables({"situations/a.yaml": SITUATION, "situations/b.yaml": "# second\n" + SITUATION})
    assert [(one.file, one.line, one.column) for one in found] == [("situations/b.yaml", 4, 9)]
    assert "situations/a.yaml, line 3" in found[0].advice


def _with_reply(reply: str) -> str:
    return SITUATION.replace("    record", f"      - {reply}\n    record")


def test_a_reply_id_used_twice_in_a_situation_is_refused() -> None:
    found = complaints(_with_reply("{id: coupon, text: 亲, for: {buyer.purchases: second}}"))
    assert [(one.line, one.column) for one in found] == [(13, 14)]
    assert "used twice" in found[0].message


def test_two_replies_for_the_same_buyers_tie() -> None:
    found = complaints(_with_reply("{id: two, text: 亲, for: {buyer.purchases: new}}"))
    assert ["tie" in one.message for one in found] == [True]
    assert (found[0].line, found[0].column) == (13, 33)


def test_two_replies_for_everybody_tie() -> None:
    found = complaints(_with_reply("{id: two, text: 亲}").replace("        for: {buyer.purchases: new}\n", ""))
    assert "only one reply of a situation can be for everybody" in found[0].advice


def test_a_reply_whose_for_cannot_be_read_is_not_said_to_tie_as_well() -> None:
    text = _with_reply("{id: two, text: 亲, for: new}").replace("        for: {buyer.purchases: new}\n", "")
    assert [one.message for one in complaints(text)] == ["`for` must have keys"]


def test_a_reply_id_of_two_situations_needs_its_situation() -> None:
    other = SITUATION.replace("price-too-high", "other")
    _, found = read_tables({"a.yaml": SITUATION, "b.yaml": other, "t.yaml": TOUCHPOINT})
    assert [one.advice for one in found] == ["write one of: price-too-high/coupon, other/coupon"]


def test_a_mistyped_handbook_entry_is_refused_but_one_of_another_shop_is_not() -> None:
    shop = {"shop.yaml": "cutoff: 十六点\n"}
    wrong = SITUATION.replace("promotion.title", "shop.cutof")
    assert "`shop.cutoff`" in read_tables({"a.yaml": wrong, **shop})[1][0].advice
    assert read_tables({"a.yaml": SITUATION.replace("promotion.title", "shop.gift"), **shop})[1] == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: &a [1]\nb: [*a, *a]\n", "anchors"),
        ("[" * 50 + "]" * 50, "nested deeper"),
        ("[" * 100_000, "nested deeper"),
        ("a: 1\n---\nb: 2\n", "second document"),
        ("- {a: 1}\n" * 100_000, "more than 200000"),
        ("a: " + "x" * 1024 * 1024, "larger than 1 MiB"),
        ("a: \x00", "control character"),
        ("a: \ud800", "control character"),
        ("a: \ufffd\ufffd", "not written in UTF-8"),
        ("- a\n", "must begin with a key"),
        ("just words", "must begin with a key"),
        ("? [a]\n: b\n", "key must be a word"),
        ("<<: {a: 1}\n", "unknown key"),
    ],
)
def test_what_no_table_needs_is_refused(text: str, says: str) -> None:
    found = complaints(text)
    assert says in found[0].message, found


def test_no_more_than_two_hundred_mistakes_of_a_file_are_named() -> None:
    assert len(complaints("situations:\n" + "- {ix: 1}\n" * 5000)) == 200


MARKS = [
    "\n",
    "  ",
    "\t",
    ":",
    "- ",
    "[",
    "]",
    "{",
    "}",
    '"',
    "'",
    "#",
    "|",
    "&a ",
    "*a",
    "!x ",
    "{{",
    "%",
    "：",
    "~",
]


@given(st.data())
def test_a_file_damaged_anywhere_is_answered_with_places_inside_it(data: st.DataObject) -> None:
    text = SITUATION + TOUCHPOINT
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 12))
        text = text[:at] + data.draw(st.sampled_from(MARKS)) + text[at + cut :]
    lines = text.split("\n")
    for one in complaints(text):
        assert 1 <= one.line <= len(lines)
        assert 1 <= one.column <= len(lines[one.line - 1]) + 1


def test_a_file_with_a_byte_order_mark_and_windows_line_ends_keeps_its_columns() -> None:
    text = "\ufeff" + SITUATION.replace("promotion.title", "promotion.titel").replace("\n", "\r\n")
    assert [(one.line, one.column) for one in complaints(text)] == [(11, 21)]
