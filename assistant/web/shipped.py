"""The page that proposes what a newer release ships: rows are ticked and become a draft, or are put away."""

from __future__ import annotations

from aiohttp import web
from pydantic import Field

from assistant.domain.drafts import differences
from assistant.domain.script_rows import Name
from assistant.services import drafts, script_rows, shipped
from assistant.web import answers, scripts
from assistant.web.bodies import Body, body
from assistant.web.keys import CLOCK, DESKS, principal
from assistant.web.pages import page
from assistant.web.scripts import at


class TakeRequest(Body):
    """Which rows, as (table, id), are taken over; `mark` is the draft they were looked at beside. None: put away."""

    mark: str
    chosen: list[tuple[str, str]] | None = Field(None, max_length=drafts.MOST_CHANGES)


async def show(request: web.Request) -> web.StreamResponse:
    """Each new or changed row beside what the shop has; what the shop wrote itself is not ticked."""
    here, who = await at(request), principal(request)
    found = await request.app[DESKS].store.read(
        lambda tx: shipped.news(tx, who.shop, here.draft, request.app[DESKS].library.shipped)
    )
    differ = {one.name: one for one in differences(here.draft.texts, {one.name: one.text for one in found})}
    rows = [
        {
            "name": one.name,
            "title": script_rows.title_of(one.name, one.text),
            "own": one.own,
            "of": differ[one.name],
        }
        for one in found
    ]
    boot = scripts.editor_boot(request, mark=here.draft.mark)
    return page(request, "scripts/shipped.html", boot=boot, rows=rows, may=True)


async def take(request: web.Request) -> web.StreamResponse:
    """Keep the ticked rows as a draft, or propose nothing of this release any more."""
    asked, who, now = await body(request, TakeRequest), principal(request), request.app[CLOCK].now()
    tables = request.app[DESKS].library.shipped
    if asked.chosen is None:
        await request.app[DESKS].write(who.shop, now, lambda desk: shipped.put_away(desk, tables))
        return web.json_response({"kept": 0})
    chosen = {Name(table, id) for table, id in asked.chosen}
    kept = await request.app[DESKS].write(
        who.shop, now, lambda desk: shipped.take(desk, tables, chosen, asked.mark, author=who.agent)
    )
    return answers.json_response({"kept": kept})
