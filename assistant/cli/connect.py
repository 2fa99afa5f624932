"""`assistant connect HOST`: asks an administrator what a chat host needs, proves that it works, keeps it.

Not for looking at what is connected (`connections.py`)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from assistant.cli import options
from assistant.cli.answers import print_json
from assistant.cli.operators import operator
from assistant.cli.times import clock
from assistant.domain.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.connectors.shape import Connector, Proof

app = typer.Typer()


@app.command(epilog="Example: assistant connect matrix --set homeserver=https://matrix.example.com")
def connect(
    host: Annotated[str, typer.Argument(help="matrix, chatwoot, …: an unknown one is answered with the nearest")],
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="a setting; may be given again", show_default=False),
    ] = None,
    secret: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=FILE", help="a secret setting, read from a file (- for standard input)", show_default=False
        ),
    ] = None,
    shop: Annotated[str, typer.Option(help="the shop whose chats these are")] = "default",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Connect a shop to a chat host. What is missing is asked for; secrets are not echoed, kept sealed, never shown.

    The connection is kept only after a round trip has proved it. A second `connect` replaces the first.
    """
    from assistant.connectors.registry import connector as connector_of

    connector = connector_of(host)
    given = {**_pairs(set_, connector), **_secrets(secret, connector)}
    settings = connector.read_settings(_complete(connector, given, ask=not json))
    proof = asyncio.run(_prove(connector, settings))
    _keep(database, shop, connector, settings, proof)
    if json:
        print_json({"shop": shop, "host": host, "proof": proof.says})
    else:
        typer.echo(f"{shop} is connected to {host}: {proof.says}")
        typer.echo("A running service begins to read within seconds: assistant connections list", err=True)


def _pairs(given: list[str] | None, connector: Connector) -> dict[str, str]:
    found = dict(_named(one, "--set") for one in given or ())
    for name in sorted(found.keys() & connector.secrets):
        message = f"{name} is a secret: command lines are seen by others; leave it out to be asked, or --secret"
        raise InvalidInput(f"{message} {name}=FILE")
    return found


def _secrets(given: list[str] | None, connector: Connector) -> dict[str, str]:
    found = dict[str, str]()
    for name, file in (_named(one, "--secret") for one in given or ()):
        if name not in connector.secrets:
            raise InvalidInput(f"{name!r} is no secret of {connector.host}: {', '.join(sorted(connector.secrets))}")
        try:
            text = typer.get_text_stream("stdin").read() if file == "-" else Path(file).read_text(encoding="utf-8")
        except OSError as error:
            raise InvalidInput(f"cannot read {name} from {file}: {error.strerror}") from error
        found[name] = text.strip()
    return found


def _named(one: str, option: str) -> tuple[str, str]:
    name, sign, value = one.partition("=")
    if not sign:
        raise InvalidInput(f"{option} {one!r}: write NAME=VALUE")
    return name, value


def _complete(connector: Connector, given: dict[str, str], *, ask: bool) -> dict[str, Any]:
    """What was given, and what a person answers where something needed is missing."""
    answers = dict[str, Any](given)
    for name, about in connector.settings.model_fields.items():
        if name in answers or not about.is_required():
            continue
        if not ask:
            raise InvalidInput(f"{connector.host} needs {name}: {about.description}")
        answers[name] = typer.prompt(f"{about.description}\n{name}", hide_input=name in connector.secrets, err=True)
    return answers


async def _prove(connector: Connector, settings: Any) -> Proof:
    from aiohttp import ClientSession

    from assistant.connectors.shape import HostAway, HostRefused

    async with ClientSession() as http:
        try:
            return await connector.prove(settings, http, clock)
        except (HostAway, HostRefused) as error:
            raise InvalidInput(f"{connector.host} could not be connected, nothing was kept: {error}") from error


def _keep(database: str | None, shop: str, connector: Connector, settings: Any, proof: Proof) -> None:
    from assistant.cli.shops import existing_store
    from assistant.services import hosts

    told, secrets = connector.split(settings)
    with existing_store(database) as opened:
        opened.write_now(
            lambda tx: hosts.connect(
                tx, shop=shop, host=connector.host, settings={**told, **proof.found}, secrets=secrets,
                sends=connector.send is not None, cursor=proof.cursor, now=clock(), by=operator(),
            )
        )  # fmt: skip
