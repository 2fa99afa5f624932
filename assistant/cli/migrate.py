"""`assistant migrate`: makes or updates the tables of a database."""

from __future__ import annotations

import typer

from assistant.cli import options

app = typer.Typer()


@app.command(epilog="Example: assistant migrate --database sqlite:///shop.db")
def migrate(database: options.Database = None) -> None:
    """Make or update the tables of a database. `serve` and `demo` do so by themselves when they start."""
    from assistant.app import database_url
    from assistant.settings import read_settings
    from assistant.store import migrations

    migrations.migrate(database_url(read_settings(database=database)))
    typer.echo("the database is up to date", err=True)
