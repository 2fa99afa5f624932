"""Quick replies found for what an agent types: the team's and the agent's own in one list; which are pinned; and
pictures for the team's. Not for what an agent's own are (`personal_replies.py`) nor for trainers' rows (`scripts.py`).
"""

from __future__ import annotations

from functools import partial

from aiohttp import web

from assistant import store
from assistant.domain.practice import real_shop
from assistant.services import conversations, personal_replies, quick_replies
from assistant.web import answers
from assistant.web.bodies import Body, Words, between, whole
from assistant.web.bodies import body as body_of
from assistant.web.keys import CLOCK, DESKS, HABITS, SHELVES, principal
from assistant.web.language import catalogue


class Pin(Body):
    """A quick reply's id as the search names it, and whether it is to be pinned."""

    id: Words
    on: bool = True


async def search(request: web.Request) -> web.StreamResponse:
    """Quick replies that fit what is typed; with `conversation` their texts are filled for it."""
    app, who, now = request.app, principal(request), request.app[CLOCK].now()
    at, limit = await app[DESKS].shop(who.shop, now), between(request, "limit", 8, 1, 50)
    typed, id, platform = request.query.get("q", "")[:100], *map(request.query.get, ("conversation", "platform"))

    def look(tx: store.Transaction) -> quick_replies.Page:
        conversation = conversations.find(tx, who.shop, id, platform) if id else None
        uses = app[HABITS].of(tx, who.shop, who.agent, now)
        own = partial(app[SHELVES].search, tx, at, who.agent, typed, uses, limit=limit)
        return quick_replies.search(tx, at, now, typed, conversation, limit, uses, own)

    page = await app[DESKS].store.read(look)
    words = catalogue(request)
    items = [answers.quick_reply(offer, words) for offer in page.items]
    return answers.json_response({"items": items, "total": page.total})


async def pin(request: web.Request) -> web.StreamResponse:
    """Pin a quick reply, the team's or one's own, so that it comes first; or take the pin out."""
    body, who = await body_of(request, Pin), principal(request)
    await request.app[DESKS].write(
        real_shop(who.shop),
        request.app[CLOCK].now(),
        lambda desk: personal_replies.pin(desk, who.agent, body.id, on=body.on),
        store.locks.nobody,
    )
    return web.json_response({"ok": True})


async def keep_picture(request: web.Request) -> web.StreamResponse:
    """The body is a picture (PNG, JPEG, GIF, WebP) that quick replies may name by its hash."""
    who, content, now = principal(request), await whole(request), request.app[CLOCK].now()
    hash = await request.app[DESKS].write(
        who.shop, now, lambda desk: quick_replies.keep_picture(desk, content), store.locks.nobody
    )
    return web.json_response({"image": hash})
