"""Which language a page speaks: as chosen, as remembered, as the browser prefers, else the setting."""

from __future__ import annotations

from urllib.parse import urlencode

from aiohttp import hdrs, web

from assistant.web.keys import LANGUAGE, RENDERING
from assistant.web.texts import LANGUAGES, Catalogue

COOKIE = "assistant_language"


def chosen(request: web.Request) -> str:
    """One of `LANGUAGES`."""
    for wanted in (request.query.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    preferred = request.headers.get(hdrs.ACCEPT_LANGUAGE, "").lower()
    if preferred.startswith("en"):
        return "en"
    return "zh-CN" if preferred.startswith("zh") else request.app[LANGUAGE]


def catalogue(request: web.Request) -> Catalogue:
    """What is said to whoever asks, in their language."""
    return request.app[RENDERING].catalogues[chosen(request)]


def other(request: web.Request) -> str:
    """The address of the same page in the other language: all that was asked for stays."""
    kept = [(name, value) for name, value in request.query.items() if name != "lang"]
    return "?" + urlencode([*kept, ("lang", "zh-CN" if chosen(request) == "en" else "en")])


def remember(request: web.Request, response: web.StreamResponse) -> None:
    """Keep an explicit choice."""
    if request.query.get("lang") in LANGUAGES:
        response.set_cookie(COOKIE, request.query["lang"], samesite="Lax", max_age=365 * 86400)
