"""`assistant report`: the figures of a day or a week as leaders get them by mail, printed or sent now."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from assistant.cli import options
from assistant.cli.times import clock
from assistant.domain.errors import InvalidInput
from assistant.domain.moments import moment

if TYPE_CHECKING:
    from assistant.domain.alerts import Span
    from assistant.services.alerts import Words
    from assistant.settings import Settings

app = typer.Typer()


@app.command(epilog="Example: assistant report --over week --shop default --mail-to boss@example.com")
def report(
    over: Annotated[Literal["day", "week"], typer.Option(help="a day, or a week from Monday")] = "day",
    on: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="any day of it; default: the last that is over", show_default=False),
    ] = None,
    form: Annotated[Literal["text", "html"], typer.Option(help="print it as text or html")] = "text",
    lang: Annotated[str, typer.Option(help="zh-CN or en")] = "zh-CN",
    mail_to: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ADDRESS", help="send it there instead of printing; may be given again", show_default=False
        ),
    ] = None,
    team: Annotated[str | None, typer.Option(help="only this team of the shop, by name", show_default=False)] = None,
    database: options.Database = None,
    shop: options.Shop = None,
) -> None:
    """Print or send a report now.

    What the service sends by itself is set on the page /kpi/alerts; this leaves that alone.
    """
    from assistant.settings import read_settings

    settings = read_settings(database=database)
    name, words = _written(settings, database, shop, over, on, lang, team)
    if mail_to:
        asyncio.run(_send(settings, name, words, mail_to, clock()))
        typer.echo(f"sent to {len(mail_to)}", err=True)
    else:
        typer.echo(words.text if form == "text" else words.html, nl=False)


def _written(
    settings: Settings,
    database: str | None,
    shop: str | None,
    span: Span,
    on: str | None,
    lang: str,
    team: str | None,
) -> tuple[str, Words]:
    from assistant.cli.shops import existing_store, scope
    from assistant.domain.alerts import period
    from assistant.services import reports
    from assistant.web.letters import Letters
    from assistant.web.texts import LANGUAGES

    if lang not in LANGUAGES:
        raise InvalidInput(f"{lang!r} is no language of ours: {' or '.join(LANGUAGES)}")
    with existing_store(database) as opened:
        where = opened.read_now(lambda tx: scope(tx, shop))
        meant = shop or _only(list(where.zones))
        stretch = (
            period(moment(on, where.zone), where.zone, span)
            if on
            else opened.read_now(lambda tx: reports.latest(tx, meant, span, clock()))
        )
        found = opened.read_now(lambda tx: reports.read(tx, meant, span, stretch, lang, clock(), team))
    return meant, Letters(settings.web_sidebar, settings.public_url).report(found)


def _only(shops: list[str]) -> str:
    if len(shops) != 1:
        raise InvalidInput(f"say which shop with --shop; there are: {', '.join(shops) or 'none yet'}")
    return shops[0]


async def _send(settings: Settings, shop: str, words: Words, addresses: list[str], now: datetime) -> None:
    from assistant.app.telling import mail_server
    from assistant.connectors.mail import Mails
    from assistant.domain.alerts import Wishes, checked
    from assistant.domain.errors import Unavailable
    from assistant.services.outgoing import MAIL, NotCarried
    from assistant.store.outgoing import Letter

    mails, number = Mails(mail_server(settings)), int(now.timestamp())
    for address in checked(Wishes(mails=tuple(addresses))).mails:
        letter = Letter(
            number, shop, MAIL, address, "report", "", words.subject, words.text, words.html, "taken", 0, now, now, None
        )
        try:
            await mails.carry(letter, "", now)
        except NotCarried as error:
            raise Unavailable(f"not sent to {address}: {error.failure}") from error
