"""`assistant connections`: which chat hosts shops are connected to, and how that fares."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_json, print_table
from assistant.cli.operators import operator
from assistant.cli.times import clock, told

if TYPE_CHECKING:
    from assistant.cli.shops import Scope
    from assistant.store.hosts import Connection

app = typer.Typer(
    help="The chat hosts that shops are connected to.",
    epilog="Example: assistant connections list --json",
    no_args_is_help=True,
)
_SHOWN = ("shop", "host", "state", "address", "last_event_at", "events", "last_error_at", "last_error")


@app.command("list", epilog="Example: assistant connections list --json")
def list_(shop: options.Shop = None, database: options.Database = None, json: options.Json = False) -> None:
    """List connections with their state, last event and last error. Secrets are never shown."""
    from assistant import store
    from assistant.cli.shops import existing_store, scope
    from assistant.settings import read_settings

    with existing_store(database) as opened:
        where = opened.read_now(lambda tx: scope(tx, shop))
        found = opened.read_now(store.hosts.every)
    base = (read_settings().public_url or "").rstrip("/")
    rows = [_row(one, where, clock(), base) for one in found if shop in (None, one.shop)]
    if json:
        print_json({"connections": rows})
    else:
        print_table(_SHOWN, rows)


@app.command(epilog="Example: assistant connections remove matrix --shop default")
def remove(
    host: Annotated[str, typer.Argument(help="as `assistant connections list` shows it")],
    shop: Annotated[str, typer.Option(help="whose connection")] = "default",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Forget a connection and its secrets. Chats and figures stay."""
    from assistant.cli.shops import existing_store
    from assistant.services import hosts

    with existing_store(database) as opened:
        opened.write_now(lambda tx: hosts.remove(tx, shop, host, clock(), by=operator()))
    if json:
        print_json({"shop": shop, "host": host})
    else:
        typer.echo(f"{shop} is no longer connected to {host}")


def _row(one: Connection, where: Scope, now: datetime, base: str) -> dict[str, object]:
    from assistant.connectors.registry import CONNECTORS

    zone, connector = where.zone_of(one.shop), CONNECTORS.get(one.host)
    called = connector is not None and connector.take is not None
    return {
        "shop": one.shop,
        "host": one.host,
        "state": _state(one, now),
        "settings": one.settings,
        "address": f"{base}/hooks/{one.id}" if called else None,
        "connected_at": told(one.made_at, zone),
        "last_event_at": told(one.heard_at, zone),
        "events": one.heard,
        "last_error_at": told(one.failed_at, zone),
        "last_error": one.failure,
    }


def _state(one: Connection, now: datetime) -> str:
    """`reading` while a node holds it, `failing` when its last word was an error, `waiting` for calls or for a node."""
    if one.failing:
        return "failing"
    reading = one.held_by is not None and one.held_until is not None and one.held_until > now
    return "reading" if reading else "waiting"
