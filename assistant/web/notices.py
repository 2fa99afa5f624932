"""The page on which trainers and leaders post notices, end them and see who has read them. Programs: `api.py`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from aiohttp import web

from assistant.domain.errors import InvalidInput
from assistant.domain.notices import KINDS, LONGEST, MOST_WITHDRAWN, Withdraws
from assistant.services import notices
from assistant.web import answers, lacks
from assistant.web.bodies import form, number
from assistant.web.keys import CLOCK, DESKS, principal, shop_of
from assistant.web.language import catalogue
from assistant.web.pages import page

# So many of each kind are offered at once: who does not find what is meant types one more word.
EACH = 6


async def show(request: web.Request) -> web.StreamResponse:
    """The form, and the newest notices with their readers."""
    return await _page(request, {}, (), None)


async def post(request: web.Request) -> web.StreamResponse:
    """What the form says is posted; what is wrong with it is said beside it, and nothing of it is lost."""
    form, who, now = await _form(request), principal(request), request.app[CLOCK].now()
    at = await request.app[DESKS].shop(who.shop, now)
    withdraws = _withdraws(form["withdraws"])
    try:
        ends_at = _ends_at(form, at.timezone)
        await request.app[DESKS].write(
            who.shop,
            now,
            lambda desk: notices.post(
                desk, str(form["text"]), author=who.name or who.agent, ends_at=ends_at, withdraws=withdraws
            ),
        )
    except InvalidInput as error:
        said = catalogue(request).refusal(error.reason, error.values)
        response = await _page(request, form, notices.called(at, withdraws), said)
        response.set_status(422)
        return response
    raise web.HTTPSeeOther("/notices")


async def end(request: web.Request) -> web.StreamResponse:
    """Take a notice back."""
    id, who = number(request, "notice: its id is a whole number"), principal(request)
    await request.app[DESKS].write(
        who.shop, request.app[CLOCK].now(), lambda desk: notices.end(desk, id, by=who.name or who.agent)
    )
    raise web.HTTPSeeOther("/notices")


async def choices(request: web.Request) -> web.StreamResponse:
    """What a notice may withdraw and fits what is typed."""
    shop = await shop_of(request)
    words, found = catalogue(request), notices.choices(shop, request.query.get("q", "")[:100], EACH)
    items = [
        {
            "value": f"{one.kind}:{one.name}",
            "kind": words.name("withdrawn", one.kind),
            "title": words.gettext(one.title),
            "text": lacks.marked(words, one.text, one.lacks),
        }
        for one in found.items
    ]
    return answers.json_response({"items": items, "total": found.total})


# --- small parts ---------------------------------------------------------------------------------------------------


async def _page(
    request: web.Request, form: Mapping[str, Any], picked: tuple[notices.WithdrawnView, ...], error: str | None
) -> web.Response:
    shop, now = await shop_of(request), request.app[CLOCK].now()
    view = await request.app[DESKS].store.read(lambda tx: notices.page(tx, shop, now))
    boot = {"now": now.timestamp(), "speed": request.app[CLOCK].speed}
    today = now.astimezone(shop.timezone).strftime("%Y-%m-%dT%H:%M")
    about = {"form": form, "picked": picked, "error": error, "longest": LONGEST, "earliest": today}
    return page(request, "notices/page.html", boot=boot, view=view, **about)


async def _form(request: web.Request) -> dict[str, Any]:
    found = await form(request)
    if any("\x00" in value for value in found.values() if isinstance(value, str)):
        raise InvalidInput("NUL cannot be stored")
    said = {name: str(found.get(name, "")) for name in ("text", "ends", "at")}
    return {**said, "withdraws": [str(value) for value in found.getall("withdraws", [])]}


def _withdraws(values: list[str]) -> Withdraws:
    """`handbook:gift_rule` and the like, as the form says it."""
    named = [value.partition(":") for value in values[:MOST_WITHDRAWN]]
    return Withdraws(**{kind: tuple(name for k, _, name in named if k == kind) for kind in KINDS})


def _ends_at(form: Mapping[str, Any], zone: tzinfo) -> datetime | None:
    """The time chosen, on the shop's clock; None: with the day."""
    if form["ends"] != "at":
        return None
    try:
        return datetime.fromisoformat(form["at"]).replace(tzinfo=zone)
    except ValueError as error:
        raise InvalidInput(f"{form['at']!r} is no time", reason="no_time") from error
