"""Payment reminders as figures see them: which touchpoints remind, whom they leave alone, what was paid.

Not for when a reminder comes up (`follow_ups.py`). DOMAIN 1.4, 4, 8.23.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

from assistant.domain.durations import parse_duration
from assistant.domain.follow_ups import reminds_of_payment
from assistant.domain.orders import is_flash_sale
from assistant.domain.scripts import Touchpoint

# What counts as success where a touchpoint does not say within how long.
USUAL: Final = timedelta(days=3)
HOLDOUT: Final = "holdout: left alone to compare with"


class Reminding(NamedTuple):
    """A touchpoint that reminds of paying: how long after it a payment is its success, and where it speaks."""

    within: timedelta
    channel: str


class Touch(NamedTuple):
    """A buyer was reminded of an order at a moment, or left alone then."""

    at: datetime
    agent: str | None
    touchpoint: str
    held_out: bool
    conversation: int | None


class Outcome(NamedTuple):
    """What came of it: `by` is the last touch before the payment, else the last one of all."""

    by: Touch
    paid: bool
    settles_at: datetime | None


def reminding(touchpoints: Iterable[Mapping[str, Any]]) -> dict[str, Reminding]:
    """The touchpoints that remind of paying, by id, of a published table as it is kept."""
    rows = (row for row in touchpoints if str(row.get("on", "")).startswith("order."))
    return {
        str(row["id"]): Reminding(_within(row.get("goal")), str(row.get("channel") or "chat"))
        for row in rows
        if "order.paid" in (row.get("until") or ())
    }


def _within(goal: Mapping[str, Any] | None) -> timedelta:
    if not goal or goal.get("fact") != "order.paid":
        return USUAL
    return parse_duration(str(goal["within"]))


def left_alone(touchpoint: Touchpoint, shop: str, buyer: str, sources: Iterable[str | None]) -> bool:
    """Whether this buyer belongs to the share that is not reminded, always the same ones. Never by phone, never where
    an order is of a flash sale."""
    if not touchpoint.holdout or touchpoint.channel == "phone" or not reminds_of_payment(touchpoint):
        return False
    if any(map(is_flash_sale, sources)):
        return False
    drawn = int.from_bytes(sha256(f"{shop}\x1f{buyer}".encode()).digest()[:8])
    return drawn < touchpoint.holdout * 2**64


def outcome(
    touches: Iterable[Touch], paid_at: datetime | None, known: Mapping[str, Reminding], now: datetime | None
) -> Outcome | None:
    """What came of an order's touches: those that spoke count, else those that were held back. None: there were none.

    `now` None: everything is over.
    """
    every = sorted(touches)
    meant = [touch for touch in every if not touch.held_out] or every
    if not meant:
        return None
    before = [touch for touch in meant if paid_at is None or touch.at <= paid_at] or meant
    ends = [touch.at + known[touch.touchpoint].within for touch in meant]
    paid = paid_at is not None and any(touch.at <= paid_at <= end for touch, end in zip(meant, ends, strict=True))
    runs = paid_at is None and now is not None and now < max(ends)
    return Outcome(before[-1], paid, max(ends) if runs else None)
