"""`assistant scripts`: the trainers' tables to a file and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_json
from assistant.cli.keys import made_store
from assistant.cli.refusals import REFUSED
from assistant.cli.times import clock
from assistant.domain.errors import InvalidInput

app = typer.Typer(
    help="The trainers' tables to a file and back: YAML, CSV or XLSX by the file's ending.",
    epilog="Example: assistant scripts export scripts.xlsx",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(help="ends in .yaml, .csv or .xlsx")]
Shop = Annotated[str, typer.Option(help="whose tables")]


@app.command("export", epilog="Example: assistant scripts export scripts.xlsx --shop default")
def export_(file: File, shop: Shop = "default", database: options.Database = None, json: options.Json = False) -> None:
    """Write a shop's newest tables to a file. Nothing is lost: `import` reads the same tables back."""
    from assistant.cli.shops import existing_store
    from assistant.services import exchange

    with existing_store(database) as opened:
        content = exchange.write(opened.read_now(lambda tx: exchange.published(tx, shop)), file.name)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise InvalidInput(f"cannot write {file}: {error.strerror}") from error
    if json:
        print_json({"file": str(file), "shop": shop})
    else:
        typer.echo(f"{file} holds the tables of {shop}")


@app.command("import", epilog="Example: assistant scripts import scripts.xlsx --note 双十一话术")
def import_(
    file: File,
    shop: Shop = "default",
    note: Annotated[str, typer.Option(help="what changed, for the list of versions")] = "",
    author: Annotated[str, typer.Option(help="who publishes")] = "trainer",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Publish the tables in a file as the newest version of a shop.

    Checked first: with any complaint nothing is published and the exit code is 1. Tables that the file lacks come
    from the shipped ones.
    """
    from assistant.app import tables
    from assistant.services import exchange
    from assistant.services.scripts import prepare
    from assistant.settings import read_settings

    scripts, complaints = exchange.read(_content(file), file.name, tables(read_settings()))
    for each in complaints:
        advice = f" — {each.advice}" if each.advice else ""
        typer.echo(f"{each.file}:{each.line}:{each.column}: {each.message}{advice}", err=True)
    if complaints:
        raise typer.Exit(REFUSED)
    prepared = prepare(scripts)
    with made_store(database) as opened:
        version = opened.write_now(
            lambda tx: exchange.publish_all(tx, shop, prepared, clock(), author=author, note=note or file.name)
        )
    if json:
        print_json({"shop": shop, "version": version})
    else:
        typer.echo(f"version {version} of {shop} is published")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"cannot read {file}: {error.strerror}") from error
