"""Two or more wordings of one reply side by side: who sees which, and what can be said of the difference.

A buyer is put into an arm by a hash of trial and buyer: the same on every node and at every time, by nobody's choice.
Buyers are what is counted, never cards: those of one buyer belong together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from math import sqrt
from statistics import NormalDist
from types import MappingProxyType
from typing import Literal, NamedTuple, get_args

Measure = Literal["unchanged", "answered", "ordered", "paid"]
MEASURES: tuple[Measure, ...] = get_args(Measure)
MOST_ARMS = 4
# With fewer buyers in an arm nothing is said of a difference.
FEWEST = 100
CONFIDENCE = 0.95
Verdict = Literal["first", "too_few", "open", "more", "less"]


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial of `texts` for one reply: the first is the published one when it began. `kept` is the arm that stayed."""

    id: int
    shop: str
    situation: str
    reply: str
    texts: tuple[str, ...]
    measure: Measure
    started_at: datetime
    started_by: str
    ended_at: datetime | None = None
    ended_by: str | None = None
    kept: int | None = None

    @property
    def script(self) -> str:
        return f"{self.situation}/{self.reply}"

    def fits(self, published: str | None) -> bool:
        """Whether the published text is still the one it began with: otherwise nobody is told anything else."""
        return published == self.texts[0]


# What is on trial in a shop, by `situation/reply`.
Trials = Mapping[str, Trial]
NO_TRIALS: Trials = MappingProxyType({})


def arm_of(trial: int, buyer: int, arms: int) -> int:
    """The arm of a buyer, always the same; each is as likely as the others."""
    drawn = int.from_bytes(sha256(f"{trial}:{buyer}".encode()).digest()[:8])
    return drawn * arms >> 64


# --- what can be said ------------------------------------------------------------------------------------------------


class Interval(NamedTuple):
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Arm:
    """`counted` buyers whose time is over, of whom `reached` did what is measured."""

    counted: int
    reached: int

    @property
    def share(self) -> float | None:
        return self.reached / self.counted if self.counted else None


@dataclass(frozen=True, slots=True)
class Result:
    """An arm's share with its interval, its difference from the first arm with that interval, what may be said."""

    arm: Arm
    interval: Interval | None
    difference: float | None
    between: Interval | None
    verdict: Verdict


def wilson(reached: int, counted: int, z: float) -> Interval:
    """Wilson's score interval of a share, `counted` > 0 (Wilson 1927)."""
    share, spread = reached / counted, z * z / counted
    middle = share + spread / 2
    reach = z * sqrt((share * (1 - share) + spread / 4) / counted)
    return Interval((middle - reach) / (1 + spread), (middle + reach) / (1 + spread))


def newcombe(one: Arm, other: Arm, z: float) -> Interval:
    """The interval of `one`'s share less `other`'s, from the two Wilson intervals (Newcombe 1998, method 10)."""
    p, q = one.reached / one.counted, other.reached / other.counted
    a, b = wilson(one.reached, one.counted, z), wilson(other.reached, other.counted, z)
    low = sqrt((p - a.low) ** 2 + (b.high - q) ** 2)
    high = sqrt((a.high - p) ** 2 + (q - b.low) ** 2)
    return Interval(p - q - low, p - q + high)


def results(arms: Sequence[Arm]) -> tuple[Result, ...]:
    """What may be said of each arm. With several compared to the first each comparison is the stricter (Bonferroni)."""
    z = NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / 2 / max(1, len(arms) - 1))
    usual = NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / 2)
    few = min(arm.counted for arm in arms) < FEWEST
    found = []
    for at, arm in enumerate(arms):
        interval = wilson(arm.reached, arm.counted, usual) if arm.counted else None
        both = at > 0 and arm.counted > 0 and arms[0].counted > 0
        between = newcombe(arm, arms[0], z) if both else None
        difference = (arm.share or 0.0) - (arms[0].share or 0.0) if both else None
        found.append(Result(arm, interval, difference, between, _verdict(at, between, few=few)))
    return tuple(found)


def _verdict(at: int, between: Interval | None, *, few: bool) -> Verdict:
    if at == 0:
        return "first"
    if few or between is None:
        return "too_few"
    if between.low > 0:
        return "more"
    return "less" if between.high < 0 else "open"
