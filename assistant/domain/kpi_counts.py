"""Which rows a figure counts: buyers by day, answers in time, follow-ups that can be judged.

Not for the sums of them (`kpi_sums`) nor for the formulas (`kpi`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta
from math import fsum
from typing import Final

from assistant.domain.kpi_group import BuyerDay, Group
from assistant.domain.kpi_rows import CheckRow, FollowUpRow, RoundRow
from assistant.domain.platforms import Profile

ON_TIME: Final = timedelta(minutes=5)
CONTENT: Final = 4  # a rating of so many stars or more is a content buyer's


def consulted(group: Group) -> set[BuyerDay]:
    """Buyer-days with a message either way; a round means one, even if its message was counted elsewhere."""
    contacts = {group.buyer_day(row) for row in group.inputs.contacts}
    return contacts | {group.buyer_day(row) for row in group.inputs.rounds}


def received(group: Group) -> set[BuyerDay]:
    """Buyer-days without own accounts, adverts and spam."""
    return consulted(group) - {group.buyer_day(row) for row in group.inputs.contacts if row.filtered}


def effective(group: Group) -> set[BuyerDay]:
    """Buyer-days in which the buyer wrote and a person answered."""
    contacts = group.inputs.contacts
    spoke = {group.buyer_day(row) for row in contacts if row.buyer_spoke or row.buyer_messages}
    answered = {group.buyer_day(row) for row in contacts if row.human_messages}
    return spoke & answered & received(group)


def unanswered(group: Group) -> set[BuyerDay]:
    """Buyer-days with a round that nobody answered that day."""
    return {group.buyer_day(row) for row in group.rounds if group.seconds(row) is None}


def capped(group: Group, row: RoundRow, seconds: float) -> float:
    """The seconds as they enter the average: cut where the platform cuts them."""
    cap = group.profile(row).average_cap_seconds
    return seconds if cap is None else min(seconds, cap)


def in_time(waits: Iterable[float | None], profile: Profile, seconds: int) -> bool:
    """Whether a unit counts as answered within so many seconds; None is a wait without an answer."""
    answered = list(waits)
    known = [wait for wait in answered if wait is not None]
    if len(known) < len(answered):
        return False
    if profile.unit == "session" and profile.session_rule == "average":
        return fsum(known) <= seconds * len(known)
    return all(wait <= seconds for wait in known)


def slow_receptions(group: Group) -> dict[BuyerDay, int]:
    """Buyer-days with so many slow rounds that the reception was slow, and how many."""
    slow = (row for row in group.rounds if group.wait(row) > group.profile(row).slow_seconds)
    counts = Counter(group.buyer_day(row) for row in slow)
    profiles = group.rules.profiles
    return {day: count for day, count in counts.items() if count >= profiles(day[1], day[0]).slow_rounds}


def _was_due(row: FollowUpRow) -> bool:
    return row.fired_at is not None or row.state in ("due", "done", "missed")


def in_state(group: Group, state: str) -> list[FollowUpRow]:
    """Follow-ups in a state."""
    return [row for row in group.inputs.follow_ups if row.state == state]


def hits(group: Group) -> list[CheckRow]:
    """Checks that warned or blocked."""
    return [row for row in group.inputs.checks if row.severity in ("warn", "block")]


def due(group: Group) -> list[FollowUpRow]:
    """Follow-ups whose time came."""
    return [row for row in group.inputs.follow_ups if _was_due(row)]


def judged(group: Group) -> list[FollowUpRow]:
    """Follow-ups that were due and not cancelled; cards still within five minutes are not judged yet."""
    now = group.rules.now
    open_ = {"due", "armed", "snoozed"}
    return [
        row
        for row in due(group)
        if row.state != "cancelled" and not (row.state in open_ and now and now <= row.at + ON_TIME)
    ]


def was_on_time(row: FollowUpRow) -> bool:
    """Whether it was done within five minutes of its time."""
    return row.state == "done" and row.done_at is not None and row.done_at <= row.at + ON_TIME
