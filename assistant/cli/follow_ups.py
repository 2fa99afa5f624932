"""`assistant follow-ups`: every follow-up with its times, state and reason; and passing them on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_csv, print_json, print_table
from assistant.cli.refusals import REFUSED
from assistant.cli.times import told
from assistant.domain.errors import InvalidInput

app = typer.Typer(
    invoke_without_command=True, epilog="Example: assistant follow-ups --database sqlite:///shop.db --json"
)

NAMES = (
    "id", "touchpoint", "shop", "platform", "conversation", "buyer", "order", "agent", "armed_at", "due_at",
    "state", "closed_at", "reason", "text", "promised", "promised_by", "handed_by",
)  # fmt: skip
TIMES = ("armed_at", "due_at", "closed_at")


@app.callback(epilog="Example: assistant follow-ups --database sqlite:///shop.db --json")
def follow_ups(
    context: typer.Context,
    database: options.Database = None,
    shop: options.Shop = None,
    state: Annotated[
        str | None, typer.Option(help="only this state, e.g. armed, due, done, cancelled", show_default=False)
    ] = None,
    json: options.Json = False,
    csv: options.Csv = False,
) -> None:
    """List every follow-up.

    What it is about, when its clock runs out, what became of it and why.
    """
    if context.invoked_subcommand is not None:
        if any((database, shop, state, json, csv)):
            raise InvalidInput(f"write options behind the command: assistant follow-ups {context.invoked_subcommand} …")
        return
    from assistant.cli.shops import existing_store, scope
    from assistant.domain.follow_ups import STATES
    from assistant.domain.problems import proposal
    from assistant.store.kpi import follow_up_list

    if state is not None and state not in STATES:
        raise InvalidInput(f"--state: {state!r} is no state of a follow-up: {proposal(state, STATES)}")
    with existing_store(database) as opened:
        where = opened.read_now(lambda tx: scope(tx, shop))
        found = opened.read_now(lambda tx: follow_up_list(tx, shop))
    rows = []
    for each in found:
        row = asdict(each)
        zone = where.zone_of(each.shop)
        rows.append({**row, **{name: told(row[name], zone) for name in TIMES}})
    rows = [row for row in rows if state in (None, row["state"])]
    if json:
        print_json({"follow_ups": rows})
    elif csv:
        print_csv(NAMES, rows)
    else:
        print_table(("id", "touchpoint", "buyer", "order", "agent", "due_at", "state", "reason"), rows)


@app.command("hand-over", epilog="Example: assistant follow-ups hand-over xiaoyu xiaoli --shop default")
def hand_over(
    agent: Annotated[str, typer.Argument(help="whose open follow-ups are passed on")],
    to: Annotated[str | None, typer.Argument(help="the colleague who takes over", show_default=False)] = None,
    anyone: Annotated[bool, typer.Option("--anyone", help="no colleague in particular: whoever comes first")] = False,
    shop: Annotated[str, typer.Option(help="the shop they work for")] = "default",
    yes: Annotated[bool, typer.Option("--yes", help="do not ask first")] = False,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Pass an agent's open follow-ups, promises among them, on to a colleague.

    Says how many there are and asks before anything moves. The chats that are the agent's go along.
    """
    from assistant.cli.shops import existing_desks
    from assistant.cli.times import clock
    from assistant.services import handovers

    if (to is None) != anyone:
        raise InvalidInput("name the colleague who takes over, or say --anyone")
    with existing_desks(database, shop) as desks:
        found = desks.store.read_now(lambda tx: handovers.load(tx, shop, agent))
        question = (
            f"{found.open} follow-ups of {agent} ({found.promises} promises, {found.due} due) go to {to or 'anyone'}"
        )
        if not yes and not typer.confirm(f"{question}. Pass them on?", err=True):
            raise typer.Exit(REFUSED)
        passed = desks.write_now(shop, clock(), lambda desk: handovers.pass_on(desk, agent, to, by="command line"))
    if json:
        return print_json(asdict(passed))
    typer.echo(f"{len(passed.follow_ups)} follow-ups in {passed.chats} chats were passed on; {passed.left} are left")
