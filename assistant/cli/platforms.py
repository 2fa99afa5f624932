"""`assistant platforms`: by which rules each platform's figures are counted, and from which day on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_json, print_table
from assistant.cli.operators import operator
from assistant.domain.moments import moment

if TYPE_CHECKING:
    from assistant import store

app = typer.Typer(
    help="Rules by which each platform's figures are counted, as a shop has set them.",
    epilog="Example: assistant platforms set taobao window 08:00-24:00 --source 规则中心 --as-of 2026-11",
    no_args_is_help=True,
)
Shop = Annotated[str, typer.Option(help="whose rules")]
SHIPPED = "default"


@app.command("list", epilog="Example: assistant platforms list taobao --json")
def list_(
    platform: Annotated[str, typer.Argument(help="which one; all if left out")] = "",
    shop: Shop = "default",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """List the rules that hold today, and where they come from."""
    from assistant.cli.shops import existing_store, scope
    from assistant.domain.platforms import PROFILES
    from assistant.services import platforms
    from assistant.services.clocks import clock_of

    def read(tx: store.Transaction) -> list[dict[str, object]]:
        scope(tx, shop)
        now = clock_of(tx).now()
        views = [platforms.view(tx, shop, one, now) for one in ([platform] if platform else PROFILES)]
        return [
            {
                "platform": view.platform,
                "rule": one.name,
                "value": one.value,
                "default": one.shipped,
                "source": one.source.name,
                "as_of": one.source.as_of,
            }
            for view in views
            for one in view.settings
        ]

    with existing_store(database) as opened:
        rows = opened.read_now(read)
    if json:
        print_json({"rules": rows})
    else:
        print_table(("platform", "rule", "value", "default", "source", "as_of"), rows)


@app.command("set", epilog="Example: assistant platforms set jd session_gap 30 --source 规则中心 --as-of 2026-11")
def set_(
    platform: Annotated[str, typer.Argument(help="which one, e.g. taobao")],
    rule: Annotated[str, typer.Argument(help="its name as `list` prints it")],
    value: Annotated[str, typer.Argument(help="as `list` prints it, or `default`: the shipped one again")],
    source: Annotated[str, typer.Option(help="by what text")],
    as_of: Annotated[str, typer.Option(help="of when that text is, e.g. 2026-11")],
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="from this day on; default: today", show_default=False)
    ] = None,
    past: Annotated[bool, typer.Option(help="a day that is over is meant: its figures change")] = False,
    shop: Shop = "default",
    database: options.Database = None,
) -> None:
    """Say by which rule a platform counts from a day on.

    Figures of days before stay as they were. What comes out differently is worked out anew by the service.
    """
    from assistant.app import tables
    from assistant.cli.shops import existing_store, scope
    from assistant.domain.platforms import Source
    from assistant.services import platforms
    from assistant.services.clocks import clock_of
    from assistant.services.desks import Desks
    from assistant.services.scripts import Library
    from assistant.settings import read_settings

    named, meant = Source(source, as_of), None if value == SHIPPED else value
    with existing_store(database) as opened:
        zone = opened.read_now(lambda tx: scope(tx, shop)).zone
        now = opened.read_now(clock_of).now()
        day = (moment(since, zone) if since else now).astimezone(zone).date()
        Desks(opened, Library(tables(read_settings()))).write_now(
            shop,
            now,
            lambda desk: platforms.change(desk, platform, rule, meant, day, named, by=operator(), past=past),
        )
