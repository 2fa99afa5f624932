"""Versions of the trainers' tables: who, when, why, what differs; put back, downloaded; and files brought back in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from aiohttp import hdrs, web

from assistant.domain.drafts import Difference, differences
from assistant.domain.errors import InvalidInput
from assistant.domain.problems import Complaint
from assistant.domain.script_rows import reordered
from assistant.services import drafts, exchange, quick_reply_files, reply_sheets, script_files, script_rows
from assistant.services.exchange import published
from assistant.services.reply_sheets import Line
from assistant.web import answers, complaint_words, reply_columns, row_words, scripts, sheets
from assistant.web.bodies import form, number
from assistant.web.keys import CLOCK, DESKS, principal
from assistant.web.language import catalogue
from assistant.web.pages import page
from assistant.web.publishing import use
from assistant.web.scripts import EDIT, At, at
from assistant.web.texts import Catalogue

# More rows than this nobody compares by eye.
MOST_SHOWN = 200
_TYPES = {"yaml": "application/yaml", **sheets.TYPES}


async def show(request: web.Request) -> web.StreamResponse:
    """All versions, newest first."""
    here, who = await at(request), principal(request)
    listed, cut = await request.app[DESKS].store.read(lambda tx: drafts.versions(tx, who.shop))
    about = {"versions": listed, "cut": cut, "names": here.names, "may": who.may(EDIT)}
    boot = scripts.editor_boot(request, mark=here.draft.mark, fields=reply_columns.fields(catalogue(request)))
    return page(request, "scripts/versions.html", boot=boot, current=here.draft.version, **about)


async def show_one(request: web.Request) -> web.StreamResponse:
    """What a version changed, or how it differs from the one in use (`?with=current`)."""
    here, who, id = await at(request), principal(request), _version(request)
    against = here.draft.version if request.query.get("with") == "current" else id - 1
    before, after, listed = await request.app[DESKS].store.read(
        lambda tx: (
            drafts.rows_of(tx, who.shop, against) if against else {},
            drafts.rows_of(tx, who.shop, id),
            drafts.versions(tx, who.shop)[0],
        )
    )
    gone = dict.fromkeys(name for name in before if name not in after)
    orders = reordered(before, after) if before else {}
    found = differences(before, {**after, **gone})
    found += differences(*({name: pair[at] for name, pair in orders.items()} for at in (0, 1)))
    rows = [
        {
            "name": one.name,
            "title": script_rows.title_of(one.name, after.get(one.name) or before.get(one.name)),
            "of": one,
        }
        for one in found[:MOST_SHOWN]
    ]
    entry = next((one for one in listed if one.version == id), None)
    about = {"version": id, "against": against, "rows": rows, "total": len(found), "entry": entry, "may": who.may(EDIT)}
    boot = scripts.editor_boot(request, mark=here.draft.mark)
    return page(request, "scripts/version.html", boot=boot, names=here.names, current=here.draft.version, **about)


def _version(request: web.Request) -> int:
    return number(request, "version: versions are whole numbers")


async def download(request: web.Request) -> web.StreamResponse:
    """A version as a file; `?as=` yaml, csv or xlsx."""
    who, id, ending = principal(request), _version(request), request.query.get("as", "xlsx")
    if ending not in _TYPES:
        raise InvalidInput(f"there is no format {ending!r}: yaml, csv or xlsx", reason="file_format")
    tables = await request.app[DESKS].store.read(lambda tx: published(tx, who.shop, id))
    content = exchange.write(tables, f"scripts.{ending}")
    name = f"scripts-{id}.{ending}"
    headers = {hdrs.CONTENT_TYPE: _TYPES[ending], hdrs.CONTENT_DISPOSITION: f'attachment; filename="{name}"'}
    return web.Response(body=content, headers=headers)


async def restore(request: web.Request) -> web.StreamResponse:
    """Put a version back, as the newest; the answer says which was in use before, to take it back."""
    who, id, now = principal(request), _version(request), request.app[CLOCK].now()
    before = (await at(request)).draft.version
    made = await request.app[DESKS].write(who.shop, now, lambda desk: drafts.roll_back(desk, id, author=who.agent))
    await use(request, now)
    return web.json_response({"version": made, "before": before, "back_to": id})


# --- files ---------------------------------------------------------------------------------------------------------


async def upload(request: web.Request) -> web.StreamResponse:
    """A file beside the draft: every faulty row with its place, else what it would change. With `take` (the mark of the
    draft that was compared) that is kept as a draft; nothing is published. A spreadsheet of another tool is taken for
    quick replies: of each column it is said which field it is, and may be said otherwise."""
    given = await form(request)
    file = given.get("file")
    if not isinstance(file, web.FileField):
        raise InvalidInput("send a file", reason="file_missing")
    here, content = await at(request), file.file.read()
    if not exchange.is_ours(content, file.filename):
        lines = await asyncio.to_thread(reply_sheets.read, content, file.filename)
        return await _quick_replies(request, here, lines, given)
    # A workbook of 32 MB takes seconds: nobody's event waits for it.
    brought, found = await asyncio.to_thread(
        exchange.read_as_it_is, content, file.filename, request.app[DESKS].library.shipped
    )
    if found:
        return answers.json_response({"faults": [_fault(request, one) for one in found]})
    compared = script_files.compared(here.draft, brought)
    if "take" not in given:
        words = catalogue(request)
        rows = [_shown(words, one, compared.texts, here.draft.texts) for one in compared.differences[:MOST_SHOWN]]
        return answers.json_response({"rows": rows, "total": len(compared.differences), "mark": here.draft.mark})
    return await _kept(request, here, given, partial(script_files.take, draft=here.draft, upload=compared))


async def _quick_replies(
    request: web.Request, here: At, lines: Sequence[Line], given: Mapping[str, Any]
) -> web.StreamResponse:
    found = quick_reply_files.look_through(here.draft, here.shop.checks, lines, reply_columns.asked(given))
    if "take" not in given or found.faults:
        return answers.json_response({**reply_columns.told(request, found), "mark": here.draft.mark})
    return await _kept(request, here, given, partial(quick_reply_files.take, draft=here.draft, found=found))


async def _kept(
    request: web.Request, here: At, given: Mapping[str, Any], take: Callable[..., int]
) -> web.StreamResponse:
    """Taken as a draft, if that is still the one it was compared with."""
    drafts.refuse_moved(here.draft, given["take"])
    who, now = principal(request), request.app[CLOCK].now()
    kept = await request.app[DESKS].write(who.shop, now, lambda desk: take(desk, author=who.agent))
    return answers.json_response({"kept": kept})


def _shown(words: Catalogue, one: Difference, texts: Any, before: Any) -> dict[str, Any]:
    title = script_rows.title_of(one.name, texts.get(one.name) or before.get(one.name))
    lines = [(line.sign, row_words.line(words, line.text)) for line in one.lines]
    return {"table": one.name.table, "id": one.name.id, "title": title, "state": one.state, "lines": lines}


def _fault(request: web.Request, one: Complaint) -> dict[str, Any]:
    words = catalogue(request)
    _, _, sheet = one.file.partition("#")
    said = {"message": complaint_words.said(words, one.message), "advice": complaint_words.said(words, one.advice)}
    return {"sheet": sheet, "line": one.line, **said}
