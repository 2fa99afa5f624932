"""How often something took how long, counted while it works. Not for who reads them (`web/metrics.py`)."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

# Seconds from what a person does not notice to what has gone wrong.
QUICK = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
# Seconds a timer may come late: a tick, a busy moment, an outage.
LATE = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0, 300.0, 1800.0)


@dataclass(slots=True)
class Histogram:
    """How many values lay at or below each bound and above the one before; the last place is for those above all."""

    bounds: tuple[float, ...] = QUICK
    total: float = 0.0
    counts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.counts = [0] * (len(self.bounds) + 1)

    def observe(self, value: float) -> None:
        """Count one more value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value
