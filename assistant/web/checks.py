"""Checking a text before it is said, over HTTP. What is found becomes a fact only once it is really sent."""

from __future__ import annotations

from typing import Annotated, Any

from aiohttp import web
from pydantic import StringConstraints

from assistant import store
from assistant.services import buyers, checks, conversations
from assistant.web import answers
from assistant.web.bodies import Body, Words
from assistant.web.bodies import body as body_of
from assistant.web.keys import CLOCK, DESKS, principal

# NUL cannot be stored by every database.
_Id = Annotated[str, StringConstraints(max_length=128, pattern=r"^[^\x00]*$")]


class CheckRequest(Body):
    """With `conversation` what was talked about is known too; `platform` where an id is of several."""

    text: Words
    buyer: _Id | None = None
    conversation: _Id | None = None
    platform: _Id | None = None


async def check_text(request: web.Request) -> web.StreamResponse:
    """What must not be said in a text, why, and what to say instead. Nothing is recorded."""
    body, app, shop = await body_of(request, CheckRequest), request.app, principal(request).shop
    now = app[CLOCK].now()
    at = await app[DESKS].shop(shop, now)

    def look(tx: store.Transaction) -> dict[str, Any]:
        chat = conversations.find(tx, shop, body.conversation, body.platform) if body.conversation else None
        buyer = buyers.named(tx, shop, body.buyer, body.platform) if body.buyer else None
        if buyer is None and chat is not None:
            buyer = store.buyers.get(tx, chat.buyer)
        return {"hits": [answers.hit(found) for found in checks.find(tx, at, now, body.text, buyer, chat)]}

    return answers.json_response(await app[DESKS].store.read(look))
