"""`assistant scripts`: the trainers' tables to a file and back."""

from __future__ import annotations

import typer

app = typer.Typer(help="The trainers' tables to a file and back.", no_args_is_help=True)


@app.callback()
def scripts() -> None:
    """The trainers' tables to a file and back."""
