"""`assistant keys`: the keys with which platforms send events."""

from __future__ import annotations

from typing import Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_json, print_table
from assistant.cli.operators import operator
from assistant.cli.times import clock, told

app = typer.Typer(
    help="Keys with which platforms send events and read a shop's JSON API.",
    epilog="Example: assistant keys add --shop default --json",
    no_args_is_help=True,
)


@app.command(epilog="Example: assistant keys add --shop default --name ERP --json")
def add(
    shop: Annotated[str, typer.Option(help="the shop it belongs to; made if it is new")] = "default",
    name: Annotated[str, typer.Option(help="what people read of who did it; default: its id", show_default=False)] = "",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Make a key for a shop. It is told this once; only a hash of it is kept."""
    from assistant.cli.shops import made_store
    from assistant.services import keys

    with made_store(database) as opened:
        made = opened.write_now(lambda tx: keys.add(tx, shop, clock(), by=operator(), name=name))
    if json:
        return print_json({"id": made.id, "key": made.key})
    typer.echo(f"id:  {made.id}\nkey: {made.key}")
    typer.echo("Keep the key now: it is not shown again.", err=True)


@app.command("list", epilog="Example: assistant keys list --json")
def list_(database: options.Database = None, json: options.Json = False) -> None:
    """List the keys; the keys themselves are kept nowhere."""
    from assistant.cli.shops import existing_store, scope
    from assistant.services import keys

    with existing_store(database) as opened:
        where = opened.read_now(lambda tx: scope(tx, None))
        found = opened.read_now(keys.every)
    rows: list[dict[str, object]] = [
        {
            "id": key.id,
            "shop": key.shop,
            "name": key.name,
            "created_at": told(key.created_at, where.zone_of(key.shop)),
            "revoked_at": told(key.revoked_at, where.zone_of(key.shop)),
        }
        for key in found
    ]
    if json:
        print_json({"keys": rows})
    else:
        print_table(("id", "shop", "name", "created_at", "revoked_at"), rows)


@app.command(epilog="Example: assistant keys revoke key-0123456789ab")
def revoke(
    id: Annotated[str, typer.Argument(help="as `assistant keys list` shows it")],
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Take a key back: from now on nobody comes in with it."""
    from assistant.cli.shops import existing_store
    from assistant.services import keys

    with existing_store(database) as opened:
        opened.write_now(lambda tx: keys.revoke(tx, id, clock(), by=operator()))
    if json:
        print_json({"id": id})
    else:
        typer.echo(f"{id} is revoked")
