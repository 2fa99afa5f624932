"""The leader's page: figures of a period, the list behind each, the chat behind each row, and all of it as files.

An agent sees the same of their own. Programs ask `figures.py`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from aiohttp import web

from assistant import store
from assistant.domain.errors import NotAllowed, NotFound
from assistant.domain.kpi_behind import LISTS
from assistant.domain.moments import midnight, shop_day
from assistant.domain.platforms import PROFILES
from assistant.domain.staff import Principal
from assistant.services import audit, kpi, kpi_behind, kpi_view, looks, payment_delays, platforms, staff, teams
from assistant.services.kpi_outcomes import LONGEST_DAYS
from assistant.services.kpi_scope import Wish
from assistant.services.kpi_view import KpiView, Line
from assistant.store.kpi import Between
from assistant.web import kpi_files, kpi_names, sheets
from assistant.web.keys import CLOCK, DESKS, principal, read_shop
from assistant.web.kpi_filter import READ_ALL, Asked, asked, presets
from assistant.web.language import catalogue
from assistant.web.pages import page
from assistant.web.platform_names import rule_value
from assistant.web.wallboard import alerts_part, page_boot

# Who may see what is masked for others.
SEES = "buyers.see"
# So many situations are named on the page; the page of words has them all.
MOST_USED = 8
LONGEST_KEY = 200
ONE_SITUATION = "suggestions_shown"
# Tables; by shop only where several are added up.
BYS = ("shop", "agent", "day")
TILES = (
    "first_response_seconds", "average_response_seconds", "within_180s_rate", "follow_ups_on_time_rate",
    "inquiry_to_order_rate", "inquiry_to_paid_rate", "sales_amount", "satisfaction_rate",
)  # fmt: skip
COLUMNS = (
    "buyers_received", "first_response_seconds", "average_response_seconds", "within_180s_rate", "unanswered_buyers",
    "slow_receptions", "suggestion_adoption_rate", "script_usage_rate", "follow_ups_on_time_rate",
    "inquiry_to_paid_rate", "sales_amount", "satisfaction_rate", "check_hits",
)  # fmt: skip


async def show(request: web.Request) -> web.StreamResponse:
    """The page."""
    (what, zone), who, now = await asked_for(request), principal(request), request.app[CLOCK].now()
    today, may = shop_day(now, zone), who.may("kpi.alert")

    def read(tx: store.Transaction, shop: str) -> dict[str, Any]:
        return {
            "view": (view := kpi_view.view(tx, shop, what.wish, now, what.against)),
            "begun": _begun(tx, shop, what, datetime.fromtimestamp(view.before_from, zone).date()),
            "agents": [] if what.own else kpi_view.agents(tx, shop, what.wish),
            "teams": [] if what.own or what.wish.beside else store.teams.of_shop(tx, shop),
            "readable": staff.shops_with(tx, who.agent, READ_ALL),
            "shops": store.users.shops_of(tx, who.agent),
            # Of one agent's there would be no basis: who writes to a buyer does not set when the buyer pays.
            "delays": None if _narrow(what) else payment_delays.view(tx, what.wish.between(shop, zone)),
            "used": None if _narrow(what, agent=False) else _used(tx, what.wish, what.wish.between(shop, zone)),
            "told": tuple(store.alerts.latest(tx, shop, midnight(today, zone))) if may else (),
        }

    found = await read_shop(request, read)
    found["told"] = alerts_part(request, found["told"])
    tables = {by: _lines(what, found["view"], by) for by in (BYS if what.wish.beside else BYS[1:])}
    tops = {by: {name: _top(lines, name) for name in COLUMNS} for by, lines in tables.items()}
    return shown(
        request, "kpi/page.html", alerts_too=may, groups_too=who.may("teams.manage"), asked=what, tables=tables,
        tops=tops, today=today, presets=presets(today), platforms=tuple(PROFILES), tiles=TILES, columns=COLUMNS,
        here=who.shop, boot=page_boot(request), againsts=kpi_view.AGAINST, whats=await whats(request),
        words_too=who.may("scripts.edit"), **found,
    )  # fmt: skip


async def table(request: web.Request) -> web.StreamResponse:
    """The table by agent or by day as a file: every figure, and the total."""
    by, (what, _) = request.match_info["by"], await asked_for(request)
    if by not in BYS:
        raise NotFound(f"there is no table by {by!r}: ask for {', '.join(BYS)}")
    view = await read_shop(request, lambda tx, shop: kpi_view.view(tx, shop, what.wish, request.app[CLOCK].now()))
    added_up = what.wish.team is not None or what.wish.beside
    called = kpi_files.ADDED_UP if added_up else kpi_files.TOTAL
    columns, found = kpi_files.table(by, _lines(what, view, by), view.total, catalogue(request), called)
    await taken_out(request, what, by)
    return await sheets.answer(request, f"kpi-{by}", columns, sheets.one_page(found))


async def log(request: web.Request) -> web.StreamResponse:
    """The facts of a period as a file; buyers are masked unless whoever asks may see them."""
    (what, zone), shop, words = await asked_for(request), principal(request).shop, catalogue(request)
    called = (await chosen(request, what))["shop_names"]
    shops = {id: called.get(id, id) for id in (shop, *what.wish.beside)}
    pages = kpi_files.log_pages(
        request.app[DESKS].store, shops, what.wish.between(shop, zone), zone, masked=not principal(request).may(SEES)
    )
    await taken_out(request, what, "log")
    columns = kpi_files.log_columns(words, several=len(shops) > 1)
    return await sheets.answer(request, "kpi-log", columns, pages, cut=words.name("sheet", "cut"))


async def rows(request: web.Request) -> web.StreamResponse:
    """The list behind a figure."""
    what, _ = await asked_for(request)
    view = await _behind(request, what, kpi_behind.MOST)
    named = await chosen(request, what)
    begun = await read_shop(request, lambda tx, shop: _begun(tx, shop, what, what.wish.first))
    return shown(
        request, "kpi/rows.html", asked=what, view=view, most=kpi_behind.MOST, whats=await whats(request), begun=begun,
        only=only_of(request), **named,
    )  # fmt: skip


async def rows_table(request: web.Request) -> web.StreamResponse:
    """The list behind a figure as a file."""
    what, zone = await asked_for(request)
    view = await _behind(request, what, kpi_behind.MOST_IN_A_FILE)
    await taken_out(request, what, "rows")
    columns, found = await listed_file(request, view, zone, what)
    return await sheets.answer(request, f"kpi-{view.name}", columns, sheets.one_page(found))


async def look(request: web.Request) -> web.StreamResponse:
    """A chat behind a figure; that somebody looked is kept."""
    (what, _), who = await asked_for(request), principal(request)
    id, platform = request.match_info["id"], request.query.get("on") or request.query.get("platform") or None
    found = await request.app[DESKS].write(
        who.shop,
        request.app[CLOCK].now(),
        lambda desk: kpi_behind.look(desk, id, platform, by=who.agent, own=what.own),
        store.locks.by_chat(id),
    )
    name = request.query.get("of", "")
    back = request.query.get("back") == "now"
    return shown(request, "kpi/chat.html", asked=what, view=found, of=name if name in LISTS else None, back=back)


async def list_looks(request: web.Request) -> web.StreamResponse:
    """Who looked into the chats of whoever asks."""
    (what, _), who, now = await asked_for(request), principal(request), request.app[CLOCK].now()
    view = await read_shop(request, lambda tx, shop: looks.at_chats_of(tx, shop, who.agent, now))
    return shown(request, "kpi/looks.html", asked=what, view=view, days=looks.BACK.days)


# --- small parts -----------------------------------------------------------------------------------------------------


async def asked_for(request: web.Request) -> tuple[Asked, tzinfo]:
    """What the address asks for, and where the shop's days begin."""
    who, named, team = principal(request), request.query.getall("shop", []), request.query.get("team", "")
    alone = not who.may(READ_ALL)

    def read(tx: store.Transaction, shop: str) -> tuple[tzinfo, int | None, tuple[str, ...]]:
        found = None if alone or not team else teams.find(tx, shop, team)
        return kpi.zone_of(tx, shop), found, () if alone else _beside(tx, who, named)

    zone, found, beside = await read_shop(request, read)
    return asked(request, shop_day(request.app[CLOCK].now(), zone), found, beside), zone


def _beside(tx: store.Transaction, who: Principal, named: Sequence[str]) -> tuple[str, ...]:
    """The shops named beside the first one. Raises NotAllowed for one whose figures are not theirs to read."""
    readable = {id for id, _ in staff.shops_with(tx, who.agent, READ_ALL)}
    beside = tuple(dict.fromkeys(shop for shop in named if shop != who.shop))
    if not readable.issuperset(beside):
        raise NotAllowed
    return beside


def _narrow(what: Asked, *, agent: bool = True) -> bool:
    """Whether not all of one shop is asked for; without `agent` one agent's is no hindrance."""
    return what.wish.team is not None or bool(what.wish.beside) or (agent and what.wish.agent is not None)


def _used(tx: store.Transaction, wish: Wish, between: Between) -> list[store.kpi_done.InUse] | None:
    """The situations of most cards; cards are counted one by one, so not over long periods."""
    days = (wish.last - wish.first).days
    return store.kpi_done.in_use(tx, between, wish.agent, MOST_USED) if days < LONGEST_DAYS else None


async def chosen(request: web.Request, what: Asked) -> dict[str, Any]:
    """How people call what the filters name."""
    return await read_shop(request, lambda tx, shop: _chosen(tx, shop, what))


async def listed_file(
    request: web.Request, view: kpi_behind.BehindView, zone: tzinfo, what: Asked
) -> tuple[list[sheets.Column], Iterable[sheets.Row]]:
    """A list as the columns and rows of a file."""
    shops, called = (await chosen(request, what))["shop_names"], await whats(request)
    return kpi_files.rows(view, zone, catalogue(request), shops, called)


def _chosen(tx: store.Transaction, shop: str, what: Asked) -> dict[str, Any]:
    team = next((one.name for one in store.teams.of_shop(tx, shop) if one.id == what.wish.team), "")
    shops = {row.id: row.name or row.id for row in store.shops.every(tx)} if what.wish.beside else {}
    return {"names": kpi_view.called(tx, shop, what.wish), "team": team, "shop_names": shops}


def _begun(tx: store.Transaction, shop: str, what: Asked, first: date) -> list[tuple[str, platforms.Begun]]:
    """What is counted otherwise from a day on, after `first` and until the period's end; with the shop where several
    are added up."""
    names = {row.id: row.name or row.id for row in store.shops.every(tx)} if what.wish.beside else {}
    return [
        (names.get(one, ""), change)
        for one in (shop, *what.wish.beside)
        for change in platforms.begun(tx, one, first, what.wish.last, what.wish.platform)
    ]


async def taken_out(request: web.Request, what: Asked, file: str) -> None:
    """Keep that somebody took others' figures out as a file; one's own are one's own."""
    who, now, form = principal(request), request.app[CLOCK].now(), request.match_info["form"]
    if what.own or form not in sheets.TYPES:
        return
    days = {"from": what.wish.first.isoformat(), "to": what.wish.last.isoformat()}

    def keep(tx: store.Transaction) -> None:
        for shop in (who.shop, *what.wish.beside):
            audit.record(tx, shop, "access.downloaded", now, by=who.agent, what=file, form=form, **days)

    await request.app[DESKS].store.write(keep)


async def whats(request: web.Request) -> dict[str, str]:
    """What people call the situations and touchpoints of the shop, by id."""
    shop = await request.app[DESKS].shop(principal(request).shop, request.app[CLOCK].now())
    situations, touchpoints = shop.scripts.situations, shop.scripts.touchpoints
    return {row.id: row.name for row in situations} | {row.id: row.name for row in touchpoints}


async def _behind(request: web.Request, what: Asked, most: int) -> kpi_behind.BehindView:
    name, now = request.match_info["name"], request.app[CLOCK].now()
    unmasked, only = principal(request).may(SEES), only_of(request)
    return await read_shop(
        request, lambda tx, shop: kpi_behind.rows(tx, shop, name, what.wish, now, most, unmasked=unmasked, only=only)
    )


def only_of(request: web.Request) -> str:
    """The one situation of which the list of cards is asked for."""
    return request.query.get("what", "")[:LONGEST_KEY] if request.match_info["name"] == ONE_SITUATION else ""


def _lines(what: Asked, view: KpiView, by: str) -> list[Line]:
    """The rows of a table as they were asked to be sorted; what is not known comes last."""
    lines = list({"agent": view.agents, "shop": view.shops, "day": view.days}[by])
    name, falling = what.sort.removeprefix("-"), what.sort.startswith("-")
    if not name:
        return lines
    known = [line for line in lines if line.figures[name] is not None]
    known.sort(key=lambda line: float(line.figures[name] or 0), reverse=falling)
    return [*known, *(line for line in lines if line.figures[name] is None)]


def _top(lines: list[Line], name: str) -> float:
    return max((float(line.figures[name] or 0) for line in lines), default=0.0)


def shown(request: web.Request, name: str, **context: Any) -> web.Response:
    words = catalogue(request)
    written = functools.partial(kpi_names.written, say=words.gettext)
    said = functools.partial(rule_value, called=words.name)
    writing = {"written": written, "unit": kpi_names.unit, "change": kpi_names.change, "bar": kpi_names.bar}
    return page(request, name, lists=LISTS, said=said, **writing, **context)
