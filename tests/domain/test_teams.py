"""Who belongs to a team on a day: the last move that has begun decides, whatever is said in whatever order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.errors import InvalidInput
from assistant.domain.kpi_rolls import Roll
from assistant.domain.teams import Move, Roster, checked_name, of_team

FIRST = date(2026, 11, 1)
DAYS = st.integers(0, 20).map(lambda n: FIRST + timedelta(days=n))
MOVES = st.lists(
    st.builds(Move, st.sampled_from(["a1", "a2"]), DAYS, st.sampled_from([1, 2, None])),
    unique_by=lambda move: (move.agent, move.since),
)


@given(moves=MOVES, day=DAYS)
def test_the_last_move_that_has_begun_decides_and_nobody_is_in_two_teams(moves: list[Move], day: date) -> None:
    for agent in ("a1", "a2"):
        begun = [move for move in moves if move.agent == agent and move.since <= day]
        meant = max(begun, key=lambda move: move.since).team if begun else None
        assert {team for team in (1, 2) if Roster(moves, team).has(agent, day)} == {meant} - {None}


@given(moves=MOVES, later=st.builds(Move, st.just("a1"), DAYS, st.sampled_from([1, 2, None])))
def test_who_moves_changes_no_day_before(moves: list[Move], later: Move) -> None:
    kept = [move for move in moves if (move.agent, move.since) != (later.agent, later.since)]
    for n in range((later.since - FIRST).days):
        day = FIRST + timedelta(days=n)
        assert Roster([*kept, later], 1).on(day) == Roster(kept, 1).on(day)


def test_of_sums_by_agent_those_of_its_people_on_that_day_are_left() -> None:
    roster = Roster([Move("a1", FIRST, 1), Move("a1", FIRST + timedelta(days=1), 2), Move("a2", FIRST, 1)], 1)
    rolls = [Roll(FIRST + timedelta(days=n), "done", "agent", "jd", {"a1": [1], "a2": [2], "": [3]}) for n in (0, 1)]
    assert [roll.sums for roll in of_team(rolls, roster)] == [{"a1": [1], "a2": [2]}, {"a2": [2]}]
    assert of_team([Roll(FIRST, "done", "agent", "jd", {"": [3]})], roster) == []


@pytest.mark.parametrize("name", ["", "  ", "12", "x" * 41, "a\x00b", "售前组"])
def test_a_name_that_cannot_be_used_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        checked_name(name, ["售前组"])
    assert checked_name("  售后  组 ", ["售前组"]) == "售后 组"
