"""`assistant demo`: everything embedded, with scripted buyers. Put together in `assistant.app.demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from assistant.domain.errors import InvalidInput

app = typer.Typer()


@app.command(epilog="Example: assistant demo --speed 10")
def demo(
    port: Annotated[int | None, typer.Option(help="port to listen on; default 8080", show_default=False)] = None,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="folder of the demo's data", show_default=False)
    ] = None,
    speed: Annotated[float, typer.Option(min=0.1, max=1000, help="how fast the demo's clock runs")] = 1.0,
    past: Annotated[int, typer.Option(min=0, max=60, help="days of chats that a new shop has had already")] = 7,
    with_: Annotated[
        list[str] | None,
        typer.Option("--with", metavar="HOST", help="play a chat host beside it: chatwoot", show_default=False),
    ] = None,
) -> None:
    """Start a demo shop with buyers who talk.

    The workbench shows the chat with the sidebar beside it; scripted buyers ask, order and pay.
    """
    from assistant.app import demo as shop
    from assistant.settings import read_settings

    if unknown := set(with_ or ()) - {"chatwoot"}:
        raise InvalidInput(f"{sorted(unknown)[0]!r} cannot be played: --with chatwoot")
    shop.demo(read_settings(port=port, data=data), speed=speed, chatwoot=bool(with_), past=past)
