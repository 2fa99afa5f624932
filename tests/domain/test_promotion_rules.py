"""Promotion rules as trainers write them: what is understood, what is refused and with which advice; docs/sums.md."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel

from assistant.domain.errors import InvalidInput
from assistant.domain.promotion_rules import Coupon, Every, Freight, PerPiece, PromotionRules, Tier, parse_rules
from assistant.domain.return_sums import refund
from assistant.domain.sums import price_in_hand
from tests.domain.sum_samples import basket

DOC = (Path(__file__).resolve().parents[2] / "docs" / "sums.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOC, re.DOTALL)


def test_rules_are_read_from_plain_values_in_any_order() -> None:
    rules = parse_rules(
        {
            "tiers": [{"reach": "500.00", "minus": 80}, {"reach": 300, "minus": "40.5"}],
            "per_piece": [{"count": 3, "discount": 9}, {"count": 2, "discount": "9.5折"}],
            "freight": {"fee": 0},
        }
    )
    assert [(row.reach, row.minus) for row in rules.tiers] == [
        (Decimal("300.00"), Decimal("40.50")),
        (Decimal("500.00"), Decimal("80.00")),
    ]
    assert [(row.count, row.discount) for row in rules.per_piece] == [(2, Decimal("9.50")), (3, Decimal("9.00"))]
    assert rules.names == ("per_piece", "tiers")
    assert rules == parse_rules(rules.model_dump())


def test_nothing_written_is_the_list_price() -> None:
    assert parse_rules({}) == PromotionRules()
    assert price_in_hand(basket("1.00"), PromotionRules()).total == Decimal("1.00")


TIER = {"reach": 300, "minus": 40}
WRONG: list[tuple[object, str, str]] = [
    ([], "", "`rules` must have keys: see docs/sums.md"),
    ({"coupons": {"minus": 5}}, "coupons", "unknown key `coupons`: did you mean `coupon`?"),
    ({"tiers": [{"reach": 300, "minus": 40, "cap": 5}]}, "tiers.0.cap", "unknown key `cap`: use one of: minus, reach"),
    ({"tiers": [{"reach": 300}]}, "tiers.0.minus", "`minus` is missing: add `minus: …`"),
    ({"tiers": TIER}, "tiers", "`tiers` must be a list: write one row a line after `- `"),
    ({"tiers": [TIER, TIER]}, "tiers", "`reach: 300.00` is there twice: keep one"),
    ({"tiers": [TIER, {"reach": 500, "minus": 30}]}, "tiers", "a higher tier needs a higher `minus`"),
    ({"tiers": [{"reach": 40, "minus": 300}]}, "tiers.0", "`minus` is more than `reach`: swap the two"),
    ({"tiers": [TIER] * 21}, "tiers", "`tiers` has too many rows: keep 20 of them"),
    ({"every": {**TIER, "cap": 39}}, "every", "`cap` is less than `minus`: write at least one full reduction"),
    ({"every": {**TIER, "minus": 0}}, "every.minus", "0 changes nothing: write an amount above 0"),
    (
        {"coupon": {"reach": 20, "minus": 30}},
        "coupon",
        "`minus` is more than `reach`: swap the two, or leave `reach` out",
    ),
    (
        {"coupon": {"minus": 8.5}},
        "coupon.minus",
        "`8.5` is no exact amount: write whole yuan such as 300, or in quotes",
    ),
    ({"coupon": {"minus": "8.555"}}, "coupon.minus", "`8.555` is no exact amount"),
    ({"coupon": {"minus": -5}}, "coupon.minus", "`-5` is no exact amount"),
    ({"coupon": {"minus": True}}, "coupon.minus", "`True` is no exact amount"),
    ({"coupon": {"minus": None}}, "coupon.minus", "`None` is no exact amount"),
    ({"per_piece": [{"count": 2, "discount": "95折"}]}, "per_piece.0.discount", "`95折` is no 折: write 9折 or 9.5折"),
    ({"per_piece": [{"count": 2, "discount": "0.95"}]}, "per_piece.0.discount", "`0.95` is no 折"),
    ({"per_piece": [{"count": 2, "discount": 10}]}, "per_piece.0.discount", "`10` is no 折"),
    ({"per_piece": [{"count": 0, "discount": 9}]}, "per_piece.0.count", "`count` is 0: write 1 or more"),
    ({"per_piece": [{"count": 10_000, "discount": 9}]}, "per_piece.0.count", "`count` is 10000: write 9999 or less"),
    ({"per_piece": [{"count": "2", "discount": 9}]}, "per_piece.0.count", "must be a whole number, not `2`"),
    ({"per_piece": [{"count": 2, "discount": 9}] * 2}, "per_piece", "`count: 2` is there twice: keep one"),
    (
        {"per_piece": [{"count": 2, "discount": 8}, {"count": 3, "discount": 9}]},
        "per_piece",
        "3 pieces cost more each than 2: more pieces need a lower 折",
    ),
    ({"freight": {"fee": 8, "excluded": "新疆"}}, "freight.excluded", "`excluded` must be a list"),
    ({"freight": {"fee": 8, "excluded": [""]}}, "freight.excluded.0", "write at least two characters, e.g. 新疆"),
    ({"freight": {"fee": 8, "excluded": [12]}}, "freight.excluded.0", "`excluded` must be text, not `12`"),
    ({"not_stackable": [["tier", "coupon"]]}, "not_stackable.0.0", "`tier` is not known here: did you mean `tiers`?"),
    ({"not_stackable": [["coupon", "coupon"]]}, "not_stackable.0", "name at least two different rules"),
    ({"thresholds": "both"}, "thresholds", "`both` is not known here: use one of: in_turn, parallel"),
]


@pytest.mark.parametrize(("values", "field", "advice"), WRONG)
def test_mistakes_are_refused_with_the_field_and_what_to_do(values: object, field: str, advice: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_rules(values)
    assert [(one.field, advice in one.message) for one in refused.value.details] == [(field, True)]
    assert advice in refused.value.message


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_rules({"tiers": [{"reach": 300}], "thresholds": "x", "coupon": {}})
    assert [one.field for one in refused.value.details] == ["tiers.0.minus", "coupon.minus", "thresholds"]


def test_the_examples_of_the_page_are_right() -> None:
    assert len(EXAMPLES) == 2
    rules = [parse_rules(yaml.safe_load(text)) for text in EXAMPLES]
    assert rules[0].names == ("per_piece", "tiers", "coupon")
    assert rules[1].names == ("every", "coupon")


@pytest.mark.parametrize("model", [PromotionRules, PerPiece, Tier, Every, Coupon, Freight])
def test_every_key_is_explained_on_the_page(model: type[BaseModel]) -> None:
    assert [key for key in model.model_fields if f"`{key}`" not in DOC] == []


def test_the_worked_sums_of_the_page_are_right() -> None:
    rules = parse_rules(
        {"tiers": [TIER], "coupon": {"reach": 199, "minus": 20}, "freight": {"fee": 8, "free_from": 99}}
    )
    price = price_in_hand(basket("399.00 129.00"), rules)
    assert f"> {price.text}\n" in DOC
    assert f"129.00 - 14.66 = {refund(price, (0, 1)).goods}" in DOC
    assert f"468.00 - 339.00 = {refund(price, (0, 1), policy='recalculate').goods}" in DOC
