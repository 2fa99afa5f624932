"""`assistant replay`: feeds recorded events, in virtual time into a database or in real time to a service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_json
from assistant.cli.files import event_lines
from assistant.cli.progress import progress_bar
from assistant.cli.refusals import REFUSED
from assistant.cli.times import clock
from assistant.domain.errors import InvalidInput
from assistant.domain.moments import moment

if TYPE_CHECKING:
    from assistant.services.desks import Desks

app = typer.Typer()


@app.command(
    epilog="Example: assistant replay day.jsonl --database sqlite:///day.db --json    "
    "or: assistant replay day.jsonl --to http://127.0.0.1:8080 --key KEY --speed 10"
)
def replay(
    events: Annotated[Path, typer.Argument(metavar="EVENTS.jsonl", help="one event a line; - = stdin")],
    scenarios: options.Scenarios = None,
    database: Annotated[
        str | None,
        typer.Option(metavar="URL", help="keep the result here, made if need be; default: nowhere", show_default=False),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="let timers run up to then; default: 24 h after the last event",
            show_default=False,
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="send to a running service in real time instead", show_default=False),
    ] = None,
    key: Annotated[str | None, typer.Option(help="ingest key of the service", show_default=False)] = None,
    speed: Annotated[float, typer.Option(min=0.001, help="with --to: gaps are divided by it")] = 1.0,
    json: options.Json = False,
) -> None:
    """Play recorded events.

    In virtual time: the moment is the event's own, timers fire between events. Exit code 1 if events were
    refused; the others are kept. With --to they go to a running service: the first one happens now.
    """
    if to is not None:
        if key is None or database or scenarios or until:
            raise InvalidInput("--to needs --key, and takes neither --database nor --scenarios nor --until")
        document = _post(events, to, key, speed)
    else:
        document = _play(events, scenarios, database, until)
    _print(document, json)


def _post(events: Path, to: str, key: str, speed: float) -> dict[str, object]:
    from assistant.cli.posting import post

    report = post(list(event_lines(events)), to, key, speed)
    return {**_counts(report), "facts": None, "follow_ups": None}


def _play(events: Path, scenarios: Path | None, database: str | None, until: str | None) -> dict[str, object]:
    from assistant.domain.moments import SHANGHAI
    from assistant.services import replay as service
    from assistant.store.kpi import fact_counts, follow_up_counts

    end = moment(until, SHANGHAI) if until else None
    with _desks(scenarios, database) as desks, progress_bar("events") as show:
        report = service.replay(desks, event_lines(events), end, show)
        facts, follow_ups = desks.store.read_now(fact_counts), desks.store.read_now(follow_up_counts)
    return {**_counts(report), "facts": facts, "follow_ups": follow_ups}


@contextmanager
def _desks(scenarios: Path | None, database: str | None) -> Iterator[Desks]:
    from assistant.app import opened_desks, tables
    from assistant.services.exchange import adopt
    from assistant.settings import read_settings

    settings = read_settings()
    with TemporaryDirectory(prefix="assistant-") as folder:
        url = database or f"sqlite:///{Path(folder) / 'replay.db'}"
        with opened_desks(settings, url, scenarios) as desks:
            if scenarios is not None and database is not None:
                adopt(desks.store, tables(settings, scenarios), clock(), note=str(scenarios))
            yield desks


def _counts(report: object) -> dict[str, object]:
    return {name: getattr(report, name) for name in ("events", "accepted", "duplicates", "refused")}


def _print(document: dict[str, object], json: bool) -> None:
    refused = document["refused"]
    assert isinstance(refused, list)
    if json:
        print_json(document)
    else:
        for name in ("events", "accepted", "duplicates"):
            typer.echo(f"{name}: {document[name]}")
        for name in ("facts", "follow_ups"):
            for kind, count in (document[name] or {}).items():  # type: ignore[attr-defined]  # a dict or None
                typer.echo(f"{name} {kind}: {count}")
    for each in refused[:20]:
        said = "; ".join(f"{d['field'] or 'event'}: {d['message']}" for d in each["details"])
        typer.echo(f"refused, line {each['line']}: {said}", err=True)
    if refused:
        typer.echo(f"{len(refused)} events were refused", err=True)
        raise typer.Exit(REFUSED)
