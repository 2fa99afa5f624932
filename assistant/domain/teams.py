"""Teams of a shop: who belonged to which on which day, and what of a shop's sums and rows is theirs.

A person belongs to one team at a time, from a day on until they move. A team's figures are those of its people added
up, each by their own clock: a buyer seen by two of them counts for both (DOMAIN 8.22). Not for storing moves.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, tzinfo
from typing import Any, Final

from assistant.domain.errors import InvalidInput
from assistant.domain.kpi_rolls import Roll
from assistant.domain.kpi_rows import Inputs
from assistant.domain.moments import shop_day

LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Move:
    """From the day `since` on somebody belongs to a team; None: to none."""

    agent: str
    since: date
    team: int | None


class Roster:
    """Who belongs to one team on which day."""

    def __init__(self, moves: Iterable[Move], team: int) -> None:
        self._moves: defaultdict[str, list[Move]] = defaultdict(list)
        for move in sorted(moves, key=lambda move: move.since):
            self._moves[move.agent].append(move)
        self._team = team

    def on(self, day: date) -> frozenset[str]:
        """The logins of its people on a day."""
        return frozenset(agent for agent in self._moves if self.has(agent, day))

    def has(self, agent: str | None, day: date) -> bool:
        """Whether somebody belongs to it on a day."""
        moves = self._moves.get(agent or "", [])
        place = bisect_right(moves, day, key=lambda move: move.since)
        return place > 0 and moves[place - 1].team == self._team


def of_team(rolls: Iterable[Roll], roster: Roster) -> list[Roll]:
    """What of the sums by agent are those of a team's people, each day of who belonged to it then."""
    found = (
        replace(roll, sums={agent: sums for agent, sums in roll.sums.items() if roster.has(agent, roll.day)})
        for roll in rolls
    )
    return [roll for roll in found if roll.sums]


def rows_of(inputs: Inputs, roster: Roster, zone: tzinfo) -> Inputs:
    """What of some rows is a team's."""

    def theirs(rows: Iterable[Any]) -> list[Any]:
        return [row for row in rows if roster.has(row.agent, shop_day(row.at, zone))]

    return Inputs(**{field.name: theirs(getattr(inputs, field.name)) for field in fields(Inputs)})


def checked_name(name: str, known: Iterable[str]) -> str:
    """A team's name as it is kept. Raises InvalidInput; a number alone would be taken for a team's id."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable() or name.isdecimal():
        message = f"a team's name has 1 to {LONGEST_NAME} characters and is not a number alone"
        raise InvalidInput(message, reason="team_name", most=LONGEST_NAME)
    if name in known:
        raise InvalidInput(f"there is a team {name!r} already: choose another name", reason="team_known", name=name)
    return name
