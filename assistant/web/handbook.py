"""The handbook for agents to look things up in: each entry with its words, and until when they hold. Read only."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from assistant.services import handbook
from assistant.services.desk import Shop
from assistant.services.handbook import EntryView
from assistant.services.sidebar_view import LackView
from assistant.web import answers, lacks
from assistant.web.bodies import between
from assistant.web.keys import CLOCK, DESKS, principal
from assistant.web.language import catalogue
from assistant.web.texts import Catalogue
from assistant.web.value_names import VALIDITY

USUAL, MOST = 8, 50


async def look_up(request: web.Request) -> web.StreamResponse:
    """Entries of the shop's handbook that fit what is typed, with until when they hold."""
    now, words = request.app[CLOCK].now(), catalogue(request)
    shop = await request.app[DESKS].shop(principal(request).shop, now)
    typed, limit = request.query.get("q", "")[:100].strip(), between(request, "limit", USUAL, 1, MOST)
    found = handbook.search(shop, now, typed, limit)
    also = [handbook.entry(shop, key, now) for key in _called(shop, words, typed)]
    new = [entry for entry in also if entry.key not in {one.key for one in found.items}]
    items = [as_json(entry, words) for entry in (*found.items, *new)[:limit]]
    return answers.json_response({"items": items, "total": found.total + len(new)})


def _called(shop: Shop, catalogue: Catalogue, typed: str) -> list[str]:
    """Entries that the reader's own language calls so: the index knows the trainers' words only."""
    names = shop.handbook.names.items() if typed and not catalogue.is_source else ()
    wanted = typed.lower()
    return [key for key, name in names if key in shop.handbook.entries and wanted in catalogue.gettext(name).lower()]


def as_json(entry: EntryView, catalogue: Catalogue) -> dict[str, Any]:
    """One entry in the reader's language; `usable` says whether it may be said now."""
    kind, values = _validity(entry)
    told = catalogue.gettext(VALIDITY[kind]) % values if values else catalogue.gettext(VALIDITY[kind])
    return {
        "key": entry.key,
        "label": lacks.name(catalogue, LackView(f"shop.{entry.key}", entry.label)),
        "text": entry.text,
        "valid_from": entry.valid_from.isoformat() if entry.valid_from else None,
        "valid_to": entry.valid_to.isoformat() if entry.valid_to else None,
        "state": kind,
        "validity": told,
        "usable": entry.lack is None and entry.withdrawn is None,
    }


def _validity(entry: EntryView) -> tuple[str, dict[str, object]]:
    """What to say about how long an entry holds, by its name in `VALIDITY`."""
    if entry.withdrawn is not None:
        return "withdrawn", {"words": entry.withdrawn}
    if entry.lack is not None:
        kind, _, day = entry.lack.partition(" ")
        return kind, {"day": day}
    if entry.days_left is not None:
        return ("last_day", {}) if entry.days_left == 0 else ("soon", {"n": entry.days_left})
    return ("until", {"day": entry.valid_to.isoformat()}) if entry.valid_to else ("always", {})
