"""`assistant subscriptions`: who is told of a shop's facts, by signed webhooks."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_json, print_table
from assistant.cli.operators import operator
from assistant.cli.times import clock, told

if TYPE_CHECKING:
    from assistant.cli.shops import Scope
    from assistant.store.subscriptions import DeadLetter, Subscription

app = typer.Typer(
    help="Who is told of a shop's facts, by signed webhooks.",
    epilog="Example: assistant subscriptions add https://example.com/facts --fact order.paid",
    no_args_is_help=True,
)
Shop = Annotated[str, typer.Option(help="whose facts")]
_SHOWN = ("id", "shop", "address", "facts", "state", "told", "last_told_at", "behind", "last_error_at", "last_error")
_DEAD = ("id", "subscription", "facts", "at", "error")


@app.command(epilog="Example: assistant subscriptions add https://example.com/facts --fact order.paid --json")
def add(
    address: Annotated[str, typer.Argument(help="where facts are posted to, https://…")],
    fact: Annotated[
        list[str] | None,
        typer.Option(help="a fact to tell, e.g. order.paid; may be given again; default: all", show_default=False),
    ] = None,
    shop: Shop = "default",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Tell an address of a shop's facts from now on. The secret it is signed with is shown this once."""
    from assistant.cli.shops import existing_store
    from assistant.services import subscriptions

    with existing_store(database) as opened:
        id, secret = opened.write_now(
            lambda tx: subscriptions.subscribe(tx, shop, address, fact or [], clock(), by=operator())
        )  # fmt: skip
    if json:
        return print_json({"id": id, "shop": shop, "address": address, "facts": fact or [], "secret": secret})
    typer.echo(f"id:     {id}\nsecret: {secret}")
    typer.echo("Keep the secret now: it is not shown again.", err=True)


@app.command("list", epilog="Example: assistant subscriptions list --json")
def list_(shop: options.Shop = None, database: options.Database = None, json: options.Json = False) -> None:
    """List subscriptions with what they were told and what went wrong, and their dead letters."""
    from assistant import store
    from assistant.cli.shops import existing_store, scope

    with existing_store(database) as opened:
        where = opened.read_now(lambda tx: scope(tx, shop))
        newest = opened.read_now(store.subscriptions.newest_fact)
        found = [one for one in opened.read_now(store.subscriptions.every) if shop in (None, one.shop)]
        shops = dict.fromkeys(one.shop for one in found)
        dead = [one for name in shops for one in opened.read_now(partial(store.subscriptions.dead, shop=name))]
    rows, letters = [_row(one, newest, where) for one in found], [_letter(one, where) for one in dead]
    if json:
        return print_json({"subscriptions": rows, "dead_letters": letters})
    print_table(_SHOWN, rows)
    if letters:
        typer.echo("\nnever taken; tell them again with: assistant subscriptions replay ID")
        print_table(_DEAD, letters)


@app.command(epilog="Example: assistant subscriptions remove 3 --shop default")
def remove(
    id: Annotated[int, typer.Argument(help="as `assistant subscriptions list` shows it")],
    shop: Shop = "default",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Tell an address nothing any more, and forget its dead letters."""
    from assistant.cli.shops import existing_store
    from assistant.services import subscriptions

    with existing_store(database) as opened:
        opened.write_now(lambda tx: subscriptions.unsubscribe(tx, shop, id, clock(), by=operator()))
    if json:
        print_json({"id": id})
    else:
        typer.echo(f"subscription {id} is removed")


@app.command(epilog="Example: assistant subscriptions replay 12 --shop default")
def replay(
    id: Annotated[int, typer.Argument(help="of the dead letter, as `assistant subscriptions list` shows it")],
    shop: Shop = "default",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Tell the facts of a dead letter again; it goes away once they are taken."""
    from assistant.cli.shops import existing_store
    from assistant.connectors.subscriptions import Post
    from assistant.services import subscriptions
    from assistant.settings import read_settings

    post = Post(private=read_settings().private_webhooks)
    with existing_store(database) as opened:
        count = asyncio.run(subscriptions.replay(opened, post, shop, id, clock()))
    if json:
        print_json({"id": id, "facts": count})
    else:
        typer.echo(f"{count} facts were told again")


def _row(one: Subscription, newest: int, where: Scope) -> dict[str, object]:
    zone = where.zone_of(one.shop)
    return {
        "id": one.id,
        "shop": one.shop,
        "address": one.address,
        "facts": one.facts or ["*"],
        "state": "failing" if one.failure else "telling",
        "told": one.told,
        "last_told_at": told(one.told_at, zone),
        "behind": max(0, newest - one.cursor),
        "last_error_at": told(one.failed_at, zone),
        "last_error": one.failure,
    }


def _letter(one: DeadLetter, where: Scope) -> dict[str, object]:
    at = told(one.at, where.zone_of(one.shop))
    return {
        "id": one.id,
        "shop": one.shop,
        "subscription": one.subscription,
        "facts": one.count,
        "at": at,
        "error": one.failure,
    }
