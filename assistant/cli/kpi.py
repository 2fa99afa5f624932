"""`assistant kpi`: the figures of a period."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_csv, print_json, print_table
from assistant.cli.times import clock, period, told

app = typer.Typer()


@app.command(epilog="Example: assistant kpi --from 2026-11-11 --to 2026-11-12 --by agent --json")
def kpi(
    start: options.From = None,
    end: options.To = None,
    by: Annotated[str, typer.Option(help="all, agent, day, hour, situation or touchpoint")] = "all",
    platform: options.Platform = None,
    database: options.Database = None,
    shop: options.Shop = None,
    json: options.Json = False,
    csv: options.Csv = False,
) -> None:
    """Compute the figures of a period.

    Ratios are 0..1, durations seconds; without a denominator a figure is empty. Exactly 180 seconds are
    within 180 seconds. Buyers of several days are counted once a day.
    """
    from assistant.cli.shops import existing_store, scope
    from assistant.domain.kpi import NAMES
    from assistant.services import kpi as figures

    now = clock()
    with existing_store(database) as opened:
        where = opened.read_now(lambda tx: scope(tx, shop))
        first, last = period(start, end, where.zone, now)
        rows = opened.read_now(lambda tx: figures.rows(tx, shop, first, last, now=now, by=by, platform=platform))
    if json:
        print_json({"from": told(first, where.zone), "to": told(last, where.zone), "by": by, "rows": rows})
    elif csv:
        print_csv(("key", *NAMES), rows)
    else:
        # Names go down and groups across: forty columns fit no screen.
        groups = [str(row["key"]) or "(no agent)" for row in rows]
        print_table(
            ("figure", *groups),
            [{"figure": name, **{key: row[name] for key, row in zip(groups, rows, strict=True)}} for name in NAMES],
        )
