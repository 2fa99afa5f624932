"""The page that finds words in all rows and replaces those that are ticked."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from aiohttp import web
from pydantic import Field, StringConstraints

from assistant.domain.drafts import LONGEST_ROW
from assistant.services import drafts, script_replacing
from assistant.services.script_replacing import Replaced
from assistant.web import answers, scripts
from assistant.web.bodies import Body, body
from assistant.web.keys import CLOCK, DESKS, principal
from assistant.web.language import catalogue
from assistant.web.pages import page
from assistant.web.scripts import at


class ReplaceRequest(Body):
    """Which hits of `words` (their keys) become `by`; `mark` is the draft they were found in."""

    words: str
    by: str
    chosen: list[Annotated[str, StringConstraints(max_length=600)]] = Field(max_length=script_replacing.MOST_HITS)
    mark: str


class ReplacedRow(Body):
    table: str = Field(max_length=40)
    id: str = Field(max_length=drafts.LONGEST_ID)
    text: str = Field(max_length=LONGEST_ROW)
    seen: str = Field(max_length=64)


class UndoRequest(Body):
    """The rows of an answer to a replacement (`undo`), as they came."""

    rows: list[ReplacedRow] = Field(max_length=script_replacing.MOST_HITS)


async def show(request: web.Request) -> web.StreamResponse:
    here = await at(request)
    return page(
        request, "scripts/replace.html", boot=scripts.editor_boot(request), version=here.draft.version, may=True
    )


async def find(request: web.Request) -> web.StreamResponse:
    """Where the words stand."""
    here, words = await at(request), catalogue(request)
    hits, total = script_replacing.find(here.draft, request.query.get("q", "")[: script_replacing.LONGEST_WORDS + 1])
    listed = [
        {**asdict(hit), "table": hit.name.table, "id": hit.name.id, "of": words.name("table", hit.name.table)}
        for hit in hits
    ]
    return answers.json_response({"hits": listed, "total": total, "mark": here.draft.mark})


async def replace(request: web.Request) -> web.StreamResponse:
    """Replace what is ticked, all in one write."""
    asked, who, now = await body(request, ReplaceRequest), principal(request), request.app[CLOCK].now()
    rows = await request.app[DESKS].write(
        who.shop,
        now,
        lambda desk: script_replacing.replace(desk, asked.words, asked.by, asked.chosen, asked.mark, author=who.agent),
    )
    told = {"rows": len(rows), "undo": [asdict(row) for row in rows]}
    return answers.json_response(told)


async def undo(request: web.Request) -> web.StreamResponse:
    """Put the rows back as they were before, all in one write."""
    asked, who, now = await body(request, UndoRequest), principal(request), request.app[CLOCK].now()
    rows = [Replaced(**row.model_dump()) for row in asked.rows]
    put_back = await request.app[DESKS].write(
        who.shop, now, lambda desk: script_replacing.undo(desk, rows, author=who.agent)
    )
    return web.json_response({"rows": put_back})
