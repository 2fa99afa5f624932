"""Promotions as trainers write them: what is understood, what is refused, where and with which advice; docs/sums.md."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel

from assistant.domain.problems import Complaint
from assistant.domain.promotion_rules import Coupon, Every, Freight, PerPiece, PromotionRules, Tier
from assistant.domain.promotions import promotion_for
from assistant.domain.return_sums import refund
from assistant.domain.scripts import Promotion, Scripts
from assistant.domain.sums import price_in_hand
from assistant.domain.yaml_tables import read_tables
from tests.domain.sum_samples import basket, only

DOCS = Path(__file__).resolve().parents[2] / "docs"
DOC = (DOCS / "sums.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```", DOC, re.DOTALL)
FIRST = "promotions:\n  - {id: a, name: 甲, "


def read(text: str) -> tuple[tuple[Promotion, ...], list[Complaint]]:
    scripts, complaints = read_tables({"promotions.yaml": text})
    return scripts.promotions, complaints


def test_rules_are_read_in_any_order_and_amounts_as_they_are_written() -> None:
    text = FIRST + (
        "tiers: [{reach: 500.00, minus: 80}, {reach: 300, minus: 40.5}], freight: {fee: 0, excluded: [新疆]},"
        " per_piece: [{count: 3, discount: 9}, {count: 2, discount: 9.5折}], every: {reach: 0.30, minus: 0.1}}"
    )
    (row,), complaints = read(text)
    assert complaints == []
    assert [(tier.reach, tier.minus) for tier in row.tiers] == [
        (Decimal("300.00"), Decimal("40.50")),
        (Decimal("500.00"), Decimal("80.00")),
    ]
    assert [(each.count, each.discount) for each in row.per_piece] == [(2, Decimal("9.50")), (3, Decimal("9.00"))]
    assert row.every == Every(reach=Decimal("0.30"), minus=Decimal("0.10"))
    assert row.names == ("per_piece", "tiers", "every")


@pytest.mark.parametrize("cents", range(100))
def test_no_amount_passes_through_a_binary_fraction(cents: int) -> None:
    (row,), complaints = read(FIRST + f"coupon: {{minus: 99999999.{cents:02}}}}}")
    assert complaints == []
    assert row.coupon is not None
    assert row.coupon.minus == Decimal(f"99999999.{cents:02}")


def test_nothing_written_is_the_list_price() -> None:
    assert read(FIRST + "}")[0][0].names == ()
    assert price_in_hand(basket("1.00"), PromotionRules()).total == Decimal("1.00")


TIER = "{reach: 300, minus: 40}"
# Each: the rules of a row, then where, what is wrong and what to do.
WRONG = [
    ("coupons: {minus: 5}", "coupons", "unknown key `coupons`", "did you mean `coupon`?"),
    ("tiers: [{reach: 300, minus: 40, cap: 5}]", "cap", "unknown key `cap`", "use one of: minus, reach"),
    ("tiers: [{reach: 300}]", "{reach", "`minus` is missing", "add `minus: …`"),
    (f"tiers: {TIER}", "{reach", "`tiers` must be a list", "write [one, another]"),
    (f"tiers: [{TIER}, {TIER}]", "[{reach", "满300.00 is there twice", "keep one"),
    (
        f"tiers: [{TIER}, {{reach: 500, minus: 30}}]", "[{reach",
        "满500.00 takes off less than 满300.00", "a higher tier needs a higher `minus`",
    ),
    ("tiers: [{reach: 40, minus: 300}]", "{reach", "`minus` is more than `reach`", "swap the two"),
    (f"tiers: [{', '.join([TIER] * 21)}]", "[{reach", "`tiers` has more than 20 rows", "split them up"),
    (f"every: {TIER[:-1]}, cap: 39}}", "{reach", "`cap` is less than `minus`", "at least one full reduction"),
    ("every: {reach: 300, minus: 0}", "0}", "0 changes nothing", "write an amount above 0"),
    ("coupon: {reach: 20, minus: 30}", "{reach", "`minus` is more than `reach`", "or leave `reach` out"),
    ("coupon: {minus: 8.555}", "8.555", "`8.555` is no exact amount", "write yuan such as 300 or 19.90"),
    ("coupon: {minus: -5}", "-5", "`-5` is no exact amount", "write yuan"),
    ("coupon: {minus: 十五元}", "十五元", "`十五元` is no exact amount", "write yuan"),
    ("coupon: {minus: yes}", "yes", "`yes` is no exact amount", "write yuan"),
    ("coupon: {minus: true}", "true", "`True` is no exact amount", "write yuan"),
    ("coupon: {minus: }", "minus", "`None` is no exact amount", "write yuan"),
    ("coupon: {minus: 12345678901}", "12345678901", "is no exact amount", "write yuan"),
    ("per_piece: [{count: 2, discount: 95折}]", "95折", "`95折` is no 折", "write 9折 or 9.5折"),
    ("per_piece: [{count: 2, discount: 0.95}]", "0.95", "`0.95` is no 折", "write 9折"),
    ("per_piece: [{count: 2, discount: 10}]", "10", "`10` is no 折", "write 9折"),
    ("per_piece: [{count: 0, discount: 9}]", "0,", "`count` is below 1", "write 1 or more"),
    ("per_piece: [{count: 10000, discount: 9}]", "10000", "`count` is above 9999", "write 9999 or less"),
    ("per_piece: [{count: 2.0, discount: 9}]", "2.0", "`count` must be a whole number, not `2.0`", "write e.g. 2"),
    ("per_piece: [{count: 两, discount: 9}]", "两", "`count` must be a whole number, not `两`", "write e.g. 2"),
    ("per_piece: [{count: 2, discount: 9}, {count: 2, discount: 9}]", "[{count", "2 pieces are there twice", "keep"),
    (
        "per_piece: [{count: 2, discount: 8}, {count: 3, discount: 9}]", "[{count",
        "3 pieces cost more each than 2", "more pieces need a lower 折",
    ),
    ("freight: {fee: 8, excluded: 新疆}", "新疆", "`excluded` must be a list", "write [one, another]"),
    ("freight: {fee: 8, excluded: [疆]}", "疆", "`excluded` is too short: `疆`", "at least 2 characters"),
    ("freight: {fee: 8, excluded: [12]}", "12", "`excluded` must be text, not a number", "put it in quotes"),
    ("not_stackable: [[tier, coupon]]", "tier,", "`not_stackable` is never `tier`", "did you mean `tiers`?"),
    (
        "not_stackable: [[coupon, coupon]]", "[coupon",
        "name at least two different rules that exclude each other", "[tiers, coupon]",
    ),
    ("thresholds: both", "both", "`thresholds` is never `both`", "in_turn"),
    ("returns: none", "none", "`returns` is never `none`", "proportional"),
    ("for: {buyer.tire: vip}", "buyer.tire", "unknown condition `buyer.tire`", "`buyer.tier`"),
    ("valid_from: 2026-02-30", "2026-02-30", "`valid_from` is no day: `2026-02-30`", "2026-01-31"),
    ("valid_from: 2026-06-18, valid_to: 2026-06-16", "{id", "`valid_from` is after `valid_to`", "swap the two days"),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "at", "says", "advises"), WRONG)
def test_each_mistake_is_named_where_it_is_and_with_what_to_do(rules: str, at: str, says: str, advises: str) -> None:
    text = f"{FIRST}{rules}}}"
    rows, found = read(text)
    line = text.split("\n")[1]
    begin = 0 if at == "{id" else line.index(rules)
    assert [(one.line, one.column) for one in found] == [(2, line.index(at, begin) + 1)], found
    assert says in found[0].message
    assert advises in found[0].advice
    assert rows == () or rules.startswith("for:")


def test_all_mistakes_are_told_at_once() -> None:
    _, found = read(FIRST + "tiers: [{reach: 300}], thresholds: x, coupon: {}}")
    assert [one.message for one in found] == [
        "`minus` is missing", "`thresholds` is never `x`", "`minus` is missing",
    ]  # fmt: skip


def test_an_id_is_used_once() -> None:
    _, found = read(FIRST + "valid_to: 2026-01-01}\n  - {id: a, name: 乙}")
    assert [(one.line, one.column, one.message) for one in found] == [(3, 10, "the promotion id `a` is used twice")]


# --- which one counts ----------------------------------------------------------------------------------------------

SEVERAL = """\
promotions:
  - {id: everyday, name: 平时}
  - {id: members, name: 会员, for: {buyer.tier: [vip, supreme]}}
  - {id: sale, name: 大促, valid_from: 2026-11-01, valid_to: 2026-11-11}
  - {id: sale-vip, name: 大促会员, for: {buyer.tier: vip}, valid_from: 2026-11-01, valid_to: 2026-11-11}
"""


@pytest.mark.parametrize(
    ("day", "tier", "id"),
    [
        ("2026-10-31", "none", "everyday"),
        ("2026-10-31", "vip", "members"),
        ("2026-11-01", "none", "sale"),
        ("2026-11-11", "supreme", "sale"),
        ("2026-11-11", "vip", "sale-vip"),
        ("2026-11-12", "vip", "members"),
    ],
)
def test_days_go_before_none_and_then_the_narrower_one_counts(day: str, tier: str, id: str) -> None:
    rows, complaints = read(SEVERAL)
    assert complaints == []
    found = promotion_for(rows, date.fromisoformat(day), {"buyer.tier": tier})
    assert found is not None
    assert found.id == id


def test_outside_all_days_nothing_is_cheaper() -> None:
    rows, _ = read(FIRST + "valid_to: 2026-01-01}")
    assert promotion_for(rows, date(2026, 1, 2), {}) is None


@pytest.mark.parametrize(
    ("later", "tie"),
    [
        ("", True),
        ("valid_from: 2026-01-01", False),
        ("for: {buyer.tier: vip}", False),
    ],
)
def test_two_that_could_count_alike_are_refused(later: str, tie: bool) -> None:
    _, found = read(FIRST + f"}}\n  - {{id: b, name: 乙, {later}}}")
    assert bool(found) == tie
    if tie:
        assert (found[0].line, "tie: both can hold" in found[0].message) == (3, True)


@pytest.mark.parametrize(("begins", "tie"), [("2026-01-31", True), ("2026-02-01", False)])
def test_days_that_overlap_by_one_tie(begins: str, tie: bool) -> None:
    _, found = read(FIRST + f"valid_to: 2026-01-31}}\n  - {{id: b, name: 乙, valid_from: {begins}}}")
    assert bool(found) == tie


# --- what ships, and the page --------------------------------------------------------------------------------------


def shipped() -> Scripts:
    texts = {name: (DOCS.parent / "scenarios" / name).read_text("utf-8") for name in ("shop.yaml", "promotions.yaml")}
    return read_tables(texts)[0]


def test_the_shipped_rules_say_what_the_handbook_says() -> None:
    scripts = shipped()
    days = date(2026, 11, 24), {"buyer.tier": "vip"}
    rules = promotion_for(scripts.promotions, *days)
    assert rules is not None
    assert rules.coupon is not None
    assert rules.freight is not None
    handbook = {key: str(entry.value) for key, entry in scripts.shop.items()}
    assert handbook["member_benefit"].endswith(f"满{int(rules.coupon.reach)}减{int(rules.coupon.minus)}元券")
    assert handbook["free_shipping"] == f"全店满{rules.freight.free_from:.0f}元包邮"
    assert handbook["multi_buy"] == "同店任选两件9.5折，三件9折"
    assert [(each.count, each.discount) for each in rules.per_piece] == [(2, Decimal("9.5")), (3, Decimal("9.0"))]
    assert "店铺券和满减可以一起用" in handbook["coupon_rule"]
    assert rules.stackable(("tiers", "coupon"))
    assert "按每件金额的比例分摊" in handbook["partial_refund"]
    assert rules.returns == "proportional"


def test_the_examples_of_the_page_are_right() -> None:
    assert len(EXAMPLES) == 2
    tables = [read(text) for text in EXAMPLES]
    assert [complaints for _, complaints in tables] == [[], []]
    assert [row.names for rows, _ in tables for row in rows] == [("per_piece", "tiers", "coupon"), ("every", "coupon")]


@pytest.mark.parametrize("model", [Promotion, PerPiece, Tier, Every, Coupon, Freight])
def test_every_key_is_explained_on_the_page(model: type[BaseModel]) -> None:
    keys = [str(field.validation_alias or name) for name, field in model.model_fields.items()]
    assert [key for key in keys if f"`{key}`" not in DOC] == []


def test_the_worked_sums_of_the_page_are_right() -> None:
    rules = only("coupon", tiers=[{"reach": 300, "minus": 40}], freight={"fee": 8, "free_from": 99})
    price = price_in_hand(basket("399.00 129.00"), rules)
    assert f"> {price.text}\n" in DOC
    assert f"129.00 - 14.66 = {refund(price, (0, 1)).goods}" in DOC
    assert f"468.00 - 339.00 = {refund(price, (0, 1), policy='recalculate').goods}" in DOC
