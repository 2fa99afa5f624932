"""An agent's own quick replies: the page, and what it and the sidebar's panel ask and tell as JSON."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from aiohttp import hdrs, web

from assistant import store
from assistant.domain import personal_replies as rules
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.images import MOST_BYTES
from assistant.domain.personal_replies import PersonalReply, Wanted
from assistant.domain.practice import real_shop
from assistant.domain.quick_replies import REMEMBERED
from assistant.domain.reply_columns import FIELDS
from assistant.services import personal_replies, personal_reply_files, reply_sheets
from assistant.services.desk import Desk
from assistant.services.personal_replies import Mine, Saved
from assistant.web import answers, reply_columns
from assistant.web.bodies import Body, Number, Words, form, number, whole
from assistant.web.bodies import body as body_of
from assistant.web.keys import CLOCK, DESKS, principal
from assistant.web.language import catalogue
from assistant.web.pages import page
from assistant.web.sheets import TYPES

T = TypeVar("T")
# A picture is a picture: whatever it holds, nothing in it is carried out or loaded.
_INERT = "default-src 'none'; sandbox"


class OwnQuickReply(Body):
    """Without a title it is called by how its text begins."""

    text: Words
    title: Words = ""
    group: Words = ""
    shortcut: Words = ""


class Order(Body):
    """Numbers of quick replies, the first first; what is not named comes after."""

    ids: list[Number]


async def show(request: web.Request) -> web.StreamResponse:
    """The page."""
    return page(request, "quick_replies/page.html", boot={"fields": reply_columns.fields(catalogue(request))})


async def listed(request: web.Request) -> web.StreamResponse:
    """All of the agent's own, in their order, when each was last sent, and what else is pinned."""
    who, now = principal(request), request.app[CLOCK].now()

    def look(tx: store.Transaction) -> tuple[Mine, dict[str, datetime]]:
        personal_replies.refuse_shut_out(tx, who.shop, who.agent)
        used = personal_replies.last_used(tx, who.shop, who.agent, now - REMEMBERED)
        return personal_replies.mine(tx, who.shop, who.agent), used

    at = await request.app[DESKS].shop(who.shop, now)
    mine, used = await request.app[DESKS].store.read(look)
    items = [_item(one, mine, used, at.timezone.utcoffset(now) or timedelta()) for one in mine.replies]
    team = [{"id": one.id, "title": one.title} for one in at.quick_replies.replies if one.id in mine.pinned]
    limits = {"most": rules.MOST, "longest": rules.LONGEST, "image_bytes": MOST_BYTES}
    return answers.json_response({"items": items, "pinned_of_team": team, **limits})


def _item(one: PersonalReply, mine: Mine, used: dict[str, datetime], offset: timedelta) -> dict[str, Any]:
    at = used.get(one.name)
    return {
        "id": one.id,
        "name": one.name,
        **{field: getattr(one, field) for field in FIELDS},
        "image": one.image,
        "pinned": one.name in mine.pinned,
        "used_on": (at + offset).strftime("%m-%d") if at else None,
    }


async def add(request: web.Request) -> web.StreamResponse:
    """Keep a new quick reply of the agent's own; `hits` are doubts about its words."""
    wanted, who = await _wanted(request), principal(request)
    return _saved(await _do(request, lambda desk: personal_replies.add(desk, who.agent, wanted)))


async def change(request: web.Request) -> web.StreamResponse:
    """Write one of the agent's own anew."""
    id, wanted, who = _number(request), await _wanted(request), principal(request)
    return _saved(await _do(request, lambda desk: personal_replies.change(desk, who.agent, id, wanted)))


async def remove(request: web.Request) -> web.StreamResponse:
    """Throw one of the agent's own away."""
    id, who = _number(request), principal(request)
    await _do(request, lambda desk: personal_replies.remove(desk, who.agent, id))
    return answers.json_response({"ok": True})


async def arrange(request: web.Request) -> web.StreamResponse:
    """Put the agent's own in another order."""
    body, who = await body_of(request, Order), principal(request)
    await _do(request, lambda desk: personal_replies.arrange(desk, who.agent, body.ids))
    return answers.json_response({"ok": True})


async def _wanted(request: web.Request) -> Wanted:
    body = await body_of(request, OwnQuickReply)
    return Wanted(**body.model_dump())


# --- pictures --------------------------------------------------------------------------------------------------------


async def give_picture(request: web.Request) -> web.StreamResponse:
    """The body is a picture (PNG, JPEG, GIF, WebP) that goes with one of the agent's own."""
    id, who, content = _number(request), principal(request), await whole(request)
    hash = await _do(request, lambda desk: personal_replies.picture(desk, who.agent, id, content))
    return answers.json_response({"ok": True, "image": hash})


async def take_picture(request: web.Request) -> web.StreamResponse:
    """Take the picture away from one of the agent's own."""
    id, who = _number(request), principal(request)
    await _do(request, lambda desk: personal_replies.picture(desk, who.agent, id, None))
    return answers.json_response({"ok": True})


async def show_picture(request: web.Request) -> web.StreamResponse:
    """A picture by its hash, for whom it belongs to."""
    who, hash = principal(request), request.match_info["hash"]
    shop = real_shop(who.shop)
    found = await request.app[DESKS].store.read(lambda tx: store.images.of_agent(tx, shop, who.agent, hash))
    if found is None:
        raise NotFound("you have no picture of this hash")
    kind, content = found
    headers = {
        hdrs.CONTENT_TYPE: kind,
        hdrs.CACHE_CONTROL: "private, max-age=3600",
        hdrs.CONTENT_DISPOSITION: "inline",
        "Content-Security-Policy": _INERT,
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    return web.Response(body=content, headers=headers)


# --- files -----------------------------------------------------------------------------------------------------------


async def take_file(request: web.Request) -> web.StreamResponse:
    """A CSV or XLSX file looked through: what each column is taken for (`columns` and `head` change it), each faulty
    row. With `take` it is kept, if there are no faults."""
    given, who, now = await form(request), principal(request), request.app[CLOCK].now()
    file = given.get("file")
    if not isinstance(file, web.FileField):
        raise InvalidInput("send a file", reason="file_missing")
    lines = await asyncio.to_thread(reply_sheets.read, file.file.read(), file.filename)
    columns = reply_columns.asked(given)
    if "take" in given:
        found, kept = await _do(request, lambda desk: personal_reply_files.take_in(desk, who.agent, lines, columns))
        return answers.json_response({**reply_columns.told(request, found), "kept": kept})
    shop = await request.app[DESKS].shop(who.shop, now)
    seen = await request.app[DESKS].store.read(
        lambda tx: personal_reply_files.look_through(tx, shop, who.agent, lines, columns)
    )
    return answers.json_response(reply_columns.told(request, seen))


async def download(request: web.Request) -> web.StreamResponse:
    """All of the agent's own as a file; `?as=` xlsx or csv."""
    who, ending, words = principal(request), request.query.get("as", "xlsx"), catalogue(request)
    mine = await request.app[DESKS].store.read(lambda tx: personal_replies.mine(tx, who.shop, who.agent))
    content = personal_reply_files.write(mine.replies, ending, [words.name("reply_field", field) for field in FIELDS])
    name = f'attachment; filename="quick-replies.{ending}"'
    return web.Response(body=content, headers={hdrs.CONTENT_TYPE: TYPES[ending], hdrs.CONTENT_DISPOSITION: name})


# --- small parts -----------------------------------------------------------------------------------------------------


async def _do(request: web.Request, work: Callable[[Desk], T]) -> T:
    """Work on the agent's shelf, which is what is held: nobody who talks with buyers waits for it."""
    shop, now = real_shop(principal(request).shop), request.app[CLOCK].now()
    return await request.app[DESKS].write(shop, now, work, store.locks.nobody)


def _saved(saved: Saved) -> web.Response:
    return answers.json_response({"ok": True, "id": saved.id, "hits": [answers.hit(hit) for hit in saved.hits]})


def _number(request: web.Request) -> int:
    return number(request, "id: one's own quick replies have whole numbers")
