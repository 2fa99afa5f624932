"""`assistant back-test`: what other tables would have done with the same chats."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import options
from assistant.cli.answers import print_json, print_table
from assistant.cli.files import event_lines
from assistant.cli.progress import progress_bar
from assistant.cli.times import LATELY, clock, period
from assistant.domain.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.domain.back_tests import Comparison, Turn
    from assistant.domain.scripts import Scripts

app = typer.Typer()


@app.command(
    "back-test",
    epilog="Example: assistant back-test --from 2026-11-04 --to 2026-11-11 --scenarios draft    "
    "or: assistant back-test week.jsonl --scenarios draft --json",
)
def back_test(
    scenarios: Annotated[
        Path, typer.Option(metavar="DIR", help="the tables to try; what it lacks is taken from the shipped ones")
    ],
    events: Annotated[
        Path | None, typer.Argument(metavar="EVENTS.jsonl", help="recorded events; without it the shop's own chats")
    ] = None,
    start: options.FromLately = None,
    end: options.To = None,
    shop: Annotated[str, typer.Option(help="whose chats and whose published tables")] = "default",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Play chats again with two sets of tables and tell the difference.

    A shop's own chats are compared with its published tables, a file with the shipped ones. Everything happens in
    databases of its own that are thrown away: nothing live is touched.
    """
    from assistant.app import tables
    from assistant.settings import read_settings

    settings = read_settings()
    after, shipped = tables(settings, scenarios), tables(settings)
    if events is not None:
        lines, before = tuple(event_lines(events)), shipped
    else:
        lines, before = _own(database, shop, start, end)
    if not lines:
        raise InvalidInput("nothing happened in this period: choose another one with --from and --to")
    found = _compared(lines, before, after, shipped)
    if json:
        return print_json(document(found))
    _print(found)


def _own(database: str | None, shop: str, start: str | None, end: str | None) -> tuple[tuple[str, ...], Scripts]:
    """The shop's chats of a period, and its published tables."""
    from assistant.cli.shops import existing_store, scope
    from assistant.services import exchange, recorded

    with existing_store(database) as opened:
        first, last = period(start, end, opened.read_now(lambda tx: scope(tx, shop)).zone, clock(), days=LATELY)
        recording = opened.read_now(lambda tx: recorded.recording(tx, shop, first, last))
        published = opened.read_now(lambda tx: exchange.published(tx, shop))
    if recording.cut:
        typer.echo(f"only the first {len(recording.lines)} events of the period are played", err=True)
    return recording.lines, published


def _compared(lines: Sequence[str], before: Scripts, after: Scripts, shipped: Scripts) -> Comparison:
    from assistant.services.back_tests import run

    with progress_bar("percent", 100) as show:
        return run(lines, before, after, shipped, lambda share: show(round(share * 100)) is None)


def document(found: Comparison) -> dict[str, Any]:
    """The comparison as JSON; pairs are (before, after)."""
    return {
        "before": asdict(found.before),
        "after": asdict(found.after),
        "changed": found.changed,
        "situations": [
            {
                "situation": shift.situation,
                "before": shift.before,
                "after": shift.after,
                "gained": list(map(_turn, shift.gained)),
                "lost": list(map(_turn, shift.lost)),
            }
            for shift in found.shifts
        ],
        "follow_ups": [
            {"touchpoint": touchpoint, "state": state, "before": before, "after": after}
            for (touchpoint, state), (before, after) in found.follow_ups.items()
        ],
        "hits": [{"code": code, "before": before, "after": after} for code, (before, after) in found.hits.items()],
    }


def _turn(turn: Turn) -> dict[str, Any]:
    offered = [[f"{offer.situation}/{offer.reply}" for offer in run.offers] for run in (turn.before, turn.after)]
    return {
        "conversation": turn.before.conversation,
        "run": list(turn.before.texts),
        "before": offered[0],
        "after": offered[1],
        "said": turn.before.said,
    }


def _print(found: Comparison) -> None:
    for name in ("runs", "offered", "silent", "answered", "agreeing"):
        typer.echo(f"{name}: {getattr(found.before, name)} → {getattr(found.after, name)}")
    typer.echo(f"runs that came out differently: {found.changed}")
    moved = [shift for shift in found.shifts if shift.gained or shift.lost]
    rows = [{"situation": s.situation, "before": s.before, "after": s.after, "words": _words(s)} for s in moved]
    print_table(("situation", "before", "after", "words"), rows)


def _words(shift: Any) -> str:
    turns = [("+", turn) for turn in shift.gained[:2]] + [("−", turn) for turn in shift.lost[:2]]
    return "  ".join(f"{sign}「{turn.before.texts[-1]}」" for sign, turn in turns)
