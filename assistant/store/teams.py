"""Teams of a shop, and the days from which people belong to them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from assistant.domain.teams import Move
from assistant.store.statements import Insertion, Statement, Transaction
from assistant.store.tables import team_moves, teams


@dataclass(frozen=True, slots=True)
class Team:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A move, and who said so when."""

    agent: str
    since: date
    team: int | None
    by: str
    at: datetime


def _moved(*row: Any) -> Moved:
    agent, since, *rest = row
    return Moved(agent, date.fromisoformat(since), *rest)


def _move(*row: Any) -> Move:
    agent, since, team = row
    return Move(agent, date.fromisoformat(since), team)


_ADD = Insertion(teams, "shop", "name", "created_at")
_OF_SHOP = Statement[Team](
    select(teams.c.id, teams.c.name).where(teams.c.shop == bindparam("shop")).order_by(teams.c.name), Team
)
_RENAME = Statement[int](
    update(teams)
    .where(teams.c.shop == bindparam("here"), teams.c.id == bindparam("key"))
    .values(name=bindparam("name"))
)
_MOVE = Statement[int](
    insert(team_moves)
    .values({name: bindparam(name) for name in ("shop", "agent", "since", "team", "moved_by", "moved_at")})
    .on_conflict_do_update(
        index_elements=["shop", "agent", "since"],
        set_={name: bindparam(name) for name in ("team", "moved_by", "moved_at")},
    )
)
_FORGET = Statement[int](
    delete(team_moves).where(
        team_moves.c.shop == bindparam("shop"), team_moves.c.agent == bindparam("agent"),
        team_moves.c.since == bindparam("since"),
    )
)  # fmt: skip
_MOVES = Statement[Move](
    select(team_moves.c.agent, team_moves.c.since, team_moves.c.team).where(team_moves.c.shop == bindparam("shop")),
    _move,
)
_TOLD = Statement[Moved](
    select(*[team_moves.c[name] for name in ("agent", "since", "team", "moved_by", "moved_at")])
    .where(team_moves.c.shop == bindparam("shop"))
    .order_by(team_moves.c.agent, team_moves.c.since.desc()),
    _moved,
)


def add(tx: Transaction, shop: str, name: str, now: datetime) -> int:
    return _ADD.add(tx, shop=shop, name=name, created_at=now)


def of_shop(tx: Transaction, shop: str) -> list[Team]:
    """By name."""
    return _OF_SHOP.all(tx, shop=shop)


def rename(tx: Transaction, shop: str, id: int, name: str) -> None:
    _RENAME.run(tx, here=shop, key=id, name=name)


def move(tx: Transaction, shop: str, moved: Move, by: str, now: datetime) -> None:
    """From that day on; what was said of that same day before no longer holds."""
    _MOVE.run(
        tx, shop=shop, agent=moved.agent, since=moved.since.isoformat(), team=moved.team, moved_by=by, moved_at=now
    )  # fmt: skip


def forget(tx: Transaction, shop: str, agent: str, since: date) -> bool:
    """False if there was no such move."""
    return _FORGET.run(tx, shop=shop, agent=agent, since=since.isoformat()) == 1


def moves(tx: Transaction, shop: str) -> list[Move]:
    """Of everybody at any time."""
    return _MOVES.all(tx, shop=shop)


def told(tx: Transaction, shop: str) -> list[Moved]:
    """The same with who said so, the latest of each person first."""
    return _TOLD.all(tx, shop=shop)
