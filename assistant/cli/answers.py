"""Prints answers: one JSON document, CSV, or a table for people. Only this goes to stdout."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence

import typer

from assistant.domain.spreadsheets import cell

NONE = "—"
WIDE = 240
# All but the end of a line.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_TIME = re.compile(r"\d{4}-(\d\d-\d\d)T(\d\d:\d\d:\d\d)[.\d]*\+\d\d:\d\d")


def print_json(document: object) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False))


def print_csv(names: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """One row a line under a line of names; nothing is an empty cell, structures are JSON."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([cell(_plain(row[name])) for name in names] for row in rows)
    typer.echo(written.getvalue(), nl=False)


def print_table(names: Sequence[str], rows: Iterable[Mapping[str, object]]) -> None:
    """For people; what is not known is shown as —."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(_shown(row[name])) for name in names))
    console = Console()
    # A pipe has no width: better long lines than words cut into pieces.
    console.width = console.width if console.is_terminal else WIDE
    console.print(table)


def _plain(value: object) -> object:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value


def _shown(value: object) -> str:
    if value is None:
        return NONE
    if isinstance(value, float):
        return f"{value:.3f}".rstrip("0").rstrip(".")
    # Nobody's name may steer the terminal of who reads it.
    text = _CONTROL.sub("\ufffd", str(_plain(value)))
    moment = _TIME.fullmatch(text)
    return f"{moment[1]} {moment[2]}" if moment else text
