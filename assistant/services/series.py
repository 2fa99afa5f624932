"""Goes on with follow-ups that recur: when one occurrence has ended, the next has its row. Not for firing them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from assistant.domain.scripts import Touchpoint
from assistant.domain.series import latest_until, next_after
from assistant.services.desk import Desk
from assistant.store.follow_ups import FollowUp

# What becomes of one occurrence and not of the whole: what cancels it ends the series.
_GOES_ON = ("done", "dismissed", "withheld", "missed")
# Reasons of a verdict after which nobody is left to come back to.
_OVER = ("audience:", "touchpoint:", "defect:")


def first(desk: Desk, touchpoint: Touchpoint, began: datetime) -> datetime | None:
    """When a series that begins comes up first. One that would be over by now is not begun at all."""
    assert touchpoint.series is not None
    return next_after(touchpoint.series, began, max(began, desk.now), desk.shop.timezone)


def meant(desk: Desk, touchpoint: Touchpoint, follow_up: FollowUp, due: datetime) -> datetime:
    """The occurrence that is up: after a standstill the last of those that passed, so that one comes and not many."""
    if touchpoint.series is None:
        return due
    last = latest_until(touchpoint.series, follow_up.began, desk.now, desk.shop.timezone)
    return due if last is None else max(due, last)


def following(desk: Desk, ended: FollowUp) -> FollowUp | None:
    """The next occurrence after one that has ended, not yet stored; None: nothing recurs, or it is over."""
    touchpoint = desk.shop.scripts.touchpoint(ended.touchpoint)
    over = ended.state not in _GOES_ON or (ended.reason or "").startswith(_OVER)
    if touchpoint is None or touchpoint.series is None or over or ended.closed_at is None:
        return None
    passed = max(desk.now, ended.due_at)
    due = next_after(touchpoint.series, ended.began, passed, desk.shop.timezone)
    if due is None:
        return None
    return replace(
        ended, id=0, state="armed", armed_at=ended.closed_at, due_at=due, shown_at=None, closed_at=None, reason=None,
        script=None, text=None, missing=[], offer_at=None,
    )  # fmt: skip
