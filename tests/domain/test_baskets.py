"""What agents type for a sum: read with patience where it is clear what is meant, refused with advice where not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.domain.baskets import Basket, Return, lines_of, rules_without
from assistant.domain.orders import yuan_text
from assistant.domain.promotion_offers import labels
from assistant.domain.sums import Line
from tests.domain.sum_samples import only


def basket(**line: Any) -> Basket:
    return Basket.model_validate({"lines": [{"price": "1", **line}]})


@pytest.mark.parametrize(
    "typed", ["129", "129.0", "129.00", " 129 ", 129, "129元", "¥129", "￥129.00 元", "１２９．００", "129。00"]
)
def test_a_price_may_be_typed_as_people_type_it(typed: object) -> None:
    assert lines_of(basket(price=typed)) == [Line("", Decimal("129.00"))]


@given(st.integers(0, 99_999_999_99))
def test_every_amount_is_read_to_the_fen(fen: int) -> None:
    assert str(basket(price=yuan_text(fen)).lines[0].price) == yuan_text(fen)


@pytest.mark.parametrize(
    "typed",
    ["", " ", "-1", "1.234", "1.234 元", "一百", "1,000", "1e3", "1 2", "NaN", "123456789", 1.5, True, None, []],
)
def test_what_is_no_price_is_refused_with_what_to_write(typed: object) -> None:
    with pytest.raises(ValidationError) as refused:
        basket(price=typed)
    (error,) = refused.value.errors()
    assert error["loc"] == ("lines", 0, "price")
    assert "write" in error["msg"]


@pytest.mark.parametrize(("typed", "count"), [("2", 2), (2, 2), ("２", 2), ("2件", 2), (" 12 条", 12), ("0012", 12)])
def test_a_number_of_pieces_may_be_typed_with_its_word(typed: object, count: int) -> None:
    assert basket(quantity=typed).lines[0].quantity == count


@pytest.mark.parametrize("typed", ["", "两件", "两", "-1", "1.5", "10000", "0", 0, 2.0, True, None])
def test_what_is_no_number_of_pieces_is_refused_with_what_to_write(typed: object) -> None:
    with pytest.raises(ValidationError) as refused:
        basket(quantity=typed)
    (error,) = refused.value.errors()
    assert error["loc"] == ("lines", 0, "quantity")
    assert "write" in error["msg"]


def test_none_of_a_line_may_come_back() -> None:
    asked = Return.model_validate({"lines": [{"price": "1", "back": "0"}, {"price": "2", "back": 1}], "paid": "3元"})
    assert [line.back for line in asked.lines] == [0, 1]
    assert asked.paid == Decimal("3.00")


def test_a_title_is_one_line() -> None:
    assert basket(title=" 羊毛\n 大衣 ").lines[0].title == "羊毛 大衣"


@pytest.mark.parametrize("count", [0, 51])
def test_a_basket_has_one_to_fifty_lines(count: int) -> None:
    with pytest.raises(ValidationError):
        Basket.model_validate({"lines": [{"price": "1"}] * count})


def test_rules_can_be_left_aside() -> None:
    rules = only("per_piece", "tiers", "coupon", "freight")
    left = rules_without(rules, ["coupon", "per_piece"])
    assert left.names == ("tiers",)
    assert left.freight == rules.freight


def test_rules_are_called_what_people_call_them() -> None:
    rules = only("per_piece", "tiers", "every", "coupon")
    assert list(labels(rules).values()) == ["两件9.5折、三件9折", "满300减40、满500减80", "每满300减40", "满199减20券"]
    assert labels(only(coupon={"minus": "5.50"})) == {"coupon": "5.50元券"}
