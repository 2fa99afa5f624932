"""`assistant teams`: the teams of a shop, and who belongs to them from which day on."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_json, print_table
from assistant.cli.operators import operator
from assistant.cli.times import clock
from assistant.domain.errors import InvalidInput
from assistant.domain.moments import moment

if TYPE_CHECKING:
    from assistant import store
    from assistant.domain.teams import Roster
    from assistant.services.teams import PersonView

app = typer.Typer(
    help="Teams of a shop: figures can be asked for by team.",
    epilog="Example: assistant teams put xiaolin 售前组 --from 2026-11-11",
    no_args_is_help=True,
)
Shop = Annotated[str, typer.Option(help="whose teams")]


@app.command(epilog="Example: assistant teams add 售前组")
def add(
    name: Annotated[str, typer.Argument(help="what people call it")],
    shop: Shop = "default",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Make a team."""
    from assistant.cli.shops import existing_store, scope
    from assistant.services import teams

    with existing_store(database) as opened:
        opened.read_now(lambda tx: scope(tx, shop))
        id = opened.write_now(lambda tx: teams.add(tx, shop, name, clock(), by=operator()))
    if json:
        print_json({"id": id, "name": name, "shop": shop})
    else:
        typer.echo(f"team {name} is {id}")


@app.command(epilog="Example: assistant teams rename 售前组 售前一组")
def rename(
    team: Annotated[str, typer.Argument(help="its name or id")],
    name: Annotated[str, typer.Argument(help="what it is called from now on, also in the past")],
    shop: Shop = "default",
    database: options.Database = None,
) -> None:
    """Call a team by another name."""
    from assistant.cli.shops import existing_store, scope
    from assistant.services import teams

    with existing_store(database) as opened:
        opened.read_now(lambda tx: scope(tx, shop))
        now, by = clock(), operator()
        opened.write_now(lambda tx: teams.rename(tx, shop, teams.find(tx, shop, team), name, by=by, now=now))


@app.command(epilog="Example: assistant teams put xiaolin 售前组 --from 2026-11-11")
def put(
    login: Annotated[str, typer.Argument(help="who")],
    team: Annotated[str, typer.Argument(help="the team's name or id; leave it out: to none")] = "",
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="from this day on; default: today", show_default=False)
    ] = None,
    shop: Shop = "default",
    database: options.Database = None,
) -> None:
    """Say to which team somebody belongs from a day on.

    Figures of days before stay with the team they belonged to then.
    """
    from assistant.cli.shops import existing_store, scope
    from assistant.services import teams

    with existing_store(database) as opened:
        zone, now = opened.read_now(lambda tx: scope(tx, shop)).zone, clock()
        day = (moment(since, zone) if since else now).astimezone(zone).date()

        def move(tx: store.Transaction) -> None:
            teams.move(tx, shop, login, teams.find(tx, shop, team) if team else None, day, by=operator(), now=now)

        opened.write_now(move)


@app.command("list", epilog="Example: assistant teams list --json")
def list_(shop: Shop = "default", database: options.Database = None, json: options.Json = False) -> None:
    """List who belongs to which team today, and since when."""
    from assistant.cli.shops import existing_store, scope
    from assistant.services import teams

    with existing_store(database) as opened:
        opened.read_now(lambda tx: scope(tx, shop))
        found = opened.read_now(lambda tx: teams.view(tx, shop, clock()))
    rows: list[dict[str, object]] = [
        {"login": one.agent, "name": one.name, "team": found.name(one.team) or None, "since": _since(one, found.today)}
        for one in found.people
    ]
    if json:
        print_json({"teams": [{"id": team.id, "name": team.name} for team in found.teams], "people": rows})
    else:
        print_table(("login", "name", "team", "since"), rows)


def _since(one: PersonView, today: date) -> str | None:
    return next((move.since.isoformat() for move in one.moves if move.since <= today), None)


def whose(tx: store.Transaction, shop: str | None, team: str | None) -> tuple[str | None, Roster | None]:
    """The shop a command is about, and who belongs to the team it names. Raises InvalidInput unless it is clear of
    which shop that is."""
    if team is None:
        return shop, None
    from assistant import store
    from assistant.services import teams

    shops = [row.id for row in store.shops.every(tx)]
    if shop is None and len(shops) != 1:
        raise InvalidInput("a team belongs to one shop: name it with --shop")
    at = shop or shops[0]
    return at, teams.roster(tx, at, teams.find(tx, at, team))
