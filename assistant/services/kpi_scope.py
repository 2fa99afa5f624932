"""Whose figures are asked for, and the sums and rows of just these: a shop or several, a team, an agent, a platform.

Not for figures (`kpi_view.py`) nor for lists (`kpi_behind.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo

from assistant import store
from assistant.domain.errors import InvalidInput
from assistant.domain.kpi_group import Group
from assistant.domain.kpi_rolls import Grain, Roll
from assistant.domain.kpi_rows import without_filtered
from assistant.domain.moments import midnight
from assistant.domain.teams import Roster, of_team
from assistant.services import kpi, kpi_inputs, teams
from assistant.services.kpi_rollups import rolls
from assistant.store.kpi import Between

LONGEST_DAYS = 184


@dataclass(frozen=True, slots=True)
class Wish:
    """Which figures are asked for: whole days of the shop, the last one included. `agent` None means everybody, `team`
    everybody of one team; the figures of the shops `beside` are added."""

    first: date
    last: date
    agent: str | None = None
    platform: str | None = None
    team: int | None = None
    beside: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidInput("the last day lies before the first", reason="days_turned")
        if (self.last - self.first).days >= LONGEST_DAYS:
            raise InvalidInput(f"choose at most {LONGEST_DAYS} days", reason="too_many_days", days=LONGEST_DAYS)
        if self.team is not None and self.beside:
            message = "a team belongs to one shop: choose a team or several shops"
            raise InvalidInput(message, reason="team_or_shops")

    def between(self, shop: str, zone: tzinfo) -> Between:
        """The same as moments."""
        end = midnight(self.last + timedelta(days=1), zone)
        return Between(shop, midnight(self.first, zone), end, self.platform)

    def narrowed(self) -> bool:
        """Whether only some agents are meant: each is judged by their own clock then."""
        return self.agent is not None or self.team is not None


@dataclass(frozen=True, slots=True)
class Found:
    """Sums by day: of whom they are asked for in each shop, and of each agent among them."""

    shops: dict[str, list[Roll]]
    agents: list[Roll]

    @property
    def whole(self) -> list[Roll]:
        """All shops together."""
        return [roll for found in self.shops.values() for roll in found]


def zone_of(tx: store.Transaction, shop: str, wish: Wish) -> tzinfo:
    """Where the days of these shops begin. Raises InvalidInput if that is not the same everywhere."""
    zones = {kpi.zone_of(tx, one) for one in (shop, *wish.beside)}
    if len(zones) > 1:
        raise InvalidInput("these shops live in different time zones: choose some that share one", reason="two_zones")
    return zones.pop()


def sums(
    tx: store.Transaction,
    shop: str,
    wish: Wish,
    between: Between,
    zone: tzinfo,
    now: datetime,
    grains: Sequence[Grain] = ("day", "agent"),
) -> Found:
    """The sums of a time. Of a narrowed wish both are the same, by the agents' own clock."""
    found = Found({}, [])
    for one in (shop, *wish.beside):
        here = replace(between, shop=one)
        rules = kpi.rules_for(tx, here, zone, now)
        rolled = rolls(tx, here, now, rules, ["agent"] if wish.narrowed() else grains)
        if wish.narrowed():
            found.shops[one] = rolled = _narrowed(tx, one, wish, rolled)
        else:
            found.shops[one] = [roll for roll in rolled if roll.grain == "day"]
        found.agents.extend(roll for roll in rolled if roll.grain == "agent")
    return found


def _narrowed(tx: store.Transaction, shop: str, wish: Wish, found: list[Roll]) -> list[Roll]:
    roster = _roster(tx, shop, wish)
    if roster is not None:
        found = of_team(found, roster)
    if wish.agent is None:
        return found
    agent = wish.agent
    return [replace(roll, sums={agent: roll.sums[agent]}) for roll in found if agent in roll.sums]


def groups(tx: store.Transaction, shop: str, wish: Wish, now: datetime) -> Iterator[tuple[str, Group]]:
    """The rows of a period that are asked for, each with its shop: day by day, and agent by agent where some are
    meant. What their lists hold together is what the figures count."""
    zone = zone_of(tx, shop, wish)
    for one in (shop, *wish.beside):
        between = wish.between(one, zone)
        rules = kpi.rules_for(tx, between, zone, now)
        if not wish.narrowed():
            known = kpi_inputs.reminders_of(tx, one)
            for part in kpi_inputs.parts(tx, between, zone):
                yield one, Group(without_filtered(kpi_inputs.read(tx, part, zone, rules.now, known)), rules)
            continue
        own, roster = replace(rules, agent_clock=True), _roster(tx, one, wish)
        for day, agent, theirs in kpi_inputs.apart(tx, between, zone, rules.now):
            if wish.agent in (None, agent) and (roster is None or roster.has(agent, day)):
                yield one, Group(theirs, own)


def _roster(tx: store.Transaction, shop: str, wish: Wish) -> Roster | None:
    return None if wish.team is None else teams.roster(tx, shop, wish.team)
