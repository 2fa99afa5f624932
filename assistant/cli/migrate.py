"""`assistant migrate`: makes or updates the tables of a database."""

from __future__ import annotations

import typer

from assistant.cli import options

app = typer.Typer()


@app.command(epilog="Example: assistant migrate --database sqlite:///shop.db")
def migrate(database: options.Database = None) -> None:
    """Make or update the tables of a database. `serve` and `demo` do so by themselves when they start."""
    from assistant import app as composition
    from assistant.settings import read_settings

    url = composition.database_url(read_settings(database=database))
    composition.migrate(url)
    typer.echo("the database is up to date", err=True)
