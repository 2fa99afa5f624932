"""The page of the rules by which each platform's figures are counted; leaders change them, from a day on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from assistant.domain.errors import AssistantError
from assistant.domain.moments import day
from assistant.domain.platforms import PROFILES, Source
from assistant.services import platforms
from assistant.services.desk import Desk
from assistant.web.bodies import texts
from assistant.web.keys import CLOCK, DESKS, principal
from assistant.web.language import catalogue
from assistant.web.pages import carried, page
from assistant.web.platform_names import rule_value
from assistant.web.statuses import status_of

DEFINES = "kpi.define"
LONGEST_FIELD = 200
FIRST = next(iter(PROFILES))
NOTHING_GIVEN: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("do", "name", "value", "since", "source", "as_of", "past"), "")
)


async def show(request: web.Request) -> web.StreamResponse:
    """The rules of one platform, where they come from, and what was changed."""
    return await _page(request)


async def save(request: web.Request) -> web.StreamResponse:
    """What the form says holds from a day on: a value, the shipped one again, or a change that was a mistake."""
    given = await texts(request, LONGEST_FIELD)
    who, now = principal(request), request.app[CLOCK].now()
    try:
        await request.app[DESKS].write(who.shop, now, _work(_platform(request), given, who.agent))
    except AssistantError as error:
        message = catalogue(request).refusal(error.reason, error.values)
        response = await _page(request, error=message, given=given)
        response.set_status(status_of(error))
        return response
    raise web.HTTPSeeOther("/kpi/platforms?" + urlencode({**_place(request), "saved": "1"}))


def _work(platform: str, given: Mapping[str, str], by: str) -> Callable[[Desk], None]:
    name, past, since = given.get("name", ""), bool(given.get("past")), day(given.get("since", ""))
    if given.get("do") == "take_back":
        return lambda desk: platforms.take_back(desk, platform, name, since, by=by, past=past)
    source = Source(given.get("source", ""), given.get("as_of", ""))
    value = None if given.get("do") == "shipped" else given.get("value", "")
    return lambda desk: platforms.change(desk, platform, name, value, since, source, by=by, past=past)


def _platform(request: web.Request) -> str:
    return request.query.get("platform") or FIRST


def _place(request: web.Request) -> dict[str, str]:
    return {**carried(request), "platform": _platform(request)}


async def _page(
    request: web.Request, *, error: str | None = None, given: Mapping[str, str] = NOTHING_GIVEN
) -> web.Response:
    who, now, words = principal(request), request.app[CLOCK].now(), catalogue(request)
    view = await request.app[DESKS].store.read(lambda tx: platforms.view(tx, who.shop, _platform(request), now))
    context: dict[str, Any] = {
        "view": view,
        "error": error,
        "given": {**NOTHING_GIVEN, **given},
        "saved": "saved" in request.query,
        "said": lambda name, value: rule_value(name, value, words.name),
        "may": who.may(DEFINES),
        "platforms": tuple(PROFILES),
        "longest": (platforms.LONGEST_SOURCE, platforms.LONGEST_AS_OF),
        "shop": urlencode(carried(request)),
        "place": urlencode(_place(request)),
    }
    return page(request, "platforms/page.html", **context)
