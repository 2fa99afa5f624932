"""The page that shows what was changed and publishes it, at once or when a second person agrees."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from aiohttp import web

from assistant.domain.drafts import Difference, Judgement
from assistant.domain.errors import InvalidInput, NotAllowed
from assistant.domain.problems import Complaint
from assistant.domain.script_rows import Name
from assistant.services import drafts, script_rows
from assistant.services.desk import Desk
from assistant.services.desks import Work
from assistant.services.scripts import Prepared
from assistant.web import answers, scripts
from assistant.web.bodies import Body, body
from assistant.web.keys import CLOCK, DESKS, HUB, JUDGES, SECOND_PERSON, principal
from assistant.web.pages import page
from assistant.web.scripts import At, at

HURRY = "scripts.hurry"


class PublishRequest(Body):
    """What was looked at (`mark`), why it was changed, and how it is to go out."""

    mark: str
    note: str = ""
    how: Literal["publish", "propose", "approve", "urgent"] = "publish"


async def show(request: web.Request) -> web.StreamResponse:
    """The differences; what is wrong comes by itself."""
    here, who = await at(request), principal(request)
    asked = await request.app[DESKS].store.read(lambda tx: drafts.proposed(tx, here.draft, who.shop))
    about = {
        "rows": [_row(here, one) for one in here.draft.differences()],
        "mark": here.draft.mark,
        "next": here.draft.version + 1,
        "asked": asked,
        "by": _name(here, asked.author) if asked else "",
        "own": asked is not None and asked.author == who.agent,
        "second": request.app[SECOND_PERSON],
        "hurry": who.may(HURRY),
        "may": True,
        "longest": drafts.LONGEST_NOTE,
    }
    return page(request, "scripts/publish.html", boot=scripts.editor_boot(request, mark=here.draft.mark), **about)


def _row(here: At, one: Difference) -> dict[str, Any]:
    change = here.draft.changed[one.name]
    by, when = _name(here, change.author), change.changed_at.timestamp()
    return {"name": one.name, "title": script_rows.called(here.draft, one.name), "by": by, "at": when, "of": one}


def _name(here: At, login: str) -> str:
    return here.names.get(login, login)


async def check(request: web.Request) -> web.StreamResponse:
    """What is wrong with the draft, row by row; takes as long as it takes."""
    here, who = await at(request), principal(request)
    judged = await request.app[JUDGES].judge(who.shop, here.draft, here.today)
    changed = here.draft.changed
    warned = {name: found for name, found in judged.warnings.items() if name in changed}
    return answers.json_response(
        {
            "mark": here.draft.mark,
            "faults": [_told(request, here, name, found) for name, found in judged.complaints.items()],
            "warnings": [_told(request, here, name, found) for name, found in warned.items()],
            "elsewhere": len(judged.warnings) - len(warned),
        }
    )


def _told(request: web.Request, here: At, name: Name, found: Iterable[Complaint]) -> dict[str, Any]:
    told = scripts.complaints(request, here, here.draft.text(name) or "", found)
    return {"table": name.table, "id": name.id, "title": script_rows.called(here.draft, name), "told": told}


async def publish(request: web.Request) -> web.StreamResponse:
    """Publish what was looked at, or ask a second person to. Raises Conflict if it was changed meanwhile."""
    asked, here, now = await body(request, PublishRequest), await at(request), request.app[CLOCK].now()
    drafts.refuse_moved(here.draft, asked.mark)
    judged = await _passed(request, here)
    if asked.how == "propose":
        work: Work[int] = functools.partial(_propose, here=here, note=asked.note, by=principal(request).agent)
        return await _answer(request, work, now)
    _may(request, asked.how)
    prepared = await request.app[JUDGES].prepare(judged.scripts, here.shop)
    work = functools.partial(_publish, here=here, prepared=prepared, asked=asked, by=principal(request).agent)
    response = await _answer(request, work, now)
    await use(request, now)
    return response


async def _passed(request: web.Request, here: At) -> Judgement:
    if not here.draft.changes:
        raise InvalidInput("nothing was changed since the last version", reason="nothing_changed")
    judged = await request.app[JUDGES].judge(principal(request).shop, here.draft, here.today)
    if not judged.passes:
        n = len(judged.complaints)
        raise InvalidInput(f"{n} rows are faulty: mend them first", reason="faulty", n=n)
    return judged


def _may(request: web.Request, how: str) -> None:
    if how == "urgent" and not principal(request).may(HURRY):
        raise NotAllowed
    if how == "publish" and request.app[SECOND_PERSON]:
        raise NotAllowed("a second person has to agree: propose it", reason="needs_second")


def _propose(desk: Desk, *, here: At, note: str, by: str) -> int:
    drafts.propose(desk, here.draft, author=by, note=note)
    return 0


def _publish(desk: Desk, *, here: At, prepared: Prepared, asked: PublishRequest, by: str) -> int:
    if asked.how == "approve":
        return drafts.approve(desk, here.draft, prepared, by=by)
    return drafts.publish(desk, here.draft, prepared, author=by, note=asked.note, urgent=asked.how == "urgent")


async def _answer(request: web.Request, work: Work[int], now: datetime) -> web.Response:
    version = await request.app[DESKS].write(principal(request).shop, now, work)
    return web.json_response({"version": version, "proposed": not version})


async def use(request: web.Request, now: datetime) -> None:
    """Work by the newest tables on this node at once; others look within two seconds."""
    desks = request.app[DESKS]
    for fresh in await desks.store.read(functools.partial(desks.library.outdated, now=now)):
        desks.library.keep(fresh)
        request.app[HUB].look_again("notices")
