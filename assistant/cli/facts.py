"""`assistant facts`: the KPI log, as it was recorded."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_csv, print_json, print_table
from assistant.cli.times import clock, period, told

app = typer.Typer()

NAMES = (
    "id", "name", "at", "recorded_at", "shop", "platform", "conversation", "buyer", "order", "agent", "data",
)  # fmt: skip


@app.command(epilog="Example: assistant facts --from 2026-11-11 --to 2026-11-12 --csv > facts.csv")
def facts(
    start: options.From = None,
    end: options.To = None,
    database: options.Database = None,
    shop: options.Shop = None,
    platform: options.Platform = None,
    name: Annotated[
        list[str] | None,
        typer.Option(help="only this fact, e.g. agent.asked; may be given again", show_default=False),
    ] = None,
    json: options.Json = False,
    csv: options.Csv = False,
) -> None:
    """List the facts of a period.

    A fact says what was observed, when, about whom. Every figure comes from such facts.
    """
    from assistant import store
    from assistant.cli.shops import existing_store, scope
    from assistant.domain import facts as rules
    from assistant.domain import platforms

    names, on = rules.named(name or ()), platforms.named(platform)
    with existing_store(database) as opened:
        where = opened.read_now(lambda tx: scope(tx, shop))
        first, last = period(start, end, where.zone, clock())
        found = opened.read_now(lambda tx: store.facts.between(tx, shop, first, last, names=names, platform=on))
    rows = []
    for fact in found:
        zone = where.zone_of(fact.shop)
        times = {"at": told(fact.at, zone), "recorded_at": told(fact.recorded_at, zone)}
        rows.append({**asdict(fact), **times})
    if json:
        print_json({"facts": rows})
    elif csv:
        print_csv(NAMES, rows)
    else:
        print_table(("id", "name", "at", "conversation", "buyer", "order", "agent", "data"), rows)
