"""What each promotion rule takes off an order, in fen, and what it is called in a chat.

Not for combining rules or sharing a discount over lines (`sums.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from assistant.domain.orders import to_fen, yuan_text
from assistant.domain.promotion_rules import PerPiece, PromotionRules, RuleName, Tier
from assistant.domain.templates import yuan as short

_COUNTS = "一两三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Offer:
    """`fen` off by the rule called `label`; 0 where it is not reached, and `lacking` says by how much."""

    label: str
    fen: int = 0
    lacking: str = ""


def labels(rules: PromotionRules) -> dict[RuleName, str]:
    """Each rule that is written, as people say it: `两件9.5折、三件9折`, `满300减40`."""
    found: dict[RuleName, str] = {}
    for name in rules.names:
        found[name] = "、".join(_SAID[name](rules))
    return found


def _pieces_label(row: PerPiece) -> str:
    number = _COUNTS[row.count - 1] if row.count <= len(_COUNTS) else str(row.count)
    return f"{number}件{row.discount.normalize():f}折"


def _tier_label(row: Tier) -> str:
    return f"满{short(to_fen(row.reach))}减{short(to_fen(row.minus))}"


def _coupon_label(rules: PromotionRules) -> str:
    assert rules.coupon is not None
    reach, off = to_fen(rules.coupon.reach), to_fen(rules.coupon.minus)
    return f"满{short(reach)}减{short(off)}券" if reach else f"{short(off)}元券"


_SAID: Mapping[RuleName, Callable[[PromotionRules], list[str]]] = MappingProxyType(
    {
        "per_piece": lambda rules: [_pieces_label(row) for row in rules.per_piece],
        "tiers": lambda rules: [_tier_label(row) for row in rules.tiers],
        "every": lambda rules: [f"每{_tier_label(rules.every)}"] if rules.every else [],
        "coupon": lambda rules: [_coupon_label(rules)],
    }
)


def _lacking(label: str, fen: int) -> Offer:
    return Offer(label, lacking=f"还差 {yuan_text(fen)}")


def _per_piece(rules: PromotionRules, count: int, measured: int, left: int) -> Offer:
    """The price after the 折 is rounded half up to the fen, once for the whole order."""
    row = next((row for row in reversed(rules.per_piece) if row.count <= count), rules.per_piece[0])
    label = _pieces_label(row)
    if row.count > count:
        return Offer(label, lacking=f"还差 {row.count - count} 件")
    return Offer(label, left - (left * to_fen(row.discount) + 500) // 1000)


def _tiers(rules: PromotionRules, count: int, measured: int, left: int) -> Offer:
    row = next((row for row in reversed(rules.tiers) if to_fen(row.reach) <= measured), rules.tiers[0])
    reach, label = to_fen(row.reach), _tier_label(row)
    return Offer(label, to_fen(row.minus)) if reach <= measured else _lacking(label, reach - measured)


def _every(rules: PromotionRules, count: int, measured: int, left: int) -> Offer:
    assert rules.every is not None
    reach, off = to_fen(rules.every.reach), to_fen(rules.every.minus)
    label, times = f"每{_tier_label(rules.every)}", measured // reach
    if not times:
        return _lacking(label, reach - measured)
    if rules.every.cap is not None and times * off > (cap := to_fen(rules.every.cap)):
        return Offer(f"{label}（最多减{short(cap)}）", cap)
    return Offer(f"{label}×{times}" if times > 1 else label, times * off)


def _coupon(rules: PromotionRules, count: int, measured: int, left: int) -> Offer:
    assert rules.coupon is not None
    reach, off = to_fen(rules.coupon.reach), to_fen(rules.coupon.minus)
    return Offer(f"券 {short(off)}", off) if reach <= measured else _lacking(f"满{short(reach)}用券", reach - measured)


# Each is asked with the pieces of the order, the fen its threshold is measured by, and the fen left to take from.
OFFERS: Mapping[RuleName, Callable[[PromotionRules, int, int, int], Offer]] = MappingProxyType(
    {"per_piece": _per_piece, "tiers": _tiers, "every": _every, "coupon": _coupon}
)
