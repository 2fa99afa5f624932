"""Where a buyer stands in their life with the shop, and in which RFM group (DOMAIN.md 1-1, 2-2, 3-1, 3-11).

What the source texts leave open are settings of the handbook: `sleeping_months`, `lost_months`, `loyal_spent`.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Final, Literal, Protocol

SLEEPING, LOST, LOYAL = "sleeping_months", "lost_months", "loyal_spent"
SETTINGS: Final = frozenset({SLEEPING, LOST, LOYAL})
_WHOLE = re.compile(r"[0-9]{1,7}", re.ASCII)


class Bought(Protocol):
    """What is asked of a buyer here; `spent` is whole fen."""

    tier: str
    paid_orders: int
    spent: int
    last_paid_at: datetime | None


@dataclass(frozen=True, slots=True)
class Limits:
    """Asleep, or lost, is who has not paid for longer than so many calendar months; loyal who has spent so many
    yuan."""

    sleeping_months: int = 3
    lost_months: int = 6
    loyal_spent: int = 8000


def limits(handbook: Mapping[str, object]) -> Limits:
    """Those a shop's handbook names (values as `shop.lost_months`), else the usual ones."""
    named = {key: str(handbook.get(f"shop.{key}", "")).strip() for key in SETTINGS}
    return Limits(**{key: int(value) for key, value in named.items() if _WHOLE.fullmatch(value) and int(value)})


def stage(buyer: Bought, limits: Limits) -> Literal["potential", "new", "old", "loyal"]:
    """Never bought, once, more often; loyal is who has bought and spent enough, or has one of the two highest tiers."""
    if buyer.paid_orders == 0:
        return "potential"
    if buyer.spent >= limits.loyal_spent * 100 or buyer.tier in ("vip", "supreme"):
        return "loyal"
    return "new" if buyer.paid_orders == 1 else "old"


def rfm(buyer: Bought, limits: Limits, now: datetime, zone: tzinfo) -> Literal["A", "B", "C", "D"] | None:
    """A: bought more than once and lately · B: once and lately · C: asleep · D: lost. None: has never bought."""
    if buyer.last_paid_at is None or buyer.paid_orders == 0:
        return None
    paid = buyer.last_paid_at.astimezone(zone)
    if now > _months_later(paid, limits.lost_months):
        return "D"
    if now > _months_later(paid, limits.sleeping_months):
        return "C"
    return "A" if buyer.paid_orders > 1 else "B"


def _months_later(at: datetime, months: int) -> datetime:
    """The same day and time some months on, the month's last day where it has none such."""
    year, month = divmod(at.year * 12 + at.month - 1 + months, 12)
    return at.replace(year=year, month=month + 1, day=min(at.day, calendar.monthrange(year, month + 1)[1]))
