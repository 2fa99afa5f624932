"""The trainers' and leaders' page about which words work: figures of a period, and the uses behind each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from aiohttp import web

from assistant import store
from assistant.domain.platforms import PROFILES
from assistant.services import words
from assistant.services.desk import Shop
from assistant.services.kpi_scope import Wish
from assistant.web import kpi_filter
from assistant.web.keys import CLOCK, DESKS, principal
from assistant.web.pages import page

T = TypeVar("T")
USUAL_DAYS = 7


@dataclass(frozen=True, slots=True)
class Filter:
    """What the address asks for, and addresses that ask for the same."""

    wish: Wish
    purchases: str | None

    def query(self, **more: str | None) -> str:
        """`?from=…` with these filters, and more."""
        wish = self.wish
        said = {
            "from": wish.first.isoformat(), "to": wish.last.isoformat(), "platform": wish.platform,
            "purchases": self.purchases, **more,
        }  # fmt: skip
        return "?" + urlencode({name: value for name, value in said.items() if value})

    def behind(self, name: str, what: str) -> str:
        """Where the uses behind a figure are."""
        return f"/scripts/words/behind{self.query(name=name, what=what)}"

    def days(self, first: date, last: date) -> str:
        """The page for other days."""
        return f"/scripts/words{replace(self, wish=replace(self.wish, first=first, last=last)).query()}"


async def show(request: web.Request) -> web.StreamResponse:
    """The page."""
    shop, today, chosen = await _chosen(request)
    view = await _read(request, shop, chosen, words.view)
    return _page(request, "scripts/words.html", chosen, view=view, today=today, presets=kpi_filter.presets(today))


async def behind(request: web.Request) -> web.StreamResponse:
    """The uses behind a figure of one reply, and what agents commonly change in it."""
    shop, _, chosen = await _chosen(request)
    name, what = request.query.get("name", "")[:200], request.query.get("what", "shown")
    view = await _read(request, shop, chosen, lambda tx, shop, asked: words.behind(tx, shop, asked, name, what))
    return _page(request, "scripts/words_behind.html", chosen, view=view, what=what, whats=words.WHATS)


# --- small parts -----------------------------------------------------------------------------------------------------


async def _chosen(request: web.Request) -> tuple[Shop, date, Filter]:
    now = request.app[CLOCK].now()
    shop = await request.app[DESKS].shop(principal(request).shop, now)
    today = shop.day(now)
    wish = kpi_filter.asked(request, today).wish
    if not request.query.get("from"):
        wish = replace(wish, first=wish.last - timedelta(days=USUAL_DAYS - 1))
    purchases = request.query.get("purchases") or None
    return shop, today, Filter(replace(wish, agent=None), purchases)


async def _read(
    request: web.Request, shop: Shop, chosen: Filter, work: Callable[[store.Transaction, Shop, store.words.Asked], T]
) -> T:
    asked = words.asked(shop, chosen.wish, chosen.purchases, request.app[CLOCK].now())
    return await request.app[DESKS].store.read(lambda tx: work(tx, shop, asked))


def _page(request: web.Request, name: str, chosen: Filter, **context: Any) -> web.Response:
    return page(
        request, name, asked=chosen, may=True, platforms=tuple(PROFILES), purchases=words.PURCHASES, own=words.OWN,
        chat=_chat, **context,
    )  # fmt: skip


def _chat(conversation: str, platform: str) -> str:
    """Where a chat is, masked; that somebody looks is kept."""
    return f"/scripts/chats/{quote(conversation, safe='')}?{urlencode({'on': platform})}"
