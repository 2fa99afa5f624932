"""The page of what earns and costs orders, the lists behind its numbers, and its tables as files."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from assistant.domain.errors import NotFound
from assistant.domain.kpi_outcomes import HOWS
from assistant.domain.moments import shop_day
from assistant.services import kpi_behind, kpi_outcomes
from assistant.services.kpi_outcomes import OutcomeRows, OutcomesView
from assistant.web import kpi, kpi_filter, kpi_names, sheets
from assistant.web.keys import CLOCK, DESKS, principal
from assistant.web.kpi_filter import Asked
from assistant.web.language import catalogue
from assistant.web.sheets import Column, Row
from assistant.web.texts import SOURCE, Catalogue

_UNITS = {"share": "rate", "yuan": "yuan", "rate": "rate", "difference": "rate", "within": "rate"}
_NAMED = ("earned", "touchpoint", "situation")
TABLES = {
    "earned": ("earned", "count", "share", "yuan"),
    "follow-ups": ("touchpoint", *HOWS, *(f"bought_{how}" for how in HOWS), "settling"),
    "situations": ("situation", "asked", "ordered", "lost", "rate", "settling"),
}


async def show(request: web.Request) -> web.StreamResponse:
    """The three tables."""
    what, zone = await kpi.asked_for(request)
    view, whats, stages = await _view(request, what), await kpi.whats(request), await _stages(request)
    today = shop_day(request.app[CLOCK].now(), zone)
    return kpi.shown(
        request, "kpi/outcomes.html", asked=what, view=view, whats=whats, stages=stages, hows=HOWS, today=today,
        presets=kpi_filter.presets(today), rows=what.outcome_rows, table=what.outcome_table, rate=kpi_names.rate,
    )  # fmt: skip


async def rows(request: web.Request) -> web.StreamResponse:
    """The list behind a number."""
    what, _ = await kpi.asked_for(request)
    of, key, found = await _rows(request, what, kpi_behind.MOST)
    called = (await kpi.whats(request)).get(key, key)
    return kpi.shown(
        request, "kpi/outcome_rows.html", asked=what, view=found, of=of, called=called, most=kpi_behind.MOST,
        file=lambda form: what.outcome_rows(of, key, f".{form}"), **await kpi.chosen(request, what),
    )  # fmt: skip


async def rows_table(request: web.Request) -> web.StreamResponse:
    """The same as a file."""
    what, zone = await kpi.asked_for(request)
    of, _, found = await _rows(request, what, kpi_behind.MOST_IN_A_FILE)
    view = kpi_behind.BehindView(of, "cards", None, found.rows, found.total, found.counting)
    columns, lines = await kpi.listed_file(request, view, zone, what)
    await kpi.taken_out(request, what, "rows")
    return await sheets.answer(request, f"kpi-{of}", columns, sheets.one_page(lines))


async def table(request: web.Request) -> web.StreamResponse:
    """One of the three tables as a file."""
    by, (what, _) = request.match_info["by"], await kpi.asked_for(request)
    if by not in TABLES:
        raise NotFound(f"there is no table {by!r}: ask for {', '.join(TABLES)}")
    words = catalogue(request)
    lines = _lines(by, await _view(request, what), await kpi.whats(request), words)
    columns = [_column(name, words) for name in TABLES[by]]
    await kpi.taken_out(request, what, "outcomes")
    return await sheets.answer(request, f"kpi-{by}", columns, sheets.one_page(lines))


# --- small parts -----------------------------------------------------------------------------------------------------


async def _view(request: web.Request, what: Asked) -> OutcomesView:
    shop, now = principal(request).shop, request.app[CLOCK].now()
    return await request.app[DESKS].store.read(lambda tx: kpi_outcomes.view(tx, shop, what.wish, now))


async def _stages(request: web.Request) -> dict[str, str]:
    """The stage of each situation that has one: what asks after a purchase is hardly a lost order."""
    shop = await request.app[DESKS].shop(principal(request).shop, request.app[CLOCK].now())
    return {row.id: row.stage for row in shop.scripts.situations if row.stage}


async def _rows(request: web.Request, what: Asked, most: int) -> tuple[str, str, OutcomeRows]:
    who, now = principal(request), request.app[CLOCK].now()
    of, key = request.query.get("of", ""), request.query.get("key", "")[: kpi.LONGEST_KEY]
    found = await request.app[DESKS].store.read(
        lambda tx: kpi_outcomes.rows(tx, who.shop, what.wish, now, of, key, most, unmasked=who.may(kpi.SEES))
    )
    return of, key, found


def _column(name: str, words: Catalogue) -> Column:
    kind = "text" if name in _NAMED else _UNITS.get(name, "count")
    return Column(words.name("kpi_column", name) if words.lang == SOURCE else name, kind)


def _lines(by: str, view: OutcomesView, whats: dict[str, str], words: Catalogue) -> Iterable[Row]:
    if by == "earned":
        return [[words.name("kpi", f"paid_{one.kind}"), one.count, one.share, one.yuan] for one in view.earned]
    if by == "follow-ups":
        return [
            [whats.get(one.touchpoint, one.touchpoint), *(one.counts[how] for how in HOWS),
             *(one.bought[how] for how in HOWS), one.settling]
            for one in view.follow_ups
        ]  # fmt: skip
    none = words.gettext("没有认出情景")
    return [
        [whats.get(one.situation, one.situation) or none, one.asked, one.ordered, one.lost, one.rate, one.settling]
        for one in view.situations
    ]
