"""The page that plays the shop's own chats, or a file of events, with the draft and with what is published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from aiohttp import web

from assistant.services import back_test_runs, kpi_behind, kpi_scope
from assistant.services.back_test_runs import MOST_DAYS, MOST_KEPT, Wish
from assistant.services.judging import passing
from assistant.services.proving_jobs import BackTest, Place
from assistant.store import locks
from assistant.web import scripts, uploads
from assistant.web.bodies import Body, body, number
from assistant.web.keys import CLOCK, DESKS, JUDGES, RUNS, principal
from assistant.web.pages import page
from assistant.web.scripts import At, at

USUAL_DAYS = 7
MOST_BYTES = 64 * 1024 * 1024


class PeriodRequest(Body):
    """The shop's own days, both played."""

    first: date
    last: date


async def show(request: web.Request) -> web.StreamResponse:
    """The form, what is running, and a report: the newest, or the one of `?id=`."""
    here, who, id = await at(request), principal(request), wanted(request)
    clock = request.app[CLOCK]
    view = await request.app[DESKS].store.read(
        lambda tx: back_test_runs.view(tx, who.shop, id, clock.now(), clock.speed)
    )
    about = {"view": view, "may": True, "changes": len(here.draft.changes), "version": here.draft.version}
    days = {"first": here.today - timedelta(days=USUAL_DAYS - 1), "last": here.today}
    boot = scripts.editor_boot(request, id=id)
    limits = {"most": MOST_KEPT, "most_days": MOST_DAYS, "most_megabytes": MOST_BYTES >> 20}
    return page(request, "scripts/back_test.html", boot=boot, id=id, **about, **days, **limits)


def wanted(request: web.Request) -> int | None:
    """The back-test that an address opens."""
    given = request.query.get("id", "")
    return int(given) if given.isdecimal() and len(given) <= 18 else None


async def start(request: web.Request) -> web.StreamResponse:
    """Begin one, of the shop's own days or of a file; the answer is its id. Raises Conflict while one is running."""
    here = await at(request)
    tables = await _tables(request, here)
    wish = Wish(here.draft.version, len(here.draft.changes))
    if request.content_type.startswith("multipart/"):
        name, file = await uploads.kept(request, MOST_BYTES)
        job, wish = BackTest(events=str(file), **tables), replace(wish, file=name)
    else:
        asked = await body(request, PeriodRequest)
        first, last = back_test_runs.days(asked.first, asked.last)
        job = BackTest(place=place(request, here, first, last), **tables)
        wish = replace(wish, first=first.isoformat(), last=last.isoformat())
    return web.json_response({"id": await _started(request, wish, job)})


async def _started(request: web.Request, wish: Wish, job: BackTest) -> int:
    who = principal(request)
    return await request.app[RUNS].start(who.shop, wish, job, author=who.agent)


async def _tables(request: web.Request, here: At) -> dict[str, Any]:
    """Both sides as they are handed over; the draft only if it could be published."""
    shipped = request.app[DESKS].library.shipped
    found: dict[str, Any] = {"before": here.draft.published.content(), "shipped": shipped.content()}
    if not here.draft.changes:
        return found
    judged = passing(await request.app[JUDGES].judge(principal(request).shop, here.draft, here.today))
    return {**found, "after": judged.scripts.content()}


def place(request: web.Request, here: At, first: date, last: date) -> Place:
    """The shop's chats of these days, on its own calendar."""
    over = kpi_scope.Wish(first, last).between(here.shop.id, here.shop.timezone)
    return Place(database=request.app[DESKS].store.address, shop=over.shop, first=over.start, last=over.end)


async def cancel(request: web.Request) -> web.StreamResponse:
    """Stop it, whoever began it and on whichever node."""
    id, who = number(request, "back-test: its id is a whole number"), principal(request)
    await request.app[DESKS].write(who.shop, request.app[CLOCK].now(), lambda desk: back_test_runs.cancel(desk, id))
    return web.json_response({"id": id})


async def chat(request: web.Request) -> web.StreamResponse:
    """A chat behind a quoted message, masked; that somebody looked is kept."""
    id, on, who = request.match_info["id"], request.query.get("on") or None, principal(request)
    found = await request.app[DESKS].write(
        who.shop,
        request.app[CLOCK].now(),
        lambda desk: kpi_behind.look(desk, id, on, by=who.agent, own=False),
        locks.by_chat(id),
    )
    return page(request, "scripts/chat.html", boot=scripts.editor_boot(request), view=found, may=True)
