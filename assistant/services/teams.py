"""Who of a shop belongs to which team from which day on, as leaders set it. What figures make of it: `kpi_scope.py`.

Moves are dated, so that somebody who moves today changes no figure of yesterday.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from assistant import store
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.teams import LONGEST_NAME, Move, Roster, checked_name
from assistant.services import audit, kpi
from assistant.store.teams import Moved, Team

MOST: Final = 100
LONGEST: Final = LONGEST_NAME
# Whoever had figures so lately can be put into a team, also where only the platform knows them.
LATELY: Final = timedelta(days=14)
# Nobody plans further ahead, and no year of a typing error is kept.
AHEAD: Final = timedelta(days=366)
EARLIEST: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class PersonView:
    """Somebody who can belong to a team: `team` today, and all moves, the latest first."""

    agent: str
    name: str
    team: int | None
    moves: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class TeamsView:
    teams: tuple[Team, ...]
    people: tuple[PersonView, ...]
    today: date

    def name(self, team: int | None) -> str:
        """What people call a team; nothing for none."""
        return next((one.name for one in self.teams if one.id == team), "")

    def called(self, agent: str) -> str:
        """What people call a colleague; the login where only that is known."""
        return next((one.name for one in self.people if one.agent == agent), agent)


def view(tx: store.Transaction, shop: str, now: datetime) -> TeamsView:
    """The teams, and who belongs to which; who belongs to none comes first, then by name."""
    today, names = kpi.today(tx, shop, now), store.users.names_of(tx, shop)
    moved = defaultdict[str, list[Moved]](list)
    for one in store.teams.told(tx, shop):
        moved[one.agent].append(one)

    def person(agent: str) -> PersonView:
        team = next((one.team for one in moved[agent] if one.since <= today), None)
        return PersonView(agent, names.get(agent, agent), team, tuple(moved[agent]))

    everybody = {*names, *moved, *_seen_lately(tx, shop, today)}
    people = sorted(map(person, everybody), key=lambda one: (one.team is not None, one.name, one.agent))
    return TeamsView(tuple(store.teams.of_shop(tx, shop)), tuple(people), today)


def _seen_lately(tx: store.Transaction, shop: str, today: date) -> set[str]:
    found = store.kpi_rollups.rolls(tx, shop, today - LATELY, today, ["agent"], ["said"])
    return {agent for roll in found for agent in roll.sums if agent}


def find(tx: store.Transaction, shop: str, given: str) -> int:
    """The team of this id or name. Raises InvalidInput that says which there are."""
    known = store.teams.of_shop(tx, shop)
    for team in known:
        if given in (str(team.id), team.name):
            return team.id
    there = ", ".join(team.name for team in known) or "none yet"
    raise InvalidInput(f"there is no team {given[:40]!r} in this shop: {there}", reason="no_team", given=given[:40])


def roster(tx: store.Transaction, shop: str, team: int) -> Roster:
    """Who belongs to a team on which day."""
    return Roster(store.teams.moves(tx, shop), team)


def add(tx: store.Transaction, shop: str, name: str, now: datetime, *, by: str) -> int:
    """A new team. Raises InvalidInput."""
    store.locks.alone(tx, f"teams of {shop}")
    known = store.teams.of_shop(tx, shop)
    if len(known) >= MOST:
        raise InvalidInput(f"a shop has at most {MOST} teams", reason="too_many_teams", most=MOST)
    name = checked_name(name, (team.name for team in known))
    audit.record(tx, shop, "team.made", now, by=by, team=name)
    return store.teams.add(tx, shop, name, now)


def rename(tx: store.Transaction, shop: str, id: int, name: str, *, by: str, now: datetime) -> None:
    """The same team by another name, also for the past. Raises InvalidInput and NotFound."""
    store.locks.alone(tx, f"teams of {shop}")
    known = {team.id: team.name for team in store.teams.of_shop(tx, shop)}
    if id not in known:
        raise NotFound(f"there is no team {id} in this shop")
    was = known.pop(id)
    name = checked_name(name, known.values())
    store.teams.rename(tx, shop, id, name)
    audit.record(tx, shop, "team.renamed", now, by=by, team=name, was=was)


def move(
    tx: store.Transaction, shop: str, agent: str, team: int | None, since: date, *, by: str, now: datetime
) -> None:
    """Somebody belongs to a team (None: to none) from a day on, until their next move. Raises InvalidInput."""
    if agent not in {one.agent for one in view(tx, shop, now).people}:
        message = f"nobody called {agent[:40]!r} works in this shop: add them with `assistant users add`"
        raise InvalidInput(message, reason="no_agent", name=agent[:40])
    names = {one.id: one.name for one in store.teams.of_shop(tx, shop)}
    if team is not None and team not in names:
        raise InvalidInput(f"there is no team {team} in this shop", reason="no_team", given=team)
    today = kpi.today(tx, shop, now)
    if not EARLIEST <= since <= today + AHEAD:
        message = f"{since.isoformat()} cannot be meant: choose a day up to a year ahead"
        raise InvalidInput(message, reason="no_day", given=since.isoformat())
    store.teams.move(tx, shop, Move(agent, since, team), by, now)
    called = "" if team is None else names[team]
    audit.record(tx, shop, "team.moved", now, by=by, of=agent, team=called, since=since.isoformat())


def take_back(tx: store.Transaction, shop: str, agent: str, since: date, *, by: str, now: datetime) -> None:
    """A move was a mistake: the one before it holds on. Raises NotFound."""
    if not store.teams.forget(tx, shop, agent, since):
        raise NotFound(f"{agent!r} did not move on {since.isoformat()}")
    audit.record(tx, shop, "team.move_undone", now, by=by, of=agent, since=since.isoformat())
