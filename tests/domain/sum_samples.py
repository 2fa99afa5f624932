"""Baskets and rules for tests of sums: written ones, and any at all for the laws."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from assistant.domain.promotion_rules import RULE_NAMES, PromotionRules
from assistant.domain.sums import Line, yuan_of

TITLES = ("大衣", "裤子", "衬衫")
SHOP = {
    "per_piece": [{"count": 2, "discount": "9.5折"}, {"count": 3, "discount": "9折"}],
    "tiers": [{"reach": 300, "minus": 40}, {"reach": 500, "minus": 80}],
    "every": {"reach": 300, "minus": 40, "cap": 120},
    "coupon": {"reach": 199, "minus": 20},
    "freight": {"fee": 8, "free_from": 99, "excluded": ["新疆", "西藏"]},
}


def only(*names: str, **more: object) -> PromotionRules:
    """Some rules of the shop, with others or changes to them."""
    return PromotionRules.model_validate({name: SHOP[name] for name in names} | more)


def basket(text: str) -> list[Line]:
    """`59.90x3 129.00` → 大衣 59.90×3 and 裤子 129.00."""
    lines = []
    for at, one in enumerate(text.split()):
        price, _, quantity = one.partition("x")
        title = TITLES[at] if at < len(TITLES) else f"商品{at + 1}"
        lines.append(Line(title, Decimal(price), int(quantity or 1)))
    return lines


# Small amounts and thresholds near each other: there the fen are fought over.
_fen = st.one_of(st.integers(0, 300), st.integers(0, 60_000))
amounts = _fen.map(yuan_of)
some_amounts = _fen.filter(bool).map(yuan_of)


@st.composite
def lines(draw: st.DrawFn) -> Line:
    return Line("商品", draw(amounts), draw(st.integers(1, 4)))


baskets = st.lists(lines(), min_size=1, max_size=5)


@st.composite
def _reductions(draw: st.DrawFn) -> dict[str, object]:
    off, more = draw(some_amounts), draw(amounts)
    return {"minus": off, "reach": off + more}


@st.composite
def _tiers(draw: st.DrawFn) -> list[dict[str, object]]:
    reached, taken = Decimal("0.00"), Decimal("0.00")
    rows: list[dict[str, object]] = []
    for _ in range(draw(st.integers(1, 3))):
        off = draw(some_amounts)
        taken, reached = taken + off, reached + off + draw(amounts)
        rows.append({"reach": reached, "minus": taken})
    return rows


@st.composite
def _per_piece(draw: st.DrawFn) -> list[dict[str, object]]:
    counts = draw(st.lists(st.integers(1, 8), min_size=1, max_size=3, unique=True))
    folds = draw(st.lists(st.integers(100, 999), min_size=len(counts), max_size=len(counts)))
    rows = zip(sorted(counts), sorted(folds, reverse=True), strict=True)
    return [{"count": count, "discount": yuan_of(fold)} for count, fold in rows]


_parts: dict[str, st.SearchStrategy[object]] = {
    "per_piece": _per_piece(),
    "tiers": _tiers(),
    "every": _reductions(),
    "coupon": _reductions(),
    "freight": st.fixed_dictionaries({"fee": amounts, "free_from": amounts}),
}


@st.composite
def rules(draw: st.DrawFn, *names: str) -> PromotionRules:
    """Any rules; with `names` exactly these."""
    wanted = list(names) or draw(st.lists(st.sampled_from(list(_parts)), unique=True))
    groups = [] if names else draw(st.lists(st.lists(st.sampled_from(RULE_NAMES), min_size=2, unique=True), max_size=2))
    more = {"not_stackable": groups, "thresholds": draw(st.sampled_from(["in_turn", "parallel"]))}
    return PromotionRules.model_validate({name: draw(_parts[name]) for name in wanted} | more)
