"""The page of what the tables lack: questions answered by hand become situations, buyers' own words examples."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Annotated

from aiohttp import web
from pydantic import Field

from assistant import store
from assistant.domain.drafts import judge, mark
from assistant.domain.moments import day
from assistant.domain.script_rows import Name
from assistant.services import back_test_runs, drafts
from assistant.services import gaps as lacking
from assistant.services.judging import passing
from assistant.services.proving_jobs import Effect, Gaps, Place
from assistant.services.scripts import checks_of
from assistant.web import answers, scripts
from assistant.web.back_tests import USUAL_DAYS, place
from assistant.web.bodies import Body, body
from assistant.web.keys import CLOCK, DESKS, FINDINGS, JUDGES, RENDERING, principal
from assistant.web.language import catalogue, chosen
from assistant.web.pages import page
from assistant.web.scripts import At, at

# Of each situation so many words are asked about at a time.
MOST_WORDS = 8
GOAL = "照客服平时的答法，回答「{name}」"

Said = Annotated[str, Field(min_length=1, max_length=1000)]
ByRow = dict[Annotated[str, Field(max_length=60)], Annotated[list[Said], Field(max_length=lacking.MOST_WORDS)]]


class SituationRequest(Body):
    """A gap: what buyers say, and what agents typed, the one to reply with first."""

    phrases: Annotated[list[Said], Field(max_length=50)]
    answers: Annotated[list[Said], Field(max_length=50)]


class ExamplesRequest(Body):
    """By situation, words that become examples and words that are not wanted."""

    accepted: ByRow = Field(default_factory=dict)
    refused: ByRow = Field(default_factory=dict)


class EffectRequest(Body):
    """What to work out the effect of, on the chats of which days: a gap or examples."""

    first: date
    last: date
    gap: SituationRequest | None = None
    accepted: ByRow = Field(default_factory=dict)


async def show(request: web.Request) -> web.StreamResponse:
    """The days; what is found in them comes by itself."""
    here = await at(request)
    first, last = _days(request, here)
    boot = scripts.editor_boot(request, first=first.isoformat(), last=last.isoformat())
    about = {"first": first, "last": last, "today": here.today, "most_days": back_test_runs.MOST_DAYS, "may": True}
    return page(request, "scripts/gaps.html", boot=boot, **about)


def _days(request: web.Request, here: At) -> tuple[date, date]:
    given = request.query
    last = day(given["last"]) if "last" in given else here.today
    first = day(given["first"]) if "first" in given else last - timedelta(days=USUAL_DAYS - 1)
    return back_test_runs.days(first, last)


async def find(request: web.Request) -> web.StreamResponse:
    """What is lacking, as HTML: takes seconds unless it was looked at lately; `?anew=1` looks in any case."""
    here, who = await at(request), principal(request)
    job = Gaps(place=place(request, here, *_days(request, here)), version=here.draft.version)
    found = await request.app[FINDINGS].lacking(job, anew=bool(request.query.get("anew")))
    refused = await request.app[DESKS].store.read(lambda tx: store.refused_phrases.of(tx, who.shop))
    view = lacking.open_for(found, here.draft, refused, MOST_WORDS)
    html = request.app[RENDERING].gaps_part("found", view, chosen(request))
    words = sum(len(row["words"]) for row in view["situations"])
    return answers.json_response({"html": html, "gaps": len(view["gaps"]), "words": words})


async def effect(request: web.Request) -> web.StreamResponse:
    """What a change would do with the chats of these days, as HTML; nothing is kept. Takes seconds."""
    asked, here = await body(request, EffectRequest), await at(request)
    where = place(request, here, *back_test_runs.days(asked.first, asked.last))
    if asked.gap is not None:
        name, text = _situation(request, here, asked.gap)
        rows, meant = {name: text}, lacking.meant({name.id: asked.gap.phrases})
    else:
        rows, meant = lacking.with_examples(here.draft, asked.accepted), lacking.meant(asked.accepted)
    found = await request.app[FINDINGS].effect(await _job(request, here, where, rows, meant))
    return web.json_response({"html": request.app[RENDERING].gaps_part("effect", found, chosen(request))})


async def _job(request: web.Request, here: At, where: Place, rows: Mapping[Name, str], meant: dict[str, str]) -> Effect:
    draft = lacking.changed(here.draft, rows, request.app[CLOCK].now())
    before = await _standing(request, here) if here.draft.changes else None
    after = passing(await asyncio.to_thread(judge, draft, request.app[DESKS].library.shipped, here.today))
    return Effect(place=where, before=before, after=after.scripts.content(), meant=meant)


async def _standing(request: web.Request, here: At) -> str:
    judged = await request.app[JUDGES].judge(principal(request).shop, here.draft, here.today)
    return passing(judged).scripts.content()


def _situation(request: web.Request, here: At, asked: SituationRequest) -> tuple[Name, str]:
    checks = checks_of(here.draft.published, request.app[DESKS].library.shipped)
    goal = catalogue(request).gettext(GOAL)
    return lacking.situation(here.draft, asked.phrases, asked.answers, goal, checks, here.today)


async def add(request: web.Request) -> web.StreamResponse:
    """Make a draft of a gap; the answer says which row it is."""
    asked, here, who = await body(request, SituationRequest), await at(request), principal(request)
    name, text = _situation(request, here, asked)
    work = partial(drafts.write, name=name, text=text, seen=mark(None), author=who.agent)
    await request.app[DESKS].write(who.shop, request.app[CLOCK].now(), work)
    return web.json_response({"table": name.table, "id": name.id})


async def take(request: web.Request) -> web.StreamResponse:
    """Keep the words that were said yes to as a draft, and remember those that were refused."""
    asked, who = await body(request, ExamplesRequest), principal(request)
    wanted = lacking.Wanted(asked.accepted, asked.refused)
    work = partial(lacking.take, wanted=wanted, author=who.agent)
    rows = await request.app[DESKS].write(who.shop, request.app[CLOCK].now(), work)
    return web.json_response({"rows": rows, "refused": sum(map(len, asked.refused.values()))})
