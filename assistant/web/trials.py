"""The pages on which wordings are put on trial, looked at, and ended."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from assistant.domain.errors import Conflict, InvalidInput
from assistant.domain.trials import CONFIDENCE, FEWEST, MEASURES, MOST_ARMS
from assistant.services import trials
from assistant.web.bodies import form, number
from assistant.web.keys import CLOCK, DESKS, principal, shop_of
from assistant.web.language import catalogue
from assistant.web.pages import page
from assistant.web.statuses import status_of

_LIMITS = {"measures": MEASURES, "others": MOST_ARMS - 1, "fewest": FEWEST, "confidence": round(CONFIDENCE * 100)}


async def show(request: web.Request) -> web.StreamResponse:
    """All trials, and the form for a new one of the reply in `?name=`."""
    return await _listed(request, {"name": request.query.get("name", "")[:200]}, None)


async def start(request: web.Request) -> web.StreamResponse:
    """What the form says is put on trial; what is wrong with it is said beside it, and nothing of it is lost."""
    given, who, now = await form(request), principal(request), request.app[CLOCK].now()
    said = {"name": str(given.get("name", "")), "measure": str(given.get("measure", ""))}
    texts = [str(text)[:10_000] for text in given.getall("text", [])][:MOST_ARMS]
    try:
        if any("\x00" in text for text in (*texts, *said.values())):
            raise InvalidInput("NUL cannot be stored")
        id = await request.app[DESKS].write(
            who.shop, now, lambda desk: trials.start(desk, said["name"], texts, said["measure"], by=who.agent)
        )
    except (InvalidInput, Conflict) as error:
        words = catalogue(request).refusal(error.reason, error.values)
        response = await _listed(request, {**said, "texts": texts}, words)
        response.set_status(status_of(error))
        return response
    raise web.HTTPSeeOther(f"/scripts/trials/{id}")


async def report(request: web.Request) -> web.StreamResponse:
    """What came of a trial so far."""
    return await _report(request, None)


async def end(request: web.Request) -> web.StreamResponse:
    """End a trial; `keep` is the number of the text that stays."""
    id, given, who = _number(request), await form(request), principal(request)
    chosen = str(given.get("keep", ""))
    keep = int(chosen) if chosen.isdecimal() and len(chosen) == 1 else None
    try:
        await request.app[DESKS].write(
            who.shop, request.app[CLOCK].now(), lambda desk: trials.end(desk, id, keep, by=who.agent)
        )
    except (InvalidInput, Conflict) as error:
        response = await _report(request, catalogue(request).refusal(error.reason, error.values))
        response.set_status(status_of(error))
        return response
    raise web.HTTPSeeOther(f"/scripts/trials/{id}")


# --- small parts -----------------------------------------------------------------------------------------------------


async def _listed(request: web.Request, given: dict[str, Any], refused: str | None) -> web.Response:
    shop = await shop_of(request)
    found, cut = await request.app[DESKS].store.read(lambda tx: trials.listed(tx, shop))
    published = shop.scripts.texts.get(given["name"])
    rows = [
        (row.name, [(f"{row.id}/{reply.id}", reply.text) for reply in row.replies]) for row in shop.scripts.situations
    ]
    about = {"trials": found, "cut": cut, "given": given, "published": published, "rows": rows, "refused": refused}
    return page(request, "scripts/trials.html", may=True, **about, **_LIMITS)


async def _report(request: web.Request, refused: str | None) -> web.Response:
    shop, id, now = await shop_of(request), _number(request), request.app[CLOCK].now()
    view = await request.app[DESKS].store.read(lambda tx: trials.report(tx, shop, id, now))
    return page(request, "scripts/trial.html", may=True, view=view, refused=refused, **_LIMITS)


def _number(request: web.Request) -> int:
    return number(request, "trial: trials have whole numbers")
