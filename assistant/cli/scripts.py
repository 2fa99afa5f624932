"""`assistant scripts`: the trainers' tables to a file and back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_json
from assistant.cli.refusals import REFUSED
from assistant.cli.times import clock, told
from assistant.domain.errors import InvalidInput

app = typer.Typer(
    help="The trainers' tables to a file and back: YAML, CSV or XLSX by the file's ending.",
    epilog="Example: assistant scripts export scripts.xlsx",
    no_args_is_help=True,
)

File = Annotated[Path, typer.Argument(help="ends in .yaml, .csv or .xlsx")]
Shop = Annotated[str, typer.Option(help="whose tables")]


@app.command("export", epilog="Example: assistant scripts export scripts.xlsx --shop default")
def export_(
    file: File,
    shop: Shop = "default",
    version: Annotated[int | None, typer.Option(help="which version; without it the newest")] = None,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Write a version of a shop's tables to a file. Nothing is lost: `import` reads the same tables back."""
    from assistant.cli.shops import existing_store
    from assistant.services import exchange

    with existing_store(database) as opened:
        content = exchange.write(opened.read_now(lambda tx: exchange.published(tx, shop, version)), file.name)
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
    from assistant.cli.shops import made_store
    from assistant.services import exchange
    from assistant.services.scripts import prepare
    from assistant.settings import read_settings

    scripts, complaints = exchange.read(_content(file), file.name, tables(read_settings()))
    for each in complaints:
        typer.echo(str(each), err=True)
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


@app.command("versions", epilog="Example: assistant scripts versions --shop default")
def versions_(shop: Shop = "default", database: options.Database = None, json: options.Json = False) -> None:
    """List what was published, newest first: when, by whom, why."""
    from assistant.cli.shops import existing_store, scope
    from assistant.services import drafts

    with existing_store(database) as opened:
        zone = opened.read_now(lambda tx: scope(tx, shop)).zone
        found, cut = opened.read_now(lambda tx: drafts.versions(tx, shop))
    if json:
        listed = [{**asdict(one), "published_at": told(one.published_at, zone)} for one in found]
        return print_json({"shop": shop, "versions": listed, "cut": cut})
    for one in found:
        marks = [f"version {one.back_to} put back"] if one.back_to else []
        marks += [f"approved by {one.approved_by}"] if one.approved_by else ["urgent"] if one.urgent else []
        typer.echo(
            "  ".join(
                [
                    f"{one.version:>4}  {one.published_at.astimezone(zone):%Y-%m-%d %H:%M}  {one.author}",
                    one.note,
                    *marks,
                ]
            )
        )
    if cut:
        typer.echo(f"only the newest {len(found)} are listed", err=True)


@app.command("roll-back", epilog="Example: assistant scripts roll-back 3 --note 改错了")
def roll_back(
    version: Annotated[int, typer.Argument(help="which version to put back")],
    shop: Shop = "default",
    note: Annotated[str, typer.Option(help="why, for the list of versions")] = "",
    author: Annotated[str, typer.Option(help="who puts it back")] = "trainer",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Publish an earlier version again. The running service uses it within two seconds; nothing is lost."""
    from assistant.cli.shops import existing_desks
    from assistant.services import drafts

    with existing_desks(database, shop) as desks:
        made = desks.write_now(shop, clock(), lambda desk: drafts.roll_back(desk, version, author=author, note=note))
    if json:
        print_json({"shop": shop, "version": made, "back_to": version})
    else:
        typer.echo(f"version {version} of {shop} is in use again, as version {made}")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"cannot read {file}: {error.strerror}") from error
