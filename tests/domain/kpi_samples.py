"""Rows of one shop for the tests of figures, and one figure of some rounds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from assistant.domain.kpi import compute
from assistant.domain.kpi_group import Rules, Value
from assistant.domain.kpi_rows import FollowUpRow, Inputs, OrderRow, ReminderRow, RoundRow
from tests.domain.chat_samples import at


def asked(
    clock: str,
    wait: float | None,
    *,
    buyer: str = "b1",
    agent: str | None = "lin",
    platform: str = "taobao",
    session: int = 0,
    first: bool = True,
    session_asked: str | None = None,
    day: int = 20,
) -> RoundRow:
    """A round asked at a clock time and answered after `wait` seconds; None = never."""
    began = at(clock, day)
    return RoundRow(
        asked_at=began,
        answered_at=None if wait is None else began + timedelta(seconds=wait),
        agent=agent,
        session=session,
        first=first,
        session_asked_at=at(session_asked, day) if session_asked else began,
        platform=platform,
        conversation=f"c-{buyer}",
        buyer=buyer,
    )


def follow_up(state: str, *, done_after: float | None = None, fired: bool = True, due: str = "10:00:00") -> FollowUpRow:
    return FollowUpRow(
        at=at(due),
        agent="lin",
        touchpoint="unpaid-15-minutes",
        state=state,
        fired_at=at(due) if fired else None,
        done_at=None if done_after is None else at(due) + timedelta(seconds=done_after),
    )


def reminder(*, held_out: bool = False, paid: bool = False, settles_at: datetime | None = None) -> ReminderRow:
    return ReminderRow(
        at=at("10:00:00"),
        agent="lin",
        touchpoint="unpaid-15-minutes",
        held_out=held_out,
        paid=paid,
        settles_at=settles_at,
    )


def figure(name: str, rounds: Sequence[RoundRow], rules: Rules | None = None) -> Value:
    return compute(Inputs(rounds=rounds), rules, [name])[name]


def ordered(buyer: str, *, agent: str | None = "lin", paid: bool = False) -> OrderRow:
    return OrderRow(at=at("10:40:00"), agent=agent, platform="taobao", buyer=buyer, amount=5950, pieces=3, paid=paid)
