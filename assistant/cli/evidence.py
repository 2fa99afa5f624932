"""`assistant evidence`: what buyers wrote, what was offered, what agents did with it and what they wrote instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import options
from assistant.cli.answers import print_csv, print_json, print_table
from assistant.cli.times import clock, period, told

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from assistant.store.evidence import Evidence

app = typer.Typer()

NAMES = ("asked_at", "shop", "platform", "conversation", "agent", "run", "offered", "done", "said", "script")


@app.command(epilog="Example: assistant evidence --from 2026-11-11 --to 2026-11-12 --csv > evidence.csv")
def evidence(
    start: options.From = None,
    end: options.To = None,
    database: options.Database = None,
    shop: options.Shop = None,
    situation: Annotated[
        str | None, typer.Option(help="only runs for which this situation was offered", show_default=False)
    ] = None,
    done: Annotated[
        str | None,
        typer.Option(help="only runs with a card that was sent, edited, passed, dismissed, …", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="how many runs to look at, the latest ones")] = 500,
    json: options.Json = False,
    csv: options.Csv = False,
) -> None:
    """List what was offered and what became of it.

    For a trainer: each run of a buyer's messages with its cards, what the agent did with each, and what was sent
    instead. Personal data is masked. Nothing is learnt from it: whoever reads it decides.
    """
    from assistant import store
    from assistant.cli.shops import existing_store, scope

    _check(done)
    with existing_store(database) as opened:
        where = opened.read_now(lambda tx: scope(tx, shop))
        first, last = period(start, end, where.zone, clock())
        found, cut = opened.read_now(lambda tx: store.evidence.between(tx, shop, first, last, limit))
    rows = [_row(each, where.zone_of(each.shop)) for each in found]
    rows = [row for row in rows if _has(row, "situation", situation) and _has(row, "done", done)]
    if json:
        return print_json({"evidence": rows, "cut": cut})
    flat = [_flat(row) for row in rows]
    if csv:
        print_csv(NAMES, flat)
    else:
        print_table(("asked_at", "conversation", "agent", "run", "offered", "done", "said"), flat)
    if cut:
        typer.echo(f"only the latest {limit} runs were looked at: give --limit, or a shorter --from … --to", err=True)


def _has(row: dict[str, Any], name: str, value: str | None) -> bool:
    return value is None or any(offer[name] == value for offer in row["offers"])


DONE = ("shown", "inserted", "sent", "edited", "passed", "dismissed", "withdrawn")


def _check(done: str | None) -> None:
    from assistant.domain.errors import InvalidInput
    from assistant.domain.problems import proposal

    if done is not None and done not in DONE:
        raise InvalidInput(f"nothing is {done!r} with a card: {proposal(done, DONE)}")


def _row(found: Evidence, zone: ZoneInfo) -> dict[str, Any]:
    from assistant.domain.masking import masked

    said = None if found.said is None else found.said.strip()
    offers = [
        {
            "situation": offer.situation,
            "reply": offer.reply,
            "text": masked(offer.text),
            "score": round(offer.score, 4),
            "done": "edited" if offer.state == "sent" and said != offer.text.strip() else offer.state,
        }
        for offer in found.offers
    ]
    return {
        "asked_at": told(found.asked_at, zone),
        "shop": found.shop,
        "platform": found.platform,
        "conversation": found.conversation,
        "agent": found.agent,
        "run": [masked(text) for text in found.run],
        "offers": offers,
        "said": None if said is None else masked(said),
        "script": found.script,
    }


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """One line a run: several messages, cards and outcomes stand one below the other."""
    offered = "\n".join(f"{offer['situation']}/{offer['reply']}" for offer in row["offers"])
    done = "\n".join(offer["done"] for offer in row["offers"])
    return {**row, "run": "\n".join(row["run"]), "offered": offered, "done": done}
