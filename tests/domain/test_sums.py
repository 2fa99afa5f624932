"""The price in hand: worked examples a person can follow, and what must hold whatever the basket is."""

from __future__ import annotations

import ast
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain import promotion_offers, promotion_rules, return_sums, sums
from assistant.domain.errors import InvalidInput
from assistant.domain.orders import to_fen
from assistant.domain.promotion_rules import RULE_NAMES, PromotionRules
from assistant.domain.sums import Line, Price, price_in_hand, shared
from assistant.domain.templates import yuan as short
from tests.domain.sum_samples import basket, baskets, lines, only, rules

ORDER = "399.00 129.00"

WORKED: dict[str, tuple[str, PromotionRules, str]] = {
    "no rule": (ORDER, only(), "大衣 399 + 裤子 129 = 528，到手528元"),
    "one piece, no rule": ("399.00", only(), "大衣 399，到手399元"),
    "a tier, then the coupon": (
        ORDER,
        only("coupon", tiers=[{"reach": 300, "minus": 40}]),
        "大衣 399 + 裤子 129 = 528，满300减40 → 488，券 20 → 468，到手468元",
    ),
    "the highest tier reached": (ORDER, only("tiers"), "大衣 399 + 裤子 129 = 528，满500减80 → 448，到手448元"),
    "exactly on the threshold": ("100.00x3", only("tiers"), "大衣 100×3 = 300，满300减40 → 260，到手260元"),
    "exactly on the highest": ("500.00", only("tiers"), "大衣 500，满500减80 → 420，到手420元"),
    "one fen below": ("299.99", only("tiers"), "大衣 299.99，到手299.99元"),
    "two pieces": ("59.90x2", only("per_piece"), "大衣 59.90×2 = 119.80，两件9.5折 → 113.81，到手113.81元"),
    "three pieces over two lines": (
        "59.90x2 129.00",
        only("per_piece"),
        "大衣 59.90×2 + 裤子 129 = 248.80，三件9折 → 223.92，到手223.92元",
    ),
    # 0.03 × 0.9 = 0.027 and 0.10 × 0.95 = 0.095 are rounded half up once: nothing is left to take off
    "three fen": ("0.01x3", only("per_piece"), "大衣 0.01×3 = 0.03，到手0.03元"),
    "half a fen goes up": ("0.05x2", only("per_piece"), "大衣 0.05×2 = 0.10，到手0.10元"),
    "every 300": ("350.00x2", only("every"), "大衣 350×2 = 700，每满300减40×2 → 620，到手620元"),
    "every 300, once": ("599.99", only("every"), "大衣 599.99，每满300减40 → 559.99，到手559.99元"),
    "every 300 up to the cap": (
        "400.00x4",
        only("every"),
        "大衣 400×4 = 1600，每满300减40（最多减120） → 1480，到手1480元",
    ),
    "the discount for pieces leaves too little for the tier": (
        "155.00x2",
        only("per_piece", "tiers"),
        "大衣 155×2 = 310，两件9.5折 → 294.50，到手294.50元",
    ),
    "the tier leaves too little for the coupon": (
        "300.00",
        only("tiers", coupon={"reach": 299, "minus": 20}),
        "大衣 300，满300减40 → 260，到手260元",
    ),
    "in parallel it is enough": (
        "300.00",
        only("tiers", coupon={"reach": 299, "minus": 20}, thresholds="parallel"),
        "大衣 300，满300减40 → 260，券 20 → 240，到手240元",
    ),
    "even in parallel the discount for pieces comes first": (
        "155.00x2",
        only("per_piece", "tiers", thresholds="parallel"),
        "大衣 155×2 = 310，两件9.5折 → 294.50，到手294.50元",
    ),
    "not together: the tier is better": (
        ORDER,
        only("tiers", "per_piece", not_stackable=[["tiers", "per_piece"]]),
        "大衣 399 + 裤子 129 = 528，满500减80 → 448，到手448元。多件折扣和满减不能一起用，已按更划算的算",
    ),
    "not together: the pieces are better": (
        "160.00x3",
        only("tiers", "per_piece", not_stackable=[["tiers", "per_piece"]]),
        "大衣 160×3 = 480，三件9折 → 432，到手432元。满减和多件折扣不能一起用，已按更划算的算",
    ),
    "a coupon without a threshold ends at nothing": (
        "15.00",
        only(coupon={"minus": 20}),
        "大衣 15，券 20 → 0，到手0元",
    ),
    "free of freight exactly from 99": ("99.00", only("freight"), "大衣 99，包邮（新疆、西藏除外），到手99元"),
    "one fen too little": ("98.99", only("freight"), "大衣 98.99，运费 8，到手106.99元"),
    "a gift among the lines": (
        "100.00 0.00",
        only("freight"),
        "大衣 100 + 裤子 0 = 100，包邮（新疆、西藏除外），到手100元",
    ),
    "many lines are only counted": ("10.00 " * 6, only("freight"), "6 件共 60，运费 8，到手68元"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKED)
def test_worked_examples(name: str) -> None:
    lines, rules, text = WORKED[name]
    assert price_in_hand(basket(lines), rules).text == text


def test_a_discount_is_shared_over_the_lines_and_every_step_is_explained() -> None:
    price = price_in_hand(
        basket(ORDER), only("coupon", "freight", tiers=[{"reach": 300, "minus": 40}]), region="浙江省"
    )
    assert [step.shares for step in price.steps] == [
        (Decimal("30.23"), Decimal("9.77")),  # 40 × 399/528 = 30.227…, 40 × 129/528 = 9.772…
        (Decimal("15.11"), Decimal("4.89")),  # 20 × 368.77/488 = 15.113…
    ]
    assert price.paid == (Decimal("353.66"), Decimal("114.34"))
    assert price.reasons == (
        "满300减40：528.00 - 40.00 = 488.00，各行分摊 30.23 + 9.77",
        "券 20：488.00 - 20.00 = 468.00，各行分摊 15.11 + 4.89",
        "满99包邮：货款 468.00，够了",
    )


def test_what_is_not_reached_is_explained_even_where_rules_exclude_each_other() -> None:
    rules = only("per_piece", "tiers", "coupon", "freight", not_stackable=[["per_piece", "tiers"]])
    assert price_in_hand(basket("90.00"), rules).reasons == (
        "两件9.5折：还差 1 件",
        "满199用券：还差 109.00",
        "满300减40：还差 210.00",
        "满99包邮：还差 9.00，运费 8.00",
    )


@pytest.mark.parametrize(
    ("region", "freight", "said"),
    [
        ("浙江省", "0.00", "满99包邮：货款 120.00，够了"),
        ("新疆维吾尔自治区", "8.00", "新疆维吾尔自治区不在包邮范围，运费 8.00"),
        (None, "0.00", "满99包邮：货款 120.00，够了"),
    ],
)
def test_freight_depends_on_the_region(region: str | None, freight: str, said: str) -> None:
    price = price_in_hand(basket("120.00"), only("freight"), region=region)
    assert (price.freight, price.reasons[-1]) == (Decimal(freight), said)


def test_freight_counts_when_the_better_way_is_chosen() -> None:
    """券 20 leaves 88.00 and costs 8.00 freight; 两件9.5折 leaves 102.60 without freight: the coupon still wins."""
    rules = only("per_piece", "freight", coupon={"minus": 20}, not_stackable=[["per_piece", "coupon"]])
    assert price_in_hand(basket("54.00x2"), rules).total == Decimal("96.00")
    dear = only(
        "per_piece", coupon={"minus": 20}, not_stackable=[["per_piece", "coupon"]], freight={"fee": 15, "free_from": 99}
    )
    assert price_in_hand(basket("54.00x2"), dear).total == Decimal("102.60")


@pytest.mark.parametrize("price", ["399", "1.5", "1.005", "-1.00", "NaN", "Infinity", "1E+3", "12345678901.00"])
def test_money_has_two_places(price: str) -> None:
    with pytest.raises(InvalidInput, match="give yuan as Decimal with two places, not below 0"):
        Line("商品", Decimal(price))


@pytest.mark.parametrize("price", [399.0, 399, "399.00", None])
def test_money_is_decimal(price: object) -> None:
    with pytest.raises(InvalidInput, match="give yuan as Decimal"):
        Line("商品", price)  # type: ignore[arg-type]  # what a careless caller would send


@pytest.mark.parametrize("quantity", [0, -1, 10_000, True, 1.0])
def test_quantities_are_whole_numbers(quantity: object) -> None:
    with pytest.raises(InvalidInput, match="give a whole number from 1 to 9999"):
        Line("商品", Decimal("1.00"), quantity)  # type: ignore[arg-type]  # what a careless caller would send


def test_an_empty_basket_has_no_price() -> None:
    with pytest.raises(InvalidInput, match="give at least one line"):
        price_in_hand([], only())


def test_of_equal_remainders_the_first_line_bears_the_odd_fen() -> None:
    assert shared(100, [1000, 1000, 1000]) == [34, 33, 33]
    assert shared(0, [0, 0]) == [0, 0]


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=8), st.data())
def test_shares_add_up_and_none_is_above_its_amount_or_a_fen_off(over: list[int], data: st.DataObject) -> None:
    fen = data.draw(st.integers(0, sum(over)))
    shares = shared(fen, over)
    assert sum(shares) == fen
    for share, amount in zip(shares, over, strict=True):
        assert 0 <= share <= amount
        assert abs(share * sum(over) - fen * amount) < max(1, sum(over))


def off(price: Price) -> Decimal:
    return price.original - price.goods


@given(baskets, rules())
def test_a_price_is_between_nothing_and_the_sum_and_its_parts_add_up(basket: list[Line], rules: PromotionRules) -> None:
    price = price_in_hand(basket, rules)
    assert price.original == sum(line.price * line.quantity for line in basket)
    assert 0 <= price.goods <= price.original
    assert price.total == price.goods + price.freight
    assert sum(price.paid) == price.goods
    assert off(price) == sum(step.discount for step in price.steps)
    for at, (line, paid) in enumerate(zip(basket, price.paid, strict=True)):
        assert 0 <= paid == line.price * line.quantity - sum(step.shares[at] for step in price.steps)
    for step in price.steps:
        assert step.discount == sum(step.shares)
        assert bool(step.discount) <= (not step.lacking)


@given(baskets, rules())
def test_all_amounts_are_decimal_with_two_places(basket: list[Line], rules: PromotionRules) -> None:
    price = price_in_hand(basket, rules)
    shares = [share for step in price.steps for share in (*step.shares, step.discount, step.left)]
    for amount in (price.original, price.goods, price.freight, price.total, *price.paid, *shares):
        assert isinstance(amount, Decimal)
        assert amount.as_tuple().exponent == -2


@pytest.mark.parametrize("name", ["tiers", "every", "coupon"])
@given(basket=baskets, more=lines(), data=st.data())
def test_one_more_piece_never_makes_the_discount_of_an_order_smaller(
    name: str, basket: list[Line], more: Line, data: st.DataObject
) -> None:
    rule = data.draw(rules(name))
    before = price_in_hand(basket, rule)
    assert off(price_in_hand([*basket, more], rule)) >= off(before)
    grown = [replace(basket[0], quantity=basket[0].quantity + 1), *basket[1:]]
    assert off(price_in_hand(grown, rule)) >= off(before)


@given(baskets, rules("per_piece", "tiers", "every", "coupon", "freight"), st.permutations(RULE_NAMES))
def test_of_two_rules_that_exclude_each_other_the_better_one_is_taken(
    basket: list[Line], rules: PromotionRules, names: list[str]
) -> None:
    one, other = names[:2]
    exclusive = rules.model_copy(update={"not_stackable": ((one, other),)})
    without = [price_in_hand(basket, rules.model_copy(update={name: empty(name)})) for name in (one, other)]
    assert price_in_hand(basket, exclusive).total == min(price.total for price in without)


def empty(name: str) -> tuple[object, ...] | None:
    return () if name in ("per_piece", "tiers") else None


@given(baskets, rules())
def test_the_sum_in_words_ends_with_what_is_to_pay(basket: list[Line], rules: PromotionRules) -> None:
    price = price_in_hand(basket, rules)
    assert price.text.split("。")[0].endswith(f"，到手{short(to_fen(price.total))}元")
    assert to_fen(price.total) >= 0


def test_no_sum_is_made_with_floats() -> None:
    for module in (sums, return_sums, promotion_offers, promotion_rules):
        for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))):
            assert not isinstance(node, ast.Constant) or not isinstance(node.value, float)
            assert not isinstance(node, ast.Name) or node.id != "float"
            assert not isinstance(node, ast.Div), "a division of whole numbers makes a float"
