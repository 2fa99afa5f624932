"""The JSON shapes of CONTRACT.md, made from views. Times are RFC 3339 with the shop's offset."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import datetime, tzinfo
from functools import partial
from typing import Any

from aiohttp import web

from assistant.domain.checks import Hit
from assistant.domain.errors import InvalidInput
from assistant.domain.kpi_outcomes import HOWS, FollowUpLine
from assistant.services.kpi_outcomes import OutcomesView
from assistant.services.notices import RowView
from assistant.services.quick_replies import Offer
from assistant.services.sidebar_view import NoticeView, SidebarView
from assistant.web import lacks
from assistant.web.texts import Catalogue

_ORIGIN = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9_-]+(\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(:(?P<port>[0-9]{1,5}))?/?"
)
_USUAL_PORTS = {"http": 80, "https": 443}

dumps = partial(json.dumps, ensure_ascii=False, separators=(",", ":"))


def json_response(told: object) -> web.Response:
    """Values as JSON in which Chinese stays readable."""
    return web.json_response(told, dumps=dumps)


def sidebar(view: SidebarView, zone: tzinfo) -> dict[str, Any]:
    """`GET /api/v1/conversations/{id}/sidebar`."""
    return {
        "version": view.version,
        "conversation": asdict(view.conversation),
        "buyer": _buyer(view, zone),
        "orders": [_timed(asdict(order), zone, "created_at", "deadline") for order in view.orders],
        "older_orders": view.older_orders,
        "suggestions": [_suggestion(asdict(card)) for card in view.suggestions],
        "follow_ups": [_timed(asdict(row), zone, "due_at", "offer_at") for row in view.follow_ups],
        "withheld": [_timed(asdict(row), zone, "at", "again_at") for row in view.withheld],
        "waiting": _waiting(view, zone),
        "notices": [notice(found, zone) for found in view.notices],
        "checked": [asdict(found) for found in view.checked],
    }


def _buyer(view: SidebarView, zone: tzinfo) -> dict[str, Any]:
    buyer = asdict(view.buyer)
    buyer["segment"] = {"purchases": buyer.pop("purchases"), "tier": buyer["tier"]}
    buyer["notes"] = [_timed(note, zone, "at") for note in buyer["notes"]]
    return buyer


def _suggestion(card: dict[str, Any]) -> dict[str, Any]:
    return {**card, "reply": card["script"].split("/")[1]}


def quick_reply(offer: Offer, catalogue: Catalogue) -> dict[str, Any]:
    """One of `GET /api/v1/quick-replies`: `missing` are names for programs, `lacks` the same in words; `withdrawn` are
    the words of the notice that takes it back; `image` is the hash of a picture that goes with it."""
    reply, lacking = offer.reply, offer.lacks
    return {
        "id": reply.id,
        "title": reply.title,
        "group": reply.group,
        "shortcut": reply.shortcut,
        "text": lacks.marked(catalogue, offer.filled.text, lacking),
        "missing": list(offer.filled.missing),
        "lacks": [lacks.words(catalogue, lack) for lack in lacking],
        "withdrawn": offer.withdrawn,
        "own": offer.own,
        "pinned": offer.pinned,
        "image": offer.image,
    }


def hit(found: Hit) -> dict[str, str]:
    """One of `POST /api/v1/checks`."""
    return {name: getattr(found, name) for name in ("code", "severity", "words", "reason", "instead")}


def notice(found: NoticeView, zone: tzinfo) -> dict[str, Any]:
    """One of `GET /api/v1/notices`."""
    return _timed(asdict(found), zone, "posted_at", "ends_at")


def row(found: RowView, zone: tzinfo) -> dict[str, Any]:
    """A notice with its readers, for who may post."""
    told = _timed(asdict(found), zone, "posted_at", "ends_at")
    del told["withdrawn"]
    return {
        **told,
        "withdraws": [{"kind": one.kind, "name": one.name} for one in found.withdrawn],
        "read": [_timed(reader, zone, "at") for reader in told["read"]],
        "unread": [{"agent": reader.agent, "name": reader.name} for reader in found.unread],
    }


def _waiting(view: SidebarView, zone: tzinfo) -> dict[str, Any] | None:
    if view.waiting is None:
        return None
    seconds = max(0.0, view.now - view.waiting.since)
    levels = [("late", view.waiting.late), ("warn", view.waiting.warn), ("notice", view.waiting.notice)]
    level = next((name for name, most in levels if seconds > most), "ok")
    return {"since": moment(view.waiting.since, zone), "seconds": round(seconds, 3), "level": level}


def _timed(row: dict[str, Any], zone: tzinfo, *names: str) -> dict[str, Any]:
    return {**row, **{name: moment(row[name], zone) for name in names}}


def moment(at: float | None, zone: tzinfo) -> str | None:
    """Epoch seconds as RFC 3339."""
    return None if at is None else datetime.fromtimestamp(at, zone).isoformat(timespec="milliseconds")


def origin(given: str) -> str:
    """`https://host[:port]`, as browsers name it: lower case, without the usual port. Raises InvalidInput."""
    found = _ORIGIN.fullmatch(given.lower())
    if found is None or int(found["port"] or 0) > 65535:
        raise InvalidInput(f"{given!r} is no origin: send scheme and host only, e.g. https://desk.example.com")
    scheme, host, port = found.group("scheme", "host", "port")
    shown = "" if port is None or int(port) == _USUAL_PORTS[scheme] else f":{int(port)}"
    return f"{scheme}://{host}{shown}"


def outcomes(view: OutcomesView) -> dict[str, Any]:
    """`GET /api/v1/kpi/orders`: the tables of the page, ids instead of names."""
    return {
        "earned": [
            {"key": f"paid_{one.kind}", "count": one.count, "share": one.share, "amount": f"{one.yuan:.2f}"}
            for one in view.earned
        ],
        "follow_ups": [_followed(one) for one in view.follow_ups],
        "situations": [
            {
                "key": one.situation,
                **{name: getattr(one, name) for name in ("asked", "ordered", "lost", "settling", "rate")},
            }
            for one in view.situations
        ],
    }


def _followed(one: FollowUpLine) -> dict[str, Any]:
    difference, within = one.difference or (None, None)
    dealt: dict[str, Any] = {
        how: {"count": one.counts[how], "bought": one.bought[how], "rate": one.rate(how)} for how in HOWS
    }
    return {"key": one.touchpoint, **dealt, "settling": one.settling, "difference": difference, "within": within}
