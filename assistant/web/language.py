"""Which language a page speaks: as chosen, as remembered, as the browser prefers, else the setting."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from aiohttp import hdrs, web

from assistant.web.keys import LANGUAGE, RENDERING
from assistant.web.texts import LANGUAGES, Catalogue

COOKIE = "assistant_language"
_SPOKEN = {"*": "*"} | {language.partition("-")[0]: language for language in LANGUAGES}
_WEIGHT = re.compile(r"\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*")


def chosen(request: web.Request) -> str:
    """One of `LANGUAGES`."""
    for wanted in (request.query.get("lang"), request.cookies.get(COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return preferred(request.headers.get(hdrs.ACCEPT_LANGUAGE, ""), request.app[LANGUAGE])


def preferred(asked: str, otherwise: str) -> str:
    """The one of `LANGUAGES` that weighs most in an Accept-Language (RFC 9110 §12.5.4), of equals the first; where any
    would do, or none is wanted, the other argument."""
    weights = dict[str, float]()
    for one in asked.lower().split(","):
        name, _, parameter = one.partition(";")
        language = _SPOKEN.get(name.strip().partition("-")[0])
        if language is not None:
            # `en-GB, en;q=0.1`: whoever reads British English reads ours.
            weights[language] = max(weights.get(language, 0.0), _weight(parameter))
    if "*" in weights:
        any_other = weights.pop("*")
        weights |= {language: any_other for language in (otherwise, *LANGUAGES) if language not in weights}
    wanted = {language: weight for language, weight in weights.items() if weight > 0}
    return max(wanted, key=wanted.__getitem__) if wanted else otherwise


def _weight(parameter: str) -> float:
    """Between 0 and 1; 0 for one that is none."""
    if not parameter.strip():
        return 1.0
    found = _WEIGHT.fullmatch(parameter)
    return float(found[1]) if found else 0.0


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
