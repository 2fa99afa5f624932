"""A shop's promotion rules as trainers write them: N件M折, 满减, 每满减, one shop coupon, freight.

Not for computing with them (`sums.py`), nor for whom and when they hold (`promotions.py`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Literal, Self, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

RuleName = Literal["per_piece", "tiers", "every", "coupon"]
# What a return gives back: the share paid for the pieces, or what was paid less the price of what is kept.
Policy = Literal["proportional", "recalculate"]
# In the order platforms apply them: first what concerns pieces, then the order, then what the buyer holds.
RULE_NAMES: tuple[RuleName, ...] = get_args(RuleName)

_FEN = Decimal("0.01")
_WRITTEN = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?", re.ASCII)


def _exact(value: object) -> Decimal | None:
    """A number that stands for itself to two places; None for all else, binary fractions and yes/no among it."""
    if isinstance(value, (int, str, Decimal)) and not isinstance(value, bool) and _WRITTEN.fullmatch(str(value)):
        return Decimal(str(value)).quantize(_FEN)
    return None


def _money(value: object) -> Decimal:
    if (amount := _exact(value)) is None:
        raise ValueError(f"`{value}` is no exact amount: write yuan such as 300 or 19.90, at most two places")
    return amount


def _more_than_nothing(amount: Decimal) -> Decimal:
    if not amount:
        raise ValueError("0 changes nothing: write an amount above 0, or leave the rule out")
    return amount


def _fold(value: object) -> Decimal:
    """`9.5折` → 9.50. `95` and `0.95` mean the same to many, but not to all: refused."""
    fold = _exact(value.strip().removesuffix("折") if isinstance(value, str) else value)
    if fold is None or not 1 <= fold < 10:
        raise ValueError(f"`{value}` is no 折: write 9折 or 9.5折, from 1折 up to below 10折")
    return fold


def _written(amount: Decimal) -> int | str:
    """300.00 → 300, 19.90 → "19.90": as people write it, and never a binary fraction."""
    return int(amount) if amount == amount.to_integral_value() else str(amount)


def _written_fold(fold: Decimal) -> str:
    return f"{fold.normalize():f}折"


Money = Annotated[Decimal, BeforeValidator(_money), PlainSerializer(_written, when_used="json")]
SomeMoney = Annotated[Money, AfterValidator(_more_than_nothing)]
Fold = Annotated[Decimal, BeforeValidator(_fold), PlainSerializer(_written_fold, when_used="json")]
Region = Annotated[str, StringConstraints(min_length=2, max_length=20, strip_whitespace=True)]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PerPiece(_Row):
    """N件M折: from `count` pieces of the whole order on, every piece costs `discount` (9.5折)."""

    count: Annotated[int, Field(ge=1, le=9999, strict=True)]
    discount: Fold


# `minus`, not `off`: YAML takes a bare `off` for a no.
class Tier(_Row):
    """满减: an order that reaches `reach` yuan costs `minus` yuan less."""

    reach: SomeMoney
    minus: SomeMoney

    @model_validator(mode="after")
    def _gives_no_more_than_it_asks(self) -> Self:
        if self.minus > self.reach:
            raise ValueError("`minus` is more than `reach`: swap the two, or correct one")
        return self


class Every(Tier):
    """每满减: `minus` for each full `reach`, together at most `cap` (absent = without end)."""

    cap: SomeMoney | None = None

    @model_validator(mode="after")
    def _cap_allows_one(self) -> Self:
        if self.cap is not None and self.cap < self.minus:
            raise ValueError("`cap` is less than `minus`: write at least one full reduction")
        return self


class Coupon(_Row):
    """One shop coupon, `minus` from `reach` on; `reach` 0 or absent = 无门槛券, which never takes below 0."""

    minus: SomeMoney
    reach: Money = Decimal("0.00")

    @model_validator(mode="after")
    def _gives_no_more_than_it_asks(self) -> Self:
        if self.reach and self.minus > self.reach:
            raise ValueError("`minus` is more than `reach`: swap the two, or leave `reach` out")
        return self


class Freight(_Row):
    """包邮 when the goods cost `free_from` after all discounts (absent = never), else `fee`.

    Regions that begin with a name in `excluded` always pay the fee.
    """

    fee: Money
    free_from: Money | None = None
    excluded: tuple[Region, ...] = ()


def _in_rising_order(rows: tuple[PerPiece, ...]) -> tuple[PerPiece, ...]:
    rising = tuple(sorted(rows, key=lambda row: row.count))
    for low, high in pairwise(rising):
        if low.count == high.count:
            raise ValueError(f"{low.count} pieces are there twice: keep one")
        if high.discount > low.discount:
            raise ValueError(f"{high.count} pieces cost more each than {low.count}: more pieces need a lower 折")
    return rising


def _tiers_in_rising_order(rows: tuple[Tier, ...]) -> tuple[Tier, ...]:
    rising = tuple(sorted(rows, key=lambda row: row.reach))
    for low, high in pairwise(rising):
        if low.reach == high.reach:
            raise ValueError(f"满{low.reach} is there twice: keep one")
        if high.minus < low.minus:
            raise ValueError(f"满{high.reach} takes off less than 满{low.reach}: a higher tier needs a higher `minus`")
    return rising


def _at_least_two(names: tuple[RuleName, ...]) -> tuple[RuleName, ...]:
    if len(set(names)) < 2:
        raise ValueError("name at least two different rules that exclude each other, e.g. [tiers, coupon]")
    return names


class PromotionRules(_Row):
    """Everything that makes a basket cheaper, and what freight it costs. Nothing written = list price.

    All rules count together, in the order of `RULE_NAMES`, except those that stand in one group of
    `not_stackable`: of these only the one that is best for the buyer. `thresholds` says what is measured:
    `in_turn` what is left after the earlier steps, `parallel` (平行满减) always the amount after N件M折.
    """

    per_piece: Annotated[tuple[PerPiece, ...], Field(max_length=20), AfterValidator(_in_rising_order)] = ()
    tiers: Annotated[tuple[Tier, ...], Field(max_length=20), AfterValidator(_tiers_in_rising_order)] = ()
    every: Every | None = None
    coupon: Coupon | None = None
    freight: Freight | None = None
    not_stackable: tuple[Annotated[tuple[RuleName, ...], AfterValidator(_at_least_two)], ...] = ()
    thresholds: Literal["in_turn", "parallel"] = "in_turn"

    @property
    def names(self) -> tuple[RuleName, ...]:
        return tuple(name for name in RULE_NAMES if getattr(self, name))

    def stackable(self, names: Sequence[RuleName]) -> bool:
        """Whether all of these may be used on one order."""
        return all(len(set(group) & set(names)) < 2 for group in self.not_stackable)
