"""`assistant kpi`: the figures of a period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_csv, print_json, print_table
from assistant.cli.times import clock, period, told
from assistant.domain.errors import InvalidInput

if TYPE_CHECKING:
    from assistant import store

_EXAMPLE = "Example: assistant kpi --from 2026-11-11 --to 2026-11-12 --by agent --json"
app = typer.Typer(invoke_without_command=True, epilog=_EXAMPLE)


@app.callback(epilog=_EXAMPLE)
def kpi(
    context: typer.Context,
    start: options.From = None,
    end: options.To = None,
    by: Annotated[str, typer.Option(help="all, agent, day, hour, situation or touchpoint")] = "all",
    platform: options.Platform = None,
    team: Annotated[str | None, typer.Option(help="only this team of the shop, by name", show_default=False)] = None,
    database: options.Database = None,
    shop: options.Shop = None,
    json: options.Json = False,
    csv: options.Csv = False,
) -> None:
    """Compute the figures of a period.

    Ratios are 0..1, durations seconds; without a denominator a figure is empty. Exactly 180 seconds are
    within 180 seconds. Buyers of several days are counted once a day.
    """
    if context.invoked_subcommand is not None:
        if any((start, end, by != "all", platform, team, database, shop, json, csv)):
            raise InvalidInput(f"write options behind the command: assistant kpi {context.invoked_subcommand} …")
        return
    from assistant.cli.shops import existing_store, scope
    from assistant.cli.teams import whose
    from assistant.services import kpi as figures

    now = clock()
    with existing_store(database) as opened:
        where = opened.read_now(lambda tx: scope(tx, shop))
        first, last = period(start, end, where.zone, now)

        def read(tx: store.Transaction) -> list[dict[str, object]]:
            at, roster = whose(tx, shop, team)
            return figures.rows(tx, at, first, last, now=now, by=by, platform=platform, team=roster)

        rows = opened.read_now(read)
    if json:
        print_json({"from": told(first, where.zone), "to": told(last, where.zone), "by": by, "rows": rows})
    else:
        _print(rows, csv=csv)


def _print(rows: list[dict[str, object]], *, csv: bool) -> None:
    from assistant.domain.kpi import NAMES

    if csv:
        return print_csv(("key", *NAMES), rows)
    # Names go down and groups across: forty columns fit no screen.
    groups = [str(row["key"]) or "(no agent)" for row in rows]
    print_table(
        ("figure", *groups),
        [{"figure": name, **{key: row[name] for key, row in zip(groups, rows, strict=True)}} for name in NAMES],
    )


@app.command(epilog="Example: assistant kpi rebuild --database sqlite:///shop.db")
def rebuild(database: options.Database = None, shop: options.Shop = None, json: options.Json = False) -> None:
    """Sum up past days anew.

    The sums make figures of long periods fast; they are kept up by themselves, and figures are exact without them.
    """
    from assistant.cli.shops import existing_store, scope
    from assistant.domain.kpi_sums import DEFINITION
    from assistant.services.kpi_follower import rebuild as anew

    with existing_store(database) as opened:
        opened.read_now(lambda tx: scope(tx, shop))
        days = anew(opened, shop, clock())
    if json:
        print_json({"days": days, "definition": DEFINITION})
    else:
        typer.echo(f"{days} days summed up, by definition {DEFINITION}")
