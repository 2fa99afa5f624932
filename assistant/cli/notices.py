"""`assistant notices`: what all agents of a shop are told for a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from assistant.cli import options
from assistant.cli.answers import print_json, print_table
from assistant.cli.times import told
from assistant.domain.errors import InvalidInput
from assistant.domain.moments import moment

if TYPE_CHECKING:
    from assistant.domain.notices import Withdraws
    from assistant.services.desks import Desks
    from assistant.services.notices import RowView

app = typer.Typer(
    help="What all agents of a shop are told for a day, and which replies it withdraws.",
    epilog="Example: assistant notices add 赠品已送完 --handbook gift_rule",
    no_args_is_help=True,
)

T = TypeVar("T")
Shop = Annotated[str, typer.Option(help="whose agents")]
Names = list[str] | None


def _many(what: str) -> object:
    return typer.Option(help=f"{what} to withdraw; may be given again", show_default=False)


@app.command(epilog="Example: assistant notices add 赠品已送完 --handbook gift_rule --json")
def add(
    text: Annotated[str, typer.Argument(help="one line, e.g. 发货改48小时")],
    until: Annotated[
        str | None,
        typer.Option(metavar="T", help="when it ends; default: the end of the shop's day", show_default=False),
    ] = None,
    handbook: Annotated[Names, _many("a handbook entry: all replies that use it")] = None,
    situation: Annotated[Names, _many("a situation")] = None,
    reply: Annotated[Names, _many("a reply, situation/reply,")] = None,
    quick_reply: Annotated[Names, _many("a quick reply")] = None,
    author: Annotated[str, typer.Option(help="who says so, as agents see it")] = "店长",
    shop: Shop = "default",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Tell all agents of a shop something, in every open sidebar within a second.

    Replies it withdraws cannot be inserted as long as it stands.
    """
    from assistant.services import notices

    gone = _withdraws(handbook=handbook, situations=situation, replies=reply, quick_replies=quick_reply)

    def work(desks: Desks, now: datetime) -> int:
        at = desks.write_now(shop, now, lambda desk: desk.shop)
        end = moment(until, at.timezone) if until else None
        return desks.write_now(
            shop, now, lambda desk: notices.post(desk, text, author=author, ends_at=end, withdraws=gone)
        )

    id = _at_work(database, shop, work)
    if json:
        print_json({"id": id, "shop": shop})
    else:
        typer.echo(f"notice {id} is posted in {shop}")


@app.command("list", epilog="Example: assistant notices list --shop default --json")
def list_(shop: Shop = "default", database: options.Database = None, json: options.Json = False) -> None:
    """List the newest notices of a shop: whether they stand, what they withdraw, who has read them and who has not."""
    from assistant.services import notices

    def work(desks: Desks, now: datetime) -> list[dict[str, object]]:
        at = desks.write_now(shop, now, lambda desk: desk.shop)
        view = desks.store.read_now(lambda tx: notices.page(tx, at, now))
        return [_row(row, at.timezone) for row in view.rows]

    rows = _at_work(database, shop, work)
    if json:
        print_json({"notices": rows})
    else:
        print_table(("id", "text", "author", "state", "ends_at", "withdraws", "read", "unread"), rows)


@app.command(epilog="Example: assistant notices end 3 --shop default")
def end(
    id: Annotated[int, typer.Argument(help="as `assistant notices list` shows it")],
    author: Annotated[str, typer.Option(help="who says so")] = "店长",
    shop: Shop = "default",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Take a notice back: what it withdrew may be said again."""
    from assistant.services import notices

    def work(desks: Desks, now: datetime) -> None:
        desks.write_now(shop, now, lambda desk: notices.end(desk, id, by=author))

    _at_work(database, shop, work)
    if json:
        print_json({"id": id, "shop": shop})
    else:
        typer.echo(f"notice {id} is ended")


def _withdraws(**named: Names) -> Withdraws:
    from assistant.domain.notices import MOST_WITHDRAWN, Withdraws

    if any(len(names or ()) > MOST_WITHDRAWN for names in named.values()):
        raise InvalidInput(f"a notice withdraws at most {MOST_WITHDRAWN} of each kind")
    return Withdraws.model_validate({kind: tuple(names or ()) for kind, names in named.items()})


def _at_work(database: str | None, shop: str, work: Callable[[Desks, datetime], T]) -> T:
    """Work in a shop that exists, at its own clock's moment: the demo's runs differently."""
    from assistant.cli.shops import existing_desks
    from assistant.services.clocks import clock_of

    with existing_desks(database, shop) as desks:
        return work(desks, desks.store.read_now(clock_of).now())


def _row(row: RowView, zone: tzinfo) -> dict[str, object]:
    return {
        "id": row.id,
        "text": row.text,
        "author": row.author,
        "state": row.state,
        "posted_at": told(datetime.fromtimestamp(row.posted_at, zone), zone),
        "ends_at": told(datetime.fromtimestamp(row.ends_at, zone), zone),
        "withdraws": [f"{one.kind}:{one.name}" for one in row.withdrawn],
        "read": [reader.agent for reader in row.read],
        "unread": [reader.agent for reader in row.unread],
    }
