"""Which of a shop's promotions a buyer gets on a day. Not for what its rules say (`promotion_rules.py`)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from assistant.domain import conditions
from assistant.domain.scripts import Promotion


def promotion_for(rows: Sequence[Promotion], day: date, context: Mapping[str, object]) -> Promotion | None:
    """The one row that counts: of those valid on `day` and meant for this buyer one with days goes before one
    without, then the most specific `for`. `context` are values by condition path."""
    fitting = [row for row in rows if row.valid_on(day) and conditions.holds(row.for_, context)]
    return max(fitting, key=lambda row: (row.dated, conditions.specificity(row.for_)), default=None)


def ties(rows: Sequence[Promotion]) -> Iterator[tuple[int, int]]:
    """Pairs (earlier, later) of rows neither of which goes before the other for some buyer on some day."""
    for b, later in enumerate(rows):
        for a, earlier in enumerate(rows[:b]):
            alike = earlier.dated == later.dated and _overlap(earlier, later)
            if alike and conditions.ties([earlier.for_, later.for_]):
                yield a, b


def _overlap(one: Promotion, other: Promotion) -> bool:
    begins = max(one.valid_from or date.min, other.valid_from or date.min)
    return begins <= min(one.valid_to or date.max, other.valid_to or date.max)
