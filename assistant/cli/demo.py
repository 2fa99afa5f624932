"""`assistant demo`: everything embedded, with scripted buyers. Put together in `assistant.app.service`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command(epilog="Example: assistant demo --speed 10")
def demo(
    port: Annotated[int | None, typer.Option(help="port to listen on; default 8080", show_default=False)] = None,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="folder of the demo's data", show_default=False)
    ] = None,
    speed: Annotated[float, typer.Option(min=0.1, max=1000, help="how fast the demo's clock runs")] = 1.0,
) -> None:
    """Start a demo shop with buyers who talk.

    The workbench shows the chat with the sidebar beside it; scripted buyers ask, order and pay.
    """
    from assistant.app import service
    from assistant.settings import read_settings

    service.demo(read_settings(port=port, data=data), speed=speed)
