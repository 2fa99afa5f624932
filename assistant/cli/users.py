"""`assistant users`: the people who sign in."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli import options
from assistant.cli.answers import print_json, print_table
from assistant.cli.operators import operator
from assistant.cli.times import clock, told
from assistant.domain.errors import InvalidInput

if TYPE_CHECKING:
    from assistant import store

app = typer.Typer(
    help="People who sign in to the pages: agents, trainers, leaders, administrators.",
    epilog="Example: assistant users add xiaolin --role agent --shop default",
    no_args_is_help=True,
)
Login = Annotated[str, typer.Argument(help="as `assistant users list` shows it")]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="read the password from the first line of stdin")]


@app.command(epilog="Example: assistant users add xiaolin --name 小林 --role agent --shop default")
def add(
    login: Annotated[str, typer.Argument(help="what the person types to sign in")],
    role: Annotated[str, typer.Option(help="agent, trainer, leader or admin")] = "agent",
    shop: Annotated[str, typer.Option(help="the shop the role is for")] = "default",
    name: Annotated[str, typer.Option(help="what others see; default: the login", show_default=False)] = "",
    password_stdin: PasswordStdin = False,
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Add a person, or give a person who is known a role in a further shop.

    The password is asked for; where nobody can be asked, one is made and told this once.
    """
    from assistant.cli.shops import made_store
    from assistant.domain.logins import tidied
    from assistant.services import staff

    with made_store(database) as opened:
        made, by = None, operator()
        if opened.read_now(lambda tx: staff.find(tx, login)) is None:
            login, (password, made) = tidied(login), _password(password_stdin)
            hashed = staff.hash_password(password)
            opened.write_now(lambda tx: staff.add(tx, login, hashed, clock(), shop=shop, role=role, name=name, by=by))
        else:
            opened.write_now(lambda tx: staff.join(tx, login, shop, role, clock(), by=by))
    if json:
        return print_json({"login": login, "shop": shop, "role": role, "password": made})
    typer.echo(f"{login} is {role} in {shop}")
    if made:
        typer.echo(f"password: {made}")
        typer.echo("Keep the password now: it is not shown again.", err=True)


def _password(from_stdin: bool) -> tuple[str, str | None]:
    """The password, and once more if it was made here and has to be told."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n"), None
    if sys.stdin.isatty():
        asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return asked, None
    made = secrets.token_urlsafe(12)
    return made, made


@app.command("list", epilog="Example: assistant users list --json")
def list_(database: options.Database = None, json: options.Json = False) -> None:
    """List the people who may sign in, with their role in each shop."""
    from assistant.cli.shops import existing_store
    from assistant.domain.moments import SHANGHAI
    from assistant.services import staff

    with existing_store(database) as opened:
        found = opened.read_now(staff.every)
    rows: list[dict[str, object]] = [
        {
            "login": user.login,
            "name": user.name,
            "roles": roles,
            "created_at": told(user.created_at, SHANGHAI),
            "signed_in_at": told(user.signed_in_at, SHANGHAI),
            "disabled_at": told(user.disabled_at, SHANGHAI),
        }
        for user, roles in found
    ]
    if json:
        print_json({"users": rows})
    else:
        print_table(("login", "name", "roles", "created_at", "signed_in_at", "disabled_at"), rows)


@app.command(epilog="Example: assistant users role xiaolin leader --shop default")
def role(
    login: Login,
    role: Annotated[str, typer.Argument(help="agent, trainer, leader, admin, or none to take it away")],
    shop: Annotated[str, typer.Option(help="the shop the role is for")] = "default",
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Change a person's role in a shop. The last administrator of a shop stays one."""
    from assistant.services import staff

    def change(tx: store.Transaction) -> None:
        if role == "none":
            staff.remove(tx, login, shop, clock(), by=operator())
        else:
            staff.set_role(tx, login, shop, role, clock(), by=operator())

    _change(database, login, change)
    if json:
        print_json({"login": login, "shop": shop, "role": None if role == "none" else role})
    else:
        typer.echo(f"{login} is {'nobody' if role == 'none' else role} in {shop}")


@app.command(epilog="Example: assistant users password xiaolin")
def password(
    login: Login, password_stdin: PasswordStdin = False, database: options.Database = None, json: options.Json = False
) -> None:
    """Give a person a new password in place of a lost one; open sessions end at once."""
    from assistant.services import staff

    given, made = _password(password_stdin)
    hashed = staff.hash_password(given)
    _change(database, login, lambda tx: staff.give_password(tx, login, hashed, clock(), by=operator()))
    if json:
        return print_json({"login": login, "password": made})
    typer.echo(f"{login} has a new password")
    if made:
        typer.echo(f"password: {made}")
        typer.echo("Keep the password now: it is not shown again.", err=True)


@app.command(epilog="Example: assistant users identity xiaolin xiaolin@example.com")
def identity(
    login: Login,
    identity: Annotated[str, typer.Argument(help="the sign-in service's id, a mail address, or none to take it away")],
    database: options.Database = None,
    json: options.Json = False,
) -> None:
    """Give a person the identity they have at the sign-in service, in place of another; open sessions end at once."""
    from assistant.services import identities
    from assistant.settings import read_settings

    issuer, given = read_settings().oidc_issuer, "" if identity == "none" else identity
    if issuer is None:
        raise InvalidInput("no sign-in service is set: ASSISTANT_OIDC_ISSUER")
    _change(database, login, lambda tx: identities.link(tx, login, issuer, given, clock(), by=operator()))
    if json:
        print_json({"login": login, "issuer": issuer, "identity": given or None})
    else:
        typer.echo(f"{login} is {given} at {issuer}" if given else f"{login} has no identity at {issuer}")


@app.command(epilog="Example: assistant users disable xiaolin")
def disable(login: Login, database: options.Database = None, json: options.Json = False) -> None:
    """Shut a person out: nobody signs in with this login any more, open sessions end at once."""
    from assistant.services import staff

    _change(database, login, lambda tx: staff.disable(tx, login, clock(), by=operator()))
    if json:
        print_json({"login": login})
    else:
        typer.echo(f"{login} is disabled")


@app.command(epilog="Example: assistant users enable xiaolin")
def enable(login: Login, database: options.Database = None, json: options.Json = False) -> None:
    """Let a person who was shut out sign in again, with the old password."""
    from assistant.services import staff

    _change(database, login, lambda tx: staff.enable(tx, login, clock(), by=operator()))
    if json:
        print_json({"login": login})
    else:
        typer.echo(f"{login} may sign in again")


def _change(database: str | None, login: str, work: Callable[[store.Transaction], None]) -> None:
    from assistant.cli.shops import existing_store

    if not login.strip():
        raise InvalidInput("name the login")
    with existing_store(database) as opened:
        opened.write_now(work)
