"""`assistant serve`: the service. What it starts is put together in `assistant.app.service`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli import options

app = typer.Typer()


@app.command(epilog="Example: ASSISTANT_DATABASE=sqlite:///shop.db assistant serve --port 8080")
def serve(
    host: Annotated[
        str | None, typer.Option(help="address to listen on; default 127.0.0.1", show_default=False)
    ] = None,
    port: Annotated[int | None, typer.Option(help="port to listen on; default 8080", show_default=False)] = None,
    workers: Annotated[int, typer.Option(min=1, help="processes that share the work: more than one need Redis")] = 1,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="TOML file with the settings", show_default=False)
    ] = None,
    database: options.Database = None,
) -> None:
    """Start the service.

    It prints its address once it is ready. Settings come from ASSISTANT_… or --config FILE.
    """
    from assistant.app import service
    from assistant.app import workers as several
    from assistant.settings import read_settings

    settings = read_settings(config, host=host, port=port, database=database)
    if workers > 1:
        several.serve(settings, workers)
    else:
        service.serve(settings)
