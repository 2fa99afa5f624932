"""The leader's page of this moment: the page itself, the screen its socket shows, and who is known to be here.

Figures of a period are on `kpi.py`. When it is rendered anew decides `live.py`: at a signal of the shop, nothing polls.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

import structlog
from aiohttp import web

from assistant import store
from assistant.services import handovers, teams, wallboard
from assistant.services.wallboard import WallboardView
from assistant.store.alerts import Told
from assistant.store.teams import Team
from assistant.web.beside import Present
from assistant.web.keys import CLOCK, COUNTERS, DESKS, RENDERING, STAGE, principal
from assistant.web.language import chosen
from assistant.web.open_pages import Parts, Topic
from assistant.web.pages import carried, page
from assistant.web.rendering import WALLBOARD_PARTS
from assistant.web.screens import ShopScreen

log = structlog.get_logger(__name__)

HERE_SECONDS = 1.0
LONGEST_NAME = 200


class Presence(Protocol):
    """What is asked of a bus here."""

    async def present(self, shop: str) -> frozenset[str]: ...


async def follow_presence(bus: Presence, present: Present) -> None:
    """Ask once a second whose screens are open, only for shops in which somebody looks."""
    while True:
        await asyncio.sleep(HERE_SECONDS)
        try:
            for shop in present.wanted():
                present.keep(shop, await bus.present(shop))
        except Exception:
            log.exception("wallboard.presence_unknown")


@dataclass(frozen=True, slots=True)
class WallboardScreen(ShopScreen):
    """What one leader looks at: the whole shop, or one team or agent in it. `place` is what its links carry on."""

    agent: str
    team: int | None
    place: str
    lang: str

    @property
    def topic(self) -> Topic:
        return self.shop, None

    def read(self, tx: store.Transaction, before: object | None, changed: frozenset[str]) -> WallboardView | None:
        shop, here = self.stage.library.known(self.shop), self.stage.present.of(self.shop)
        return None if shop is None else wallboard.view(tx, shop, here, self.stage.clock.now(), self.agent, self.team)

    def moved(self, view: object) -> bool:
        """Whether time or somebody's coming has changed it."""
        assert isinstance(view, WallboardView)
        return wallboard.outdated(view, self.stage.present.of(self.shop), self.stage.clock.now())

    def render(self, view: object, before: object | None) -> Parts:
        names = [name for name, shown in WALLBOARD_PARTS.items() if before is None or shown(view) != shown(before)]
        return {name: self.stage.rendering.wallboard_part(name, view, self.place, self.lang) for name in names}


@dataclass(frozen=True, slots=True)
class AlertsView:
    """The alerts of today."""

    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class AlertsScreen(ShopScreen):
    """What the page of figures is told while it is open: alerts, and nothing that costs more."""

    place: str
    lang: str

    def read(self, tx: store.Transaction, before: object | None, changed: frozenset[str]) -> AlertsView | None:
        shop = self.stage.library.known(self.shop)
        return None if shop is None else AlertsView(wallboard.told_today(tx, shop, self.stage.clock.now()))

    def moved(self, view: object) -> bool:
        return False

    def render(self, view: object, before: object | None) -> Parts:
        return {"alerts": self.stage.rendering.wallboard_part("alerts", view, self.place, self.lang)}


async def watched(request: web.Request) -> WallboardScreen | AlertsScreen:
    """What the address of a socket asks to look at."""
    if "alerts" not in request.query:
        return await screen(request)
    return AlertsScreen(request.app[STAGE], principal(request).shop, _place(request), chosen(request))


async def screen(request: web.Request) -> WallboardScreen:
    """What an address asks to look at. Raises InvalidInput for a team there is not."""
    app, who, given = request.app, principal(request), request.query.get("team", "")
    await app[DESKS].shop(who.shop, app[CLOCK].now())
    app[STAGE].present.keep(who.shop, await app[COUNTERS].present(who.shop))
    team = await app[DESKS].store.read(lambda tx: teams.find(tx, who.shop, given)) if given else None
    agent, place = asked_agent(request), _place(request)
    return WallboardScreen(app[STAGE], who.shop, agent, team, place, chosen(request))


async def show(request: web.Request) -> web.StreamResponse:
    """The page as it is now; its socket keeps it so."""
    app, who = request.app, principal(request)
    shown = await screen(request)
    now = app[CLOCK].now()

    def read(tx: store.Transaction) -> tuple[WallboardView | None, list[handovers.Colleague], list[Team]]:
        found = handovers.colleagues(tx, who.shop, now), store.teams.of_shop(tx, who.shop)
        return shown.read(tx, None, frozenset()), *found

    view, colleagues, groups = await app[DESKS].store.read(read)
    return page(
        request, "wallboard/page.html", boot=page_boot(request), parts=shown.render(view, None), agent=shown.agent,
        colleagues=colleagues, place=shown.place, within=wallboard.OPEN_WITHIN.seconds // 3600,
        names={one.agent: one.name for one in colleagues}, teams=groups, team=shown.team,
        shop=carried(request).get("shop", ""),
    )  # fmt: skip


def page_boot(request: web.Request) -> dict[str, Any]:
    """What the scripts of a watching page start from."""
    clock = request.app[CLOCK]
    return {"now": clock.now().timestamp(), "speed": clock.speed}


def alerts_part(request: web.Request, told: tuple[Told, ...]) -> str:
    """The alerts of today as they stand on the page of figures and are pushed to it."""
    rendering, place = request.app[RENDERING], _place(request)
    return rendering.wallboard_part("alerts", AlertsView(told), place, chosen(request))


def asked_agent(request: web.Request) -> str:
    """Whose load is asked for; empty: everybody's."""
    return request.query.get("agent", "")[:LONGEST_NAME]


def _place(request: web.Request) -> str:
    """The shop where the address names one, and the team."""
    team = request.query.get("team", "")[:LONGEST_NAME]
    said = carried(request) | ({"team": team} if team else {})
    return f"&{urlencode(said)}" if said else ""
