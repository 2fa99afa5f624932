"""`assistant buyers`: what is kept of one person is written out, or erased."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_json
from assistant.cli.operators import operator
from assistant.cli.times import clock
from assistant.domain.errors import InvalidInput

app = typer.Typer(
    help="One person's data: written out as a whole, erased for good.",
    epilog="Example: assistant buyers export tb_20881 --shop default",
    no_args_is_help=True,
)
_Id = Annotated[str, typer.Argument(metavar="BUYER", help="the platform's id of the buyer")]
_Shop = Annotated[str | None, typer.Option(help="only in this shop", show_default=False)]


@app.command(epilog="Example: assistant buyers export tb_20881 --shop default > tb_20881.json")
def export(
    buyer: _Id, shop: _Shop = None, platform: options.Platform = None, database: options.Database = None
) -> None:
    """Write everything kept of a buyer as one JSON document. That it was written out is recorded."""
    from assistant.cli.shops import existing_store
    from assistant.services import personal_data

    with existing_store(database) as opened:
        found = opened.write_now(
            lambda tx: personal_data.export(tx, buyer, clock(), by=operator(), shop=shop, platform=platform)
        )
    print_json(_plain(found))


@app.command(epilog="Example: assistant buyers erase tb_20881 --shop default")
def erase(
    buyer: _Id,
    shop: _Shop = None,
    platform: options.Platform = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Erase a buyer everywhere. Figures stay as they are; backups made before still hold the person."""
    from assistant.cli.shops import existing_store
    from assistant.services import personal_data

    with existing_store(database) as opened:
        known = opened.read_now(lambda tx: personal_data.find(tx, buyer, shop, platform))
        if known is not None and not yes:
            _confirm(buyer, known.shop, known.platform)
        gone = opened.write_now(
            lambda tx: personal_data.erase(tx, buyer, clock(), by=operator(), shop=shop, platform=platform)
        )
    if json:
        return print_json({"buyer": buyer, "erased": gone is not None})
    typer.echo(f"{buyer} is erased" if gone else f"there is no buyer {buyer} (any more): nothing was changed")


def _confirm(buyer: str, shop: str, platform: str) -> None:
    if not sys.stdin.isatty():
        raise InvalidInput("erasing cannot be taken back: say --yes where nobody can be asked")
    typer.confirm(f"Erase {buyer} of {platform} in {shop} for good?", abort=True, err=True)


def _plain(value: object) -> object:
    """Times as text, all else as it is."""
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, datetime) else value
