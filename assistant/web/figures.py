"""Figures and the facts behind them, as JSON."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any

from aiohttp import web

from assistant import store
from assistant.domain import facts as rules
from assistant.domain import platforms
from assistant.domain.errors import InvalidInput
from assistant.domain.moments import midnight, moment, shop_day
from assistant.services import kpi as figures
from assistant.services import kpi_outcomes, teams
from assistant.services.kpi_outcomes import OutcomesView
from assistant.services.kpi_scope import Wish
from assistant.web import answers
from assistant.web.bodies import between
from assistant.web.keys import CLOCK, DESKS, shop_of

PAGE, LARGEST_PAGE = 500, 5_000


async def kpi(request: web.Request) -> web.StreamResponse:
    """KPI rows of a period, `by` agent, day, hour, situation or touchpoint; of a `team` if one is named."""
    shop, now = await shop_of(request), request.app[CLOCK].now()
    start, end = _period(request, shop.timezone, now)
    by, platform = request.query.get("by", "all"), request.query.get("platform")
    given = request.query.get("team", "")

    def read(tx: store.Transaction) -> list[dict[str, object]]:
        team = teams.roster(tx, shop.id, teams.find(tx, shop.id, given)) if given else None
        return figures.rows(tx, shop.id, start, end, by=by, platform=platform, team=team, now=now)

    rows = await request.app[DESKS].store.read(read)
    found = {"from": start.isoformat(), "to": end.isoformat(), "by": by, "rows": rows}
    return answers.json_response(found)


async def orders(request: web.Request) -> web.StreamResponse:
    """What earns and costs orders over whole days, at most 31: the tables of the page, of a `team`, `agent` or
    `platform` if one is named."""
    shop, now = await shop_of(request), request.app[CLOCK].now()
    start, end = _period(request, shop.timezone, now)
    first, last = (shop_day(at, shop.timezone) for at in (start, end - timedelta(microseconds=1)))
    if (start, end) != (midnight(first, shop.timezone), midnight(last + timedelta(days=1), shop.timezone)):
        raise InvalidInput("`from` and `to` are whole days here: write 2026-11-11")
    asked = request.query
    platform = platforms.named(asked.get("platform") or None)

    def read(tx: store.Transaction) -> OutcomesView:
        team = teams.find(tx, shop.id, asked["team"]) if asked.get("team") else None
        wish = Wish(first, last, asked.get("agent") or None, platform, team)
        return kpi_outcomes.view(tx, shop.id, wish, now)

    found = answers.outcomes(await request.app[DESKS].store.read(read))
    return answers.json_response({"from": start.isoformat(), "to": end.isoformat(), **found})


async def facts(request: web.Request) -> web.StreamResponse:
    """Facts of a period as recorded, of a `name` (may be given again) or `platform` only if asked for; `next` is the
    cursor of the following page, null at the end."""
    shop, now = await shop_of(request), request.app[CLOCK].now()
    start, end = _period(request, shop.timezone, now)
    after, limit = between(request, "cursor", 0, 0, 2**62), between(request, "limit", PAGE, 1, LARGEST_PAGE)
    names, platform = rules.named(request.query.getall("name", [])), platforms.named(request.query.get("platform"))
    found = await request.app[DESKS].store.read(
        lambda tx: store.facts.between(
            tx, shop.id, start, end, names=names, platform=platform, after=after, limit=limit + 1
        )
    )
    rows = [_fact(fact, shop.timezone) for fact in found[:limit]]
    return answers.json_response({"facts": rows, "next": found[limit - 1].id if len(found) > limit else None})


def _fact(fact: store.facts.Stored, zone: tzinfo) -> dict[str, Any]:
    return {
        "id": fact.id,
        "name": fact.name,
        "at": fact.at.astimezone(zone).isoformat(),
        "recorded_at": fact.recorded_at.astimezone(zone).isoformat(),
        "shop": fact.shop,
        "platform": fact.platform,
        "conversation": fact.conversation,
        "buyer": fact.buyer,
        "order": fact.order,
        "agent": fact.agent,
        "data": fact.data,
    }


def _period(request: web.Request, zone: tzinfo, now: datetime) -> tuple[datetime, datetime]:
    """`from` (inclusive) and `to` (exclusive); both default to today in the shop's zone."""
    asked, today = request.query, shop_day(now, zone)
    start = moment(asked["from"], zone) if "from" in asked else midnight(today, zone)
    end = moment(asked["to"], zone) if "to" in asked else midnight(today + timedelta(days=1), zone)
    if end <= start:
        raise InvalidInput("`to` must be later than `from`")
    return start, end
