"""The price in hand (到手价) of a basket under a shop's promotion rules: values, and a sum an agent can paste.

Not for what comes back on a return (`return_sums.py`), nor for discounts only the platform knows (红包, 津贴).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from types import MappingProxyType

from assistant.domain.errors import Detail, InvalidInput
from assistant.domain.orders import to_fen, yuan_text
from assistant.domain.promotion_offers import OFFERS
from assistant.domain.promotion_rules import Freight, PromotionRules, RuleName
from assistant.domain.templates import yuan as short

MOST_PIECES = 9999
_MOST_DIGITS = 12
_LONGEST_LIST = 5  # amounts one after the other; more of them nobody adds up in a chat
_LONGEST_NAME = 12
_NAMES: Mapping[RuleName, str] = MappingProxyType(
    {"per_piece": "多件折扣", "tiers": "满减", "every": "每满减", "coupon": "店铺券"}
)


def fen_of(money: object, field: str) -> int:
    """Decimal yuan to whole fen. Raises InvalidInput unless it has exactly two places and is not below 0.

    Floats are refused, not rounded: somewhere one of them would be wrong by a fen.
    """
    if not isinstance(money, Decimal) or not _two_places(money):
        said = f'`{field}` is {money!r}: give yuan as Decimal with two places, not below 0, e.g. Decimal("19.90")'
        raise InvalidInput(said, details=[Detail(0, field, said)])
    return to_fen(money)


def _two_places(money: Decimal) -> bool:
    _, digits, exponent = money.as_tuple()
    return exponent == -2 and len(digits) <= _MOST_DIGITS and money >= 0


def yuan_of(fen: int) -> Decimal:
    """12900 → Decimal("129.00")."""
    return Decimal(yuan_text(fen))


@dataclass(frozen=True, slots=True)
class Line:
    """`quantity` pieces at `price` yuan each. Raises InvalidInput for a price or a quantity that cannot be."""

    title: str
    price: Decimal
    quantity: int = 1
    sku: str = ""

    def __post_init__(self) -> None:
        fen_of(self.price, "price")
        if not is_count(self.quantity) or self.quantity == 0:
            said = f"`quantity` is {self.quantity!r}: give a whole number from 1 to {MOST_PIECES}"
            raise InvalidInput(said, details=[Detail(0, "quantity", said)])

    @property
    def fen(self) -> int:
        return to_fen(self.price) * self.quantity


def is_count(value: object) -> bool:
    """Whether this is a number of pieces, 0 included."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_PIECES


@dataclass(frozen=True, slots=True)
class Step:
    """What one rule took off: `discount` yuan, `left` after it, and each line's part in `shares`.

    A rule that was not reached takes off 0.00 and says in `lacking` what it would need.
    """

    rule: RuleName
    label: str
    lacking: str
    discount: Decimal
    left: Decimal
    shares: tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Price:
    """A price in hand, in yuan: `goods` after all discounts (line by line in `paid`) and `freight`.

    `text` is the sum for the chat; `reasons` explain it to the agent, sentence by sentence; `lacking` says what
    is near: `满300减40：还差 12.00`.
    """

    lines: tuple[Line, ...]
    rules: PromotionRules
    original: Decimal
    steps: tuple[Step, ...]
    goods: Decimal
    freight: Decimal
    paid: tuple[Decimal, ...]
    text: str
    reasons: tuple[str, ...]
    lacking: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        return self.goods + self.freight


def shared(fen: int, over: Sequence[int]) -> list[int]:
    """`fen` in proportion to `over`, to the fen, by largest remainder; of equal remainders the first gets more.

    For 0 <= fen <= sum(over) no share is above its own amount, and the shares add up to `fen`.
    """
    whole = sum(over) or 1
    shares = [fen * amount // whole for amount in over]
    by_remainder = sorted(range(len(over)), key=lambda at: -(fen * over[at] % whole))
    for at in by_remainder[: fen - sum(shares)]:
        shares[at] += 1
    return shares


def price_in_hand(lines: Sequence[Line], rules: PromotionRules, *, region: str | None = None) -> Price:
    """What the buyer pays for `lines`, delivered to `region` (None = not known, taken as one that is not excluded).

    Where rules exclude each other, the way with the lowest total, freight included, is taken; of equally good
    ways the one that uses more rules, then the earlier ones. Raises InvalidInput for a basket without lines.
    """
    if not lines:
        raise InvalidInput("the basket is empty: give at least one line")
    ways = [_taken(lines, rules, names) for names in _ways(rules)]
    steps = min(ways, key=lambda way: sum(_to_pay(lines, rules, way, region)))
    goods, freight = _to_pay(lines, rules, steps, region)
    refused, missed = _refused(lines, rules, steps), _missed(lines, rules, steps)
    return Price(
        lines=tuple(lines),
        rules=rules,
        original=yuan_of(sum(line.fen for line in lines)),
        steps=steps,
        goods=yuan_of(goods),
        freight=yuan_of(freight),
        paid=tuple(map(yuan_of, _left(lines, steps))),
        text=_text(lines, steps, _freight_text(rules.freight, freight, region), refused, goods + freight),
        reasons=(
            *map(_reason, (*steps, *missed)),
            *refused,
            *_freight_reason(rules.freight, goods, freight, region),
        ),
        lacking=(
            *(_reason(step) for step in (*steps, *missed) if step.lacking),
            *_freight_lacking(rules.freight, goods, freight, region),
        ),
    )


def _ways(rules: PromotionRules) -> list[tuple[RuleName, ...]]:
    """The largest sets of rules that may be combined, larger ones first."""
    ways: list[tuple[RuleName, ...]] = []
    for size in range(len(rules.names), -1, -1):
        for names in combinations(rules.names, size):
            if rules.stackable(names) and not any(set(names) <= set(way) for way in ways):
                ways.append(names)
    return ways


def _taken(lines: Sequence[Line], rules: PromotionRules, names: Sequence[RuleName]) -> tuple[Step, ...]:
    """One step for each of these rules, in their order."""
    amounts, steps = [line.fen for line in lines], []
    base, count = sum(amounts), sum(line.quantity for line in lines)
    for name in names:
        left = sum(amounts)
        offer = OFFERS[name](rules, count, base if rules.thresholds == "parallel" else left, left)
        off = min(offer.fen, left)
        shares = shared(off, amounts)
        amounts = [amount - share for amount, share in zip(amounts, shares, strict=True)]
        steps.append(
            Step(name, offer.label, offer.lacking, yuan_of(off), yuan_of(left - off), tuple(map(yuan_of, shares)))
        )
        base = left - off if name == "per_piece" else base
    return tuple(steps)


def _left(lines: Sequence[Line], steps: Sequence[Step]) -> list[int]:
    """Fen of each line after all steps."""
    return [line.fen - sum(to_fen(step.shares[at]) for step in steps) for at, line in enumerate(lines)]


def _to_pay(lines: Sequence[Line], rules: PromotionRules, steps: Sequence[Step], region: str | None) -> tuple[int, int]:
    """Fen for goods and for freight."""
    goods, rule = sum(_left(lines, steps)), rules.freight
    if rule is None or (rule.free_from is not None and goods >= to_fen(rule.free_from) and not _excluded(rule, region)):
        return goods, 0
    return goods, to_fen(rule.fee)


def _excluded(rule: Freight, region: str | None) -> bool:
    # Platforms write 新疆维吾尔自治区 where shops write 新疆.
    return region is not None and region.strip().startswith(rule.excluded)


def _refused(lines: Sequence[Line], rules: PromotionRules, steps: Sequence[Step]) -> tuple[str, ...]:
    """What the buyer may ask about: a rule that is reached but gave way to a better one."""
    used, told = [step.rule for step in steps if step.discount], []
    for name in rules.names:
        rivals = [other for other in used if not rules.stackable((name, other))]
        if name not in used and rivals and _taken(lines, rules, (name,))[0].discount:
            others = "、".join(_NAMES[other] for other in rivals)
            told.append(f"{_NAMES[name]}和{others}不能一起用，已按更划算的算")
    return tuple(told)


def _missed(lines: Sequence[Line], rules: PromotionRules, steps: Sequence[Step]) -> list[Step]:
    """Rules left aside that would take off nothing anyway: what they lack is worth telling an agent all the same."""
    aside = [name for name in rules.names if name not in [step.rule for step in steps]]
    return [step for name in aside for step in _taken(lines, rules, (name,)) if not step.discount]


def list_text(lines: Sequence[Line]) -> str:
    """`衬衫 59.90×3 + 裤子 129 = 308.70`; of long lists only the number of pieces and the sum."""
    whole = short(sum(line.fen for line in lines))
    if len(lines) > _LONGEST_LIST:
        return f"{sum(line.quantity for line in lines)} 件共 {whole}"
    each = [f"{name_of(line)} {_amount_text(line)}".strip() for line in lines]
    return each[0] if len(lines) == lines[0].quantity == 1 else f"{' + '.join(each)} = {whole}"


def name_of(line: Line) -> str:
    """What a line is called in a chat: shops' titles run on."""
    return line.title if len(line.title) <= _LONGEST_NAME else line.title[: _LONGEST_NAME - 1].strip() + "…"


def _amount_text(line: Line) -> str:
    price = short(to_fen(line.price))
    return f"{price}×{line.quantity}" if line.quantity > 1 else price


def steps_text(steps: Sequence[Step]) -> str:
    """`，满300减40 → 488，券 20 → 468`; empty where nothing was taken off."""
    return "".join(f"，{step.label} → {short(to_fen(step.left))}" for step in steps if step.discount)


def _text(lines: Sequence[Line], steps: Sequence[Step], freight: str, refused: Sequence[str], total: int) -> str:
    return "。".join((f"{list_text(lines)}{steps_text(steps)}{freight}，到手{short(total)}元", *refused))


def _reason(step: Step) -> str:
    if not step.discount:
        return f"{step.label}：{step.lacking or '没有可减的'}"
    parts = f"，各行分摊 {' + '.join(map(str, step.shares))}" if len(step.shares) > 1 else ""
    return f"{step.label}：{step.left + step.discount} - {step.discount} = {step.left}{parts}"


def _freight_text(rule: Freight | None, freight: int, region: str | None) -> str:
    if rule is None:
        return ""
    if freight:
        return f"，运费 {short(freight)}"
    # Where the buyer lives is not known: what is promised must hold all the same.
    return "，包邮" + (f"（{'、'.join(rule.excluded)}除外）" if rule.excluded and rule.fee and region is None else "")


def _freight_lacking(rule: Freight | None, goods: int, freight: int, region: str | None) -> tuple[str, ...]:
    if rule is None or rule.free_from is None or not freight or _excluded(rule, region):
        return ()
    limit = to_fen(rule.free_from)
    return (f"满{short(limit)}包邮：还差 {yuan_text(limit - goods)}",)


def _freight_reason(rule: Freight | None, goods: int, freight: int, region: str | None) -> tuple[str, ...]:
    if rule is None:
        return ()
    reached = rule.free_from is not None and goods >= to_fen(rule.free_from)
    limit = f"满{short(to_fen(rule.free_from))}包邮" if rule.free_from is not None else ""
    if not freight:
        return (f"{limit}：货款 {yuan_text(goods)}，够了" if reached and limit else "不收运费",)
    if reached:
        return (f"{region}不在包邮范围，运费 {yuan_text(freight)}",)
    lacking = f"{limit}：还差 {yuan_text(to_fen(rule.free_from) - goods)}，" if rule.free_from is not None else ""
    return (f"{lacking}运费 {yuan_text(freight)}",)
