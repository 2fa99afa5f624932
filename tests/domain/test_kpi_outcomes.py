"""What became of follow-ups and situations, compared with a slow reckoning from the definitions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.kpi_behind import buyers_of
from assistant.domain.kpi_group import Group, Rules
from assistant.domain.kpi_outcomes import (
    HOWS,
    NO_SITUATION,
    FollowUpLine,
    behind_follow_ups,
    behind_situation,
    follow_up_lines,
    followed,
    situation_lines,
    windows,
)
from assistant.domain.kpi_rows import ContactRow, FollowUpRow, Inputs, SuggestionRow

NOON = datetime(2026, 11, 11, 4, tzinfo=UTC)
MINUTES = st.integers(0, 4 * 24 * 60).map(lambda n: timedelta(minutes=n))
WITHIN = {"t1": timedelta(hours=1), "t2": timedelta(days=3)}


@st.composite
def follow_ups(draw: st.DrawFn) -> FollowUpRow:
    at = NOON + draw(MINUTES)
    state = draw(st.sampled_from(["done", "due", "missed", "cancelled", "armed"]))
    fired = at if state in ("done", "due") or draw(st.booleans()) else None
    done = at + timedelta(minutes=draw(st.integers(0, 10))) if state == "done" else None
    return FollowUpRow(
        at=at, agent="a1", platform="jd", buyer=draw(st.sampled_from(["1", "2"])), conversation="7",
        touchpoint=draw(st.sampled_from(["t1", "t2"])), state=state, fired_at=fired, done_at=done,
    )  # fmt: skip


def how_by_hand(row: FollowUpRow) -> str | None:
    """None: its time never came."""
    if row.done_at is not None:
        return "on_time" if row.done_at - row.at <= timedelta(minutes=5) else "late"
    return "undone" if row.fired_at or row.state in ("due", "missed") else None


@given(rows=st.lists(follow_ups(), max_size=12), bought=st.lists(MINUTES, max_size=4), now=MINUTES)
def test_follow_ups_stand_by_how_they_were_done_beside_what_was_bought(
    rows: list[FollowUpRow], bought: list[timedelta], now: timedelta
) -> None:
    moments, at = [NOON + one for one in bought], NOON + now
    found, settling = followed(Group(Inputs(follow_ups=rows), Rules(now=at)), {"1": moments}, WITHIN)
    lines = {line.touchpoint: line for line in follow_up_lines(found, settling)}
    for touchpoint, within in WITHIN.items():
        mine = [row for row in rows if row.touchpoint == touchpoint and how_by_hand(row)]
        buys = {id(row): row.buyer == "1" and any(row.at < one <= row.at + within for one in moments) for row in mine}
        known = [row for row in mine if buys[id(row)] or at >= row.at + within]
        line = lines.get(touchpoint, FollowUpLine(touchpoint, dict.fromkeys(HOWS, 0), dict.fromkeys(HOWS, 0), 0))
        assert line.settling == len(mine) - len(known)
        for how in HOWS:
            these = [row for row in known if how_by_hand(row) == how]
            assert (line.counts[how], line.bought[how]) == (len(these), sum(buys[id(row)] for row in these))
            listed = behind_follow_ups(found, touchpoint, how)
            assert (len(listed), sum(row.counts for row in listed)) == (line.counts[how], line.bought[how])


def test_a_difference_is_told_from_a_hundred_on_either_side_on() -> None:
    counts = {"on_time": 100, "late": 0, "undone": 99}
    thin = FollowUpLine("t", counts, {"on_time": 40, "late": 0, "undone": 20}, 0)  # type: ignore[arg-type]  # keys are of How
    assert (thin.difference, thin.rate("late")) == (None, None)
    enough = thin._replace(counts={**thin.counts, "undone": 100})
    assert enough.difference is not None
    apart, spread = enough.difference
    assert apart == pytest.approx(0.2)
    assert spread == pytest.approx(1.96 * (0.24 / 100 + 0.16 / 100) ** 0.5)


CONTACTS = st.builds(
    ContactRow,
    at=st.integers(0, 2).map(lambda n: NOON + timedelta(days=n)),
    agent=st.just("a1"),
    platform=st.just("jd"),
    buyer=st.sampled_from(["1", "2", "3"]),
    buyer_messages=st.just(1),
    inquiry=st.booleans(),
    settling=st.booleans(),
    ordered=st.booleans(),
)
CARDS = st.builds(
    SuggestionRow,
    at=st.integers(0, 2).map(lambda n: NOON + timedelta(days=n)),
    agent=st.just("a1"),
    platform=st.just("jd"),
    buyer=st.sampled_from(["1", "2", "3"]),
    id=st.uuids().map(str),
    round=st.just(1),
    situation=st.sampled_from(["price", "size", None]),
    sent=st.booleans(),
)


@given(
    contacts=st.lists(CONTACTS, max_size=8, unique_by=lambda row: (row.at, row.buyer)),
    cards=st.lists(CARDS, max_size=10),
)
def test_a_situation_counts_the_buyers_who_asked_on_its_days_and_those_who_left(
    contacts: list[ContactRow], cards: list[SuggestionRow]
) -> None:
    group = Group(Inputs(contacts=contacts, suggestions=cards), Rules())
    lines = {line.situation: line for line in situation_lines([group])}
    for situation in ("price", "size", NO_SITUATION):
        asked = [row for row in contacts if row.inquiry and situation in shown(row, cards)]
        known = [row for row in asked if not row.settling]
        if not asked:
            assert situation not in lines
            continue
        line, ordered = lines[situation], sum(row.ordered for row in known)
        assert (line.asked, line.ordered, line.lost) == (len(asked), ordered, len(known) - ordered)
        listed = behind_situation(group, situation, buyers_of)
        assert (len(listed), sum(row.counts for row in listed)) == (len(known), ordered)


def shown(row: ContactRow, cards: Sequence[SuggestionRow]) -> set[str]:
    found = {one.situation for one in cards if (day(one.at), one.buyer) == (day(row.at), row.buyer) and one.situation}
    return {str(one) for one in found} or {NO_SITUATION}


def day(at: datetime) -> date:
    return (at + timedelta(hours=8)).date()


def test_a_touchpoint_says_how_long_after_it_a_purchase_counts() -> None:
    rows: list[dict[str, Any]] = [
        {"id": "a", "goal": {"fact": "order.paid", "within": "2h"}},
        {"id": "b"},
        {"id": "c", "goal": None},
    ]
    assert windows(rows) == {"a": timedelta(hours=2), "b": timedelta(days=3), "c": timedelta(days=3)}
