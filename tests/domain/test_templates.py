"""Reply templates: what is filled and what is missing. That nothing gets out: `test_template_escapes.py`."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.handbook import shop_values
from assistant.domain.scripts import HandbookEntry
from assistant.domain.templates import (
    LONGEST_TEXT,
    TEMPLATE_VARIABLES,
    Lack,
    check,
    render,
    variables,
    yuan,
)


def test_variables_are_filled() -> None:
    filled = render(
        "亲，{{ promotion.title }}，{{ order.items }}",
        {"promotion.title": "满减", "order.items": ["裙", "鞋"]},
    )
    assert (filled.text, filled.missing, filled.sendable) == ("亲，满减，裙、鞋", (), True)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"promotion.title": None},
        {"promotion.title": ""},
        {"promotion.title": " "},
        {"promotion.title": []},
    ],
)
def test_a_missing_or_empty_variable_is_named_and_marked_in_the_text(values: dict[str, object]) -> None:
    filled = render("亲，{{ promotion.title }}和{{ promotion.title }}，{{ now }}", {"now": "14:05", **values})
    assert filled.text == "亲，【promotion.title】和【promotion.title】，14:05"
    assert filled.missing == ("promotion.title",)
    assert not filled.sendable


def test_an_expired_handbook_entry_is_missing_and_says_since_when() -> None:
    shop = {
        "cutoff": HandbookEntry(value="16:00", valid_to=date(2026, 1, 1)),
        "gift": HandbookEntry(value="袜子", valid_from=date(2026, 3, 1)),
        "name": HandbookEntry(value="小店"),
    }
    text = "{{ shop.name }} {{ shop.cutoff }} {{ shop.gift }} {{ shop.other }}"
    assert render(text, shop_values(shop, date(2026, 1, 1))).missing == (
        "shop.gift coming 2026-03-01",
        "shop.other",
    )
    filled = render(text, shop_values(shop, date(2026, 1, 2)))
    assert filled.missing == (
        "shop.cutoff expired 2026-01-01",
        "shop.gift coming 2026-03-01",
        "shop.other",
    )
    assert filled.text.startswith("小店 【shop.cutoff】")


def test_a_default_makes_a_variable_dispensable_and_a_missing_one_is_false_in_an_if() -> None:
    text = '{{ buyer.nickname | default("亲") }}{% if order.count > 1 %}，这{{ order.count }}笔{% endif %}'
    assert render(text, {}) == render("亲", {})
    assert render(text, {"buyer.nickname": "小李", "order.count": 2}).text == "小李，这2笔"
    assert (
        render("{% if promotion.title %}有{% else %}没有{% endif %}", {"promotion.title": Lack("已结束")}).text
        == "没有"
    )


def test_a_filter_that_cannot_work_with_what_is_missing_names_it() -> None:
    assert render("{{ order.amount | round }}", {}).missing == ("order.amount",)


def test_values_are_read_out_as_people_say_them() -> None:
    at = datetime(2026, 11, 11, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert render("{{ order.deadline }}", {"order.deadline": at}).text == "11月11日09:05"
    assert render("{{ promotion.ends_at }}", {"promotion.ends_at": date(2026, 1, 2)}).text == "1月2日"
    assert [yuan(fen) for fen in (12900, 12950, 5, -5)] == ["129", "129.50", "0.05", "-0.05"]


@pytest.mark.parametrize(
    "name", [name for name in TEMPLATE_VARIABLES if name != "shop.*"] + ["shop.cutoff", "shop.a_1"]
)
def test_every_variable_of_the_vocabulary_can_be_used(name: str) -> None:
    text = f"亲，{{{{ {name} }}}}"
    assert check(text) == []
    assert variables(text) == (name,)
    assert render(text, {name: "值"}).text == "亲，值"


def test_an_unknown_variable_is_refused_and_the_nearest_is_proposed() -> None:
    (problem,) = check("亲，{{ promotion.titel }}")
    assert (problem.words, problem.advice) == ("promotion.titel", "did you mean `promotion.title`?")


def test_braces_in_a_value_never_reach_a_buyer() -> None:
    filled = render("亲，{{ promotion.title }}", {"promotion.title": "{{ name }}专享"})
    assert filled.missing == ("promotion.title unfilled",)
    assert not render("{{ '{{ x' }}", {}).sendable


def test_long_values_and_texts_are_cut() -> None:
    assert len(render("{{ promotion.text }}", {"promotion.text": "长" * 100_000}).text) < 1000
    filled = render("{{ promotion.text }}" * 50, {"promotion.text": "长" * 500})
    assert len(filled.text) == LONGEST_TEXT
    assert not filled.sendable


@given(st.text(max_size=60))
def test_any_text_at_all_is_answered_without_an_error(text: str) -> None:
    check(text)
    filled = render(text, {})
    assert not (filled.sendable and ("{{" in filled.text or "{%" in filled.text))


PARTS = "{{ }} {% %} now order.id if endif | default ('a') 亲 . - # { }".split(" ")


@given(st.lists(st.sampled_from(PARTS), max_size=12))
def test_anything_that_passes_the_check_can_be_filled(parts: list[str]) -> None:
    text = " ".join(parts)
    filled = render(text, {"now": "14:05", "order.id": "1"})
    if not check(text) and text.strip():
        assert "{{" not in filled.text
        assert "text broken" not in filled.missing
