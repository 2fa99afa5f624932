"""The leaders' page of teams: which there are, who belongs to which, and since when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from assistant import store
from assistant.domain.errors import AssistantError, InvalidInput
from assistant.domain.moments import day
from assistant.services import teams
from assistant.web.bodies import texts
from assistant.web.keys import CLOCK, DESKS, principal
from assistant.web.language import catalogue
from assistant.web.pages import carried, page
from assistant.web.statuses import status_of

LONGEST_FIELD = 200
NOTHING_GIVEN: Mapping[str, str] = MappingProxyType(dict.fromkeys(("do", "name", "team", "agent", "since"), ""))
Work = Callable[[store.Transaction], object]


async def show(request: web.Request) -> web.StreamResponse:
    """The teams and the people."""
    return await _page(request)


async def save(request: web.Request) -> web.StreamResponse:
    """What the form says holds: a new team, another name, somebody's move, or a move that was a mistake."""
    given = await texts(request, LONGEST_FIELD)
    try:
        await request.app[DESKS].store.write(_work(request, given))
    except AssistantError as error:
        said = catalogue(request).refusal(error.reason, error.values)
        response = await _page(request, error=said, given=given)
        response.set_status(status_of(error))
        return response
    raise web.HTTPSeeOther("/kpi/teams?" + urlencode({**carried(request), "saved": "1"}))


def _work(request: web.Request, given: Mapping[str, str]) -> Work:
    who, now, what = principal(request), request.app[CLOCK].now(), given.get("do", "")
    if what == "add":
        return lambda tx: teams.add(tx, who.shop, given.get("name", ""), now, by=who.agent)
    if what == "rename":
        id, name = _number(given.get("team", "")), given.get("name", "")
        return lambda tx: teams.rename(tx, who.shop, id, name, by=who.agent, now=now)
    agent, since = given.get("agent", ""), day(given.get("since", ""))
    if what == "take_back":
        return lambda tx: teams.take_back(tx, who.shop, agent, since, by=who.agent, now=now)
    team = _number(given["team"]) if given.get("team") else None
    return lambda tx: teams.move(tx, who.shop, agent, team, since, by=who.agent, now=now)


def _number(given: str) -> int:
    if not given.isdecimal() or len(given) > 18:
        raise InvalidInput(f"{given!r} is no team", reason="no_team", given=given[:40])
    return int(given)


async def _page(
    request: web.Request, *, error: str | None = None, given: Mapping[str, str] = NOTHING_GIVEN
) -> web.Response:
    shop, now = principal(request).shop, request.app[CLOCK].now()
    view = await request.app[DESKS].store.read(lambda tx: teams.view(tx, shop, now))
    context: dict[str, Any] = {
        "view": view,
        "error": error,
        "given": {**NOTHING_GIVEN, **given},
        "saved": "saved" in request.query,
    }
    place = urlencode(carried(request))
    return page(request, "teams/page.html", place=f"?{place}" if place else "", most=teams.LONGEST, **context)
