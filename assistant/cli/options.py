"""What several commands may be given, said once. Not for what belongs to one command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Database = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="sqlite:///file.db or postgresql+psycopg://…; default: ASSISTANT_DATABASE, else the demo's data",
        show_default=False,
    ),
]
Scenarios = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="tables to use; what it lacks is taken from the shipped ones", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="print one JSON document")]
Csv = Annotated[bool, typer.Option("--csv", help="print CSV")]
Shop = Annotated[str | None, typer.Option(help="only this shop; default: all", show_default=False)]
Platform = Annotated[str | None, typer.Option(help="only this platform, e.g. taobao", show_default=False)]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="T",
        help="RFC 3339 or a date (the shop's midnight); default: today",
        show_default=False,
    ),
]
FromLately = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="T",
        help="RFC 3339 or a date (the shop's midnight); default: the last seven days, today among them",
        show_default=False,
    ),
]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="T", help="the same, exclusive; default: the end of today", show_default=False),
]
