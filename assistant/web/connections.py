"""The page for administrators: how the chat hosts and the webhooks of a shop fare, and facts that were never taken."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from assistant import store
from assistant.domain.errors import NotFound
from assistant.domain.hosts import ASKED
from assistant.web.bodies import number
from assistant.web.keys import DEAD_LETTERS, DESKS, principal
from assistant.web.pages import page


async def show(request: web.Request) -> web.StreamResponse:
    shop = principal(request).shop

    def read(tx: store.Transaction) -> dict[str, Any]:
        newest = store.subscriptions.newest_fact(tx)
        mine = [one for one in store.subscriptions.every(tx) if one.shop == shop]
        return {
            "hosts": [one for one in store.hosts.every(tx) if one.shop == shop],
            "subscriptions": [{"row": one, "behind": max(0, newest - one.cursor)} for one in mine],
            "dead": store.subscriptions.dead(tx, shop),
        }

    found = await request.app[DESKS].store.read(read)
    cut = len(found["dead"]) >= store.subscriptions.LISTED
    return page(request, "connections/page.html", **found, cut=cut, asked=ASKED)


async def tell_again(request: web.Request) -> web.StreamResponse:
    """Tell a dead letter's facts once more; the page says what the subscriber answers."""
    letters = request.app[DEAD_LETTERS]
    if letters is None:
        raise NotFound
    await letters.replay(principal(request).shop, number(request, "number of a dead letter"))
    raise web.HTTPSeeOther("/connections")
