"""`assistant gaps`: what buyers asked and agents answered by hand because the tables had nothing to say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import options
from assistant.cli.answers import print_json, print_table
from assistant.cli.times import LATELY, clock, period

if TYPE_CHECKING:
    from assistant.domain.gaps import Gap

app = typer.Typer()


@app.command(epilog="Example: assistant gaps --from 2026-11-04 --to 2026-11-11 --json")
def gaps(
    start: options.FromLately = None,
    end: options.To = None,
    shop: Annotated[str, typer.Option(help="whose chats")] = "default",
    least: Annotated[int, typer.Option(min=2, help="only what was asked at least so often")] = 3,
    limit: Annotated[int, typer.Option(min=1, help="how many are listed, the most frequent ones")] = 30,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """List what the tables lack: runs of a buyer for which nothing was offered, or all of it dismissed, and which a
    person answered in her own words, gathered by meaning. Personal data is masked. Nothing is learnt by itself.
    """
    from assistant import store
    from assistant.cli.shops import existing_store, scope
    from assistant.domain.gaps import find
    from assistant.services import gap_findings

    with existing_store(database) as opened:
        first, last = period(start, end, opened.read_now(lambda tx: scope(tx, shop)).zone, clock(), days=LATELY)
        runs = opened.read_now(lambda tx: store.recorded.runs(tx, shop, first, last))
        _, recogniser = opened.read_now(lambda tx: gap_findings.published(tx, shop))
    found, cut = find(runs, recogniser, least=least)
    rows = [_row(gap) for gap in found[:limit]]
    if json:
        return print_json({"gaps": rows, "total": len(found), "cut": cut})
    flat = [{**row, "phrases": "\n".join(row["phrases"]), "answers": _told(row)} for row in rows]
    print_table(("runs", "conversations", "phrases", "answers"), flat)
    if len(found) > limit:
        typer.echo(f"{limit} of {len(found)} are listed: give --limit", err=True)
    if cut:
        typer.echo("only the latest runs were looked at: give a shorter --from … --to", err=True)


def _row(gap: Gap) -> dict[str, Any]:
    from assistant.domain.masking import masked

    return {
        "runs": gap.runs,
        "conversations": gap.conversations,
        "phrases": [masked(text) for text in gap.phrases],
        "answers": [{"text": masked(answer.text), "times": answer.times} for answer in gap.answers],
    }


def _told(row: dict[str, Any]) -> str:
    return "\n".join(f"{answer['times']}× {answer['text']}" for answer in row["answers"][:3])
