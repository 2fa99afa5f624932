"""The commands: reads what was typed, calls one service, prints the answer. Not for deciding anything.

Files here import only what is cheap at the top, and the rest inside the command: so `--help` answers at once.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper

import typer

from assistant.cli import (
    check,
    demo,
    evidence,
    facts,
    follow_ups,
    keys,
    kpi,
    migrate,
    notices,
    replay,
    scripts,
    serve,
    suggest,
    users,
)
from assistant.cli.refusals import Commands

app = typer.Typer(
    cls=Commands,
    help="A service beside the chat: who the buyer is, what to say now, what to come back to.",
    epilog="Begin with: assistant demo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for part in (demo, serve, check, suggest, replay, kpi, facts, evidence, migrate):
    app.add_typer(part.app)
app.add_typer(follow_ups.app, name="follow-ups")
app.add_typer(scripts.app, name="scripts")
app.add_typer(users.app, name="users")
app.add_typer(keys.app, name="keys")
app.add_typer(notices.app, name="notices")


def main() -> None:
    """The command `assistant`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    app(prog_name="assistant")
