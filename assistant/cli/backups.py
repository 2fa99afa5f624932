"""`assistant backup` and `assistant restore`: a copy of everything the service keeps, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import options
from assistant.cli.progress import progress_bar

app = typer.Typer()


@app.command(epilog="Example: assistant backup shop-2026-11-11.backup --database sqlite:///shop.db")
def backup(
    file: Annotated[Path, typer.Argument(help="the file to make; it must not be there yet")],
    database: options.Database = None,
) -> None:
    """Copy the whole database into one file, also while the service runs.

    The copy is as of one moment, and checked. It holds personal data and secrets: keep it like the database.
    """
    from assistant.app import backups, database_url
    from assistant.settings import read_settings

    url = database_url(read_settings(database=database))
    with progress_bar("pages") as told:
        backups.back_up(url, file, told)
    typer.echo(f"{file}: {file.stat().st_size / 1e6:.1f} MB, checked", err=True)


@app.command(epilog="Example: assistant restore shop-2026-11-11.backup --database sqlite:///restored.db")
def restore(
    file: Annotated[Path, typer.Argument(help="what `assistant backup` made")],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="replace the database that is there")] = False,
    database: options.Database = None,
) -> None:
    """Make a database what a backup says; nobody may use it meanwhile."""
    from assistant.app import backups, database_url
    from assistant.settings import read_settings

    url = database_url(read_settings(database=database))
    with progress_bar("pages") as told:
        backups.restore(file, url, told, overwrite=overwrite)
    typer.echo("restored; the service brings it up to date when it starts", err=True)
