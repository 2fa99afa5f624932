"""Which words work: what became of replies that were offered or chosen, as counts that say what they are counted of.

Not for reading rows (`store/words.py`) nor for what agents change in them (`wording_changes.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any, Literal, Self

# Within so long after a text was sent the buyer answers, orders, pays.
ANSWERS, ORDERS, PAYS = timedelta(minutes=30), timedelta(hours=24), timedelta(days=3)
Purchases = Literal["new", "second", "repeat"]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of one reply. `shown` None: of what agents choose from a list nobody knows what they saw.

    Each of `answered`, `ordered`, `paid` is counted of those sent so long ago that the time for it is over.
    """

    shown: int | None = 0
    inserted: int = 0
    unchanged: int = 0
    edited: int = 0
    dismissed: int | None = 0
    answerable: int = 0
    answered: int = 0
    orderable: int = 0
    ordered: int = 0
    payable: int = 0
    paid: int = 0

    def __add__(self, other: Self) -> Tally:
        return Tally(**{one.name: _sum(getattr(self, one.name), getattr(other, one.name)) for one in fields(self)})

    @property
    def sent(self) -> int:
        return self.unchanged + self.edited

    @property
    def sent_rate(self) -> float | None:
        """Of those shown; None without any."""
        return rate(self.sent, self.shown)

    @property
    def unchanged_rate(self) -> float | None:
        """Of those sent."""
        return rate(self.unchanged, self.sent)

    @property
    def answered_rate(self) -> float | None:
        return rate(self.answered, self.answerable)

    @property
    def ordered_rate(self) -> float | None:
        return rate(self.ordered, self.orderable)

    @property
    def paid_rate(self) -> float | None:
        return rate(self.paid, self.payable)


def _sum(one: int | None, other: int | None) -> Any:
    return None if one is None or other is None else one + other


def rate(part: int, whole: int | None) -> float | None:
    """None without a denominator."""
    return part / whole if whole else None
