"""The page that tries messages on the published tables and on the draft, side by side."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aiohttp import web
from pydantic import Field

from assistant.services import script_rows, trying
from assistant.services.trying import Trial
from assistant.web import answers, scripts
from assistant.web.bodies import Body, body
from assistant.web.keys import JUDGES, principal
from assistant.web.language import catalogue
from assistant.web.pages import page
from assistant.web.scripts import EDIT, At, at
from assistant.web.texts import Catalogue
from assistant.web.value_names import CONDITIONS


class TryRequest(Body):
    """What a buyer says, oldest first, and how their latest order stands (nothing: not known)."""

    messages: list[str] = Field(max_length=trying.MOST_MESSAGES)
    order_state: str | None = None
    draft: bool = False


async def show(request: web.Request) -> web.StreamResponse:
    here, who = await at(request), principal(request)
    boot = scripts.editor_boot(request, changes=len(here.draft.changes))
    situations = script_rows.listed(here.draft, "situations")
    about = {"states": trying.STATES, "situations": situations, "may": who.may(EDIT)}
    return page(request, "scripts/try.html", boot=boot, version=here.draft.version, **about)


async def ask(request: web.Request) -> web.StreamResponse:
    """The ranking by the published tables, or by the draft: that is fitted first, which takes seconds."""
    asked, here = await body(request, TryRequest), await at(request)
    messages = [one.strip() for one in asked.messages if one.strip()]
    trying.check(messages, asked.order_state)
    if not asked.draft:
        trial = trying.tried(here.shop.scripts, here.shop.recogniser, messages, asked.order_state)
        return _json(catalogue(request), trial)
    return await _draft(request, here, messages, asked.order_state)


async def _draft(request: web.Request, here: At, messages: list[str], state: str | None) -> web.StreamResponse:
    judges, shop = request.app[JUDGES], principal(request).shop
    judged = await judges.judge(shop, here.draft, here.today)
    if not judged.passes:
        return web.json_response({"faulty": len(judged.complaints)})
    prepared = await judges.prepare(judged.scripts, here.shop)
    return _json(catalogue(request), trying.tried(prepared.scripts, prepared.recogniser, messages, state))


def _json(words: Catalogue, trial: Trial) -> web.Response:
    told: dict[str, Any] = asdict(trial)
    for row in told["rows"]:
        row["failed"] = [words.gettext(CONDITIONS[path]) for path in row["failed"] if path in CONDITIONS]
        row["why"] = words.reason(row["why"])
        row["score"] = round(row["score"], 4)
    return answers.json_response(told)
