"""Practising: the page to choose buyers on, the workbench of a practice, its review; and the same for programs."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import tzinfo
from typing import Any

from aiohttp import web

from assistant.domain import practice_review
from assistant.domain.errors import InvalidInput
from assistant.domain.practice import FOLLOW_UPS_FASTER, place_of
from assistant.services import practice, practice_view
from assistant.services.practice import Wish
from assistant.services.practice_view import PracticesView, PracticeView
from assistant.store.practice import Practice
from assistant.web import answers
from assistant.web.bodies import Body, body, form, number
from assistant.web.keys import CAST, CLOCK, DESKS, principal, shop_of
from assistant.web.pages import page, workbench_boot

READ_OTHERS = "practice.read"


class PracticeRequest(Body):
    buyers: list[str]
    at_once: int = 1
    pace: str = "usual"


# --- pages ---------------------------------------------------------------------------------------------------------


async def choose(request: web.Request) -> web.StreamResponse:
    """Whom to practise with, and the earlier practices."""
    return await _choosing(request)


async def _choosing(request: web.Request, *, refused: bool = False) -> web.Response:
    figures = {"seconds": practice_review.FIRST_ANSWER, "faster": FOLLOW_UPS_FASTER, "kept": practice.KEPT.days}
    shown = page(
        request, "practice/page.html", view=await _practices(request), most=practice.MOST_BUYERS,
        figures=figures, refused=refused,
    )  # fmt: skip
    shown.set_status(422 if refused else 200)
    return shown


async def begin(request: web.Request) -> web.StreamResponse:
    """The form was sent: on to the practice's workbench."""
    given = await form(request)
    at_once = str(given.get("at_once", ""))
    buyers = [str(value) for value in given.getall("buyer", [])]
    wish = Wish(buyers, int(at_once) if at_once.isdecimal() and len(at_once) == 1 else 0, str(given.get("pace", "")))
    try:
        id = await _start(request, wish)
    except InvalidInput:
        return await _choosing(request, refused=True)
    raise web.HTTPSeeOther(f"/practice/{id}/desk")


async def desk(request: web.Request) -> web.StreamResponse:
    """The workbench of a practice that runs; of one that is over, its review."""
    found = await _find(request)
    if found.state != "running" or found.agent != principal(request).agent:
        raise web.HTTPSeeOther(f"/practice/{found.id}")
    boot = workbench_boot(request, replace(principal(request), shop=place_of(found.shop, found.id)))
    about = {"id": found.id, "review": f"/practice/{found.id}", "socket": f"/practice/{found.id}/ws"}
    return page(request, "desk/page.html", boot={**boot, "practice": about}, view=practice_view.view(found))


async def show(request: web.Request) -> web.StreamResponse:
    """The review."""
    found = await _find(request)
    own = found.agent == principal(request).agent
    return page(request, "practice/review.html", view=practice_view.view(found), own=own)


async def finish(request: web.Request) -> web.StreamResponse:
    """The agent has had enough: on to the review."""
    found = await _end(request)
    raise web.HTTPSeeOther(f"/practice/{found.id}")


# --- programs ------------------------------------------------------------------------------------------------------


async def list_practices(request: web.Request) -> web.StreamResponse:
    """The buyers to choose from and the latest practices; those of others for who may see them."""
    view, zone = await _practices(request), (await shop_of(request)).timezone
    return answers.json_response(
        {
            "buyers": [asdict(choice) for choice in view.choices],
            "practices": [_json(one, zone) for one in (*view.own, *(view.others or ()))],
            "cut": view.cut,
        }
    )


async def start_practice(request: web.Request) -> web.StreamResponse:
    """Start a practice; its workbench is at `address`."""
    asked = await body(request, PracticeRequest)
    id = await _start(request, Wish(asked.buyers, asked.at_once, asked.pace))
    return web.json_response({"id": id, "address": f"/practice/{id}/desk"})


async def show_practice(request: web.Request) -> web.StreamResponse:
    """One practice with its review, which is empty while it runs."""
    return await _answer(request, await _find(request))


async def end_practice(request: web.Request) -> web.StreamResponse:
    """End one's practice; the answer holds its review."""
    return await _answer(request, await _end(request))


async def _answer(request: web.Request, found: Practice) -> web.StreamResponse:
    view = practice_view.view(found)
    chats = [chat.model_dump(mode="json") for chat in view.chats]
    told = _json(view, (await shop_of(request)).timezone)
    return answers.json_response({**told, "chats": chats})


def _json(view: PracticeView, zone: tzinfo) -> dict[str, Any]:
    told = {name: getattr(view, name) for name in ("id", "agent", "name", "state", "buyers", "left", "at_once", "pace")}
    times = {name: answers.moment(getattr(view, name), zone) for name in ("started_at", "ended_at")}
    return {**told, **times, "sums": [finding.model_dump(mode="json") for finding in view.sums]}


# --- small parts ---------------------------------------------------------------------------------------------------


async def _practices(request: web.Request) -> PracticesView:
    who, cast = principal(request), request.app[CAST]
    everybody = who.may(READ_OTHERS)
    return await request.app[DESKS].store.read(
        lambda tx: practice_view.page(tx, cast, who.shop, agent=who.agent, everybody=everybody)
    )


async def _start(request: web.Request, wish: Wish) -> int:
    who, app = principal(request), request.app
    return await app[DESKS].write(
        who.shop, app[CLOCK].now(), lambda desk: practice.start(desk, app[CAST], wish, agent=who.agent, name=who.name)
    )


async def _find(request: web.Request) -> Practice:
    who, id = principal(request), _number(request)
    return await request.app[DESKS].store.read(
        lambda tx: practice.find(tx, who.shop, id, agent=who.agent, everybody=who.may(READ_OTHERS))
    )


async def own_practice(request: web.Request) -> Practice:
    """The practice of the address, if it is the asker's own, whatever they may see of others. Raises NotFound."""
    who, id = principal(request), _number(request)
    return await request.app[DESKS].store.read(lambda tx: practice.find(tx, who.shop, id, agent=who.agent))


async def _end(request: web.Request) -> Practice:
    app, found = request.app, await own_practice(request)
    place = place_of(found.shop, found.id)
    await app[DESKS].write(place, app[CLOCK].now(), lambda desk: practice.end(desk, app[CAST]))
    return await _find(request)


def _number(request: web.Request) -> int:
    return number(request, "practice: their ids are whole numbers")
