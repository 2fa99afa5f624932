"""`assistant follow-ups`: every follow-up with its times, state and reason."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_csv, print_json, print_table
from assistant.cli.times import told

app = typer.Typer()

NAMES = (
    "id", "touchpoint", "shop", "platform", "conversation", "buyer", "order", "agent", "armed_at", "due_at",
    "state", "closed_at", "reason", "text",
)  # fmt: skip
TIMES = ("armed_at", "due_at", "closed_at")


@app.command("follow-ups", epilog="Example: assistant follow-ups --database sqlite:///shop.db --json")
def follow_ups(
    database: options.Database = None,
    shop: options.Shop = None,
    state: Annotated[
        str | None, typer.Option(help="only this state, e.g. armed, due, done, cancelled", show_default=False)
    ] = None,
    json: options.Json = False,
    csv: options.Csv = False,
) -> None:
    """List every follow-up.

    What it is about, when its clock runs out, what became of it and why.
    """
    from assistant.cli.shops import existing_store, scope
    from assistant.store.kpi import follow_up_list

    with existing_store(database) as opened:
        where = opened.read_now(lambda tx: scope(tx, shop))
        found = opened.read_now(lambda tx: follow_up_list(tx, shop))
    rows = []
    for each in found:
        row = asdict(each)
        zone = where.zone_of(each.shop)
        rows.append({**row, **{name: told(row[name], zone) for name in TIMES}})
    rows = [row for row in rows if state in (None, row["state"])]
    if json:
        print_json({"follow_ups": rows})
    elif csv:
        print_csv(NAMES, rows)
    else:
        print_table(("id", "touchpoint", "buyer", "order", "agent", "due_at", "state", "reason"), rows)
