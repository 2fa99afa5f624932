"""Beside the web application: compares figures with leaders' thresholds, writes reports that are due, sends what waits.

Every node does so; who goes first with what is decided by rows (`services/alerts.py`, `reports.py`, `outgoing.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial

import structlog

from assistant import store
from assistant.connectors.mail import Mails, Server
from assistant.connectors.webhooks import Webhooks
from assistant.domain.errors import InvalidInput
from assistant.services import alerts, outgoing, reports
from assistant.services.clocks import Clock
from assistant.services.desks import Desks
from assistant.services.outgoing import MAIL, WEBHOOK, Carrier
from assistant.settings import Settings
from assistant.store.alerts import Asked
from assistant.web.letters import Letters

log = structlog.get_logger(__name__)

DELIVER_SECONDS = 1.0


def mail_server(settings: Settings) -> Server | None:
    """Where mails are handed in; None: none are sent. Raises InvalidInput for half of what it takes."""
    if settings.smtp_host is None:
        return None
    if settings.mail_from is None:
        raise InvalidInput("say who sends mails: set ASSISTANT_MAIL_FROM, e.g. assistant@example.com")
    password = settings.smtp_password.get_secret_value() if settings.smtp_password else None
    return Server(
        settings.smtp_host, settings.smtp_port, settings.mail_from, settings.smtp_security, settings.smtp_user, password
    )


def carriers(settings: Settings) -> dict[str, Carrier]:
    """The ways out of the house."""
    return {MAIL: Mails(mail_server(settings)), WEBHOOK: Webhooks(private=settings.private_webhooks)}


async def keep_telling(desks: Desks, clock: Clock, letters: Letters, ways: Mapping[str, Carrier]) -> None:
    """As long as the service lives. Looking does not wait for letters that are slow to leave."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_again(alerts.LOOK.total_seconds(), lambda: look(desks, clock, letters)))
        tasks.create_task(_again(DELIVER_SECONDS, lambda: outgoing.deliver(desks.store, ways, clock)))


async def _again(seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await work()
        except Exception:
            log.exception("telling.failed")
        await asyncio.sleep(seconds)


async def look(desks: Desks, clock: Clock, letters: Letters) -> None:
    """One look at every shop whose turn it is; what fails in one keeps none of the others waiting. Leaders' open pages
    are told at once, on every node."""
    database, now = desks.store, clock.now()
    for asked in await alerts.my_turns(database, now):
        try:
            if await alerts.look(database, asked, now, letters.alert):
                await desks.say(asked.shop, "alerts")
            await _report(database, asked, clock, letters)
        except Exception:
            log.exception("telling.shop_failed", shop=asked.shop)


async def _report(database: store.Store, asked: Asked, clock: Clock, letters: Letters) -> None:
    now = clock.now()
    for span, over in await database.read(partial(reports.due, asked=asked, now=now)):
        report = await database.read(
            partial(reports.read, shop=asked.shop, span=span, over=over, lang=asked.wishes.lang, now=now)
        )
        words = letters.report(report)
        await database.write(partial(reports.send, report=report, wanted=asked.wishes, words=words, now=now))
