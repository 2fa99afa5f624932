"""The commands: reads what was typed, calls one service, prints the answer. Not for deciding anything.

Files here import only what is cheap at the top, and the rest inside the command: so `--help` answers at once.
"""

from __future__ import annotations

import sys
from io import TextIOWrapper

import typer

from assistant.cli import (
    back_test,
    backups,
    buyers,
    check,
    connect,
    connections,
    demo,
    evidence,
    facts,
    follow_ups,
    gaps,
    keys,
    kpi,
    migrate,
    notices,
    platforms,
    replay,
    report,
    scripts,
    serve,
    subscriptions,
    suggest,
    teams,
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
for part in (
    demo,
    serve,
    check,
    suggest,
    replay,
    back_test,
    report,
    facts,
    evidence,
    gaps,
    migrate,
    backups,
    connect,
):
    app.add_typer(part.app)
app.add_typer(kpi.app, name="kpi")
app.add_typer(follow_ups.app, name="follow-ups")
app.add_typer(scripts.app, name="scripts")
app.add_typer(users.app, name="users")
app.add_typer(teams.app, name="teams")
app.add_typer(platforms.app, name="platforms")
app.add_typer(keys.app, name="keys")
app.add_typer(buyers.app, name="buyers")
app.add_typer(connections.app, name="connections")
app.add_typer(subscriptions.app, name="subscriptions")
app.add_typer(notices.app, name="notices")


def main() -> None:
    """The command `assistant`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8")
    app(prog_name="assistant")
