"""The demo: the service with everything embedded, in a shop whose buyers follow a script."""

from __future__ import annotations

import secrets
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

import typer

from assistant import store
from assistant.app import database_url, opened_desks
from assistant.app.service import beginning, parts, reading, run, telling
from assistant.domain.staff import OPERATOR
from assistant.services import staff
from assistant.services.clocks import Clock, demo_clock
from assistant.services.demo import Stage, goods, perform, read_play
from assistant.services.demo_past import is_new, live_through
from assistant.services.desks import Desks
from assistant.settings import Settings
from assistant.web.server import Parts

VISITOR = "xiaoyu"
# The visitor, somebody to hand over to at the end of the shift, and somebody who needs help.
PEOPLE = ((VISITOR, "小雨", "admin"), ("xiaoli", "小李", "agent"), ("xiaowang", "小王", "agent"))


def demo(settings: Settings, *, speed: float = 1.0, chatwoot: bool = False, past: int = 0) -> None:
    """The service with everything embedded: a shop, scripted buyers, a visitor who is the agent; with a stand-in for
    Chatwoot beside it, on the next port, if wanted. A new shop has had so many days of chats in the `past`."""
    play = _play(settings, "buyers.yaml")
    with opened_desks(settings, database_url(settings)) as desks:
        clock = desks.store.write_now(lambda tx: demo_clock(tx, speed))
        desks.store.write_now(lambda tx: _people(tx, play["shop"], clock))
        if past and is_new(desks, play["shop"]):
            _live_through(settings, desks, play, past, clock.now())
        made = parts(settings, desks, clock, visitor=VISITOR)
        beside = (
            telling(settings, made),
            beginning(made),
            perform(play, Stage(made.desks, clock, play["shop"])),
            *_stand_ins(settings, made, chatwoot),
        )
        run(settings, made, *reading(settings, made), *beside)


def _play(settings: Settings, name: str) -> dict[str, Any]:
    return read_play((settings.scenarios / "demo" / name).read_text(encoding="utf-8"))


def _live_through(settings: Settings, desks: Desks, play: dict[str, Any], days: int, now: datetime) -> None:
    typer.echo(f"opening a shop with {days} days of chats behind it (some seconds, the first time) ...", err=True)
    past, opened = {**_play(settings, "past.yaml"), "items": play["items"]}, now - timedelta(days=days + 1)
    stock = [{"at": opened, "shop": play["shop"], **told} for told in goods(play, past["platforms"], opened)]
    live_through(desks, past, days, now, stock)


def _stand_ins(settings: Settings, made: Parts, chatwoot: bool) -> list[Coroutine[Any, Any, None]]:
    if not chatwoot:
        return []
    from assistant.connectors.stand_ins import chatwoot_demo

    told = _play(settings, "chatwoot.yaml")
    stand_in, port = chatwoot_demo.ChatwootPages(made.clock.now), settings.port and settings.port + 1
    stand_in.app_address = f"{settings.public_url or f'http://{settings.host}:{settings.port}'}/hosts/chatwoot"
    typer.echo(f"a stand-in for Chatwoot: http://127.0.0.1:{port}")
    return [chatwoot_demo.play(stand_in, told, made.desks, made.clock, VISITOR, port)]


def _people(tx: store.Transaction, shop: str, clock: Clock) -> None:
    # Signed in without a password and only in the demo; nobody can sign in as these logins from outside it.
    store.shops.add(tx, shop, clock.now(), name="演示店铺")
    for login, name, role in PEOPLE:
        if store.users.find(tx, login) is None:
            nobodys = staff.hash_password(secrets.token_urlsafe(24))
            staff.add(tx, login, nobodys, clock.now(), shop=shop, role=role, by=OPERATOR, name=name)
