"""The trainers' pages: the tree of rows, one row opened, looked at while it is typed, and kept as a draft.

Not for publishing (`publishing.py`) nor for versions and files (`versions.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from aiohttp import web
from pydantic import Field, JsonValue

from assistant import store
from assistant.domain.drafts import LONGEST_ROW, Draft, mark
from assistant.domain.errors import Conflict, InvalidInput
from assistant.domain.mending import mending
from assistant.domain.problems import Complaint
from assistant.domain.script_rows import TABLES, Name, field_at, value_of, written
from assistant.domain.scripts import Scripts
from assistant.services import drafts, previews, script_rows, shipped
from assistant.services.desk import Shop
from assistant.services.previews import Previewed
from assistant.services.script_rows import RowView
from assistant.web import answers, complaint_words, lacks, script_forms
from assistant.web.bodies import Body, body
from assistant.web.editor_texts import EDITOR
from assistant.web.keys import CLOCK, DESKS, JUDGES, RENDERING, principal
from assistant.web.language import catalogue, chosen
from assistant.web.middlewares import policy
from assistant.web.pages import page
from assistant.web.rendering import clock
from assistant.web.texts import Catalogue

EDIT = "scripts.edit"


class RowRequest(Body):
    """A row as it is on the page: as values (a form) or as text; neither: it is to go. `seen` is the mark it had;
    `order` is the state of the sample buyers' order."""

    table: str = Field(max_length=40)
    id: str = Field(max_length=drafts.LONGEST_ID)
    text: str | None = Field(None, max_length=LONGEST_ROW)
    value: JsonValue = None
    seen: str = ""
    order: str = ""

    @property
    def name(self) -> Name:
        return Name(self.table, self.id)

    def said(self) -> str | None:
        """The text of the row."""
        return written(self.table, self.value) if self.value is not None else self.text


class NewRow(Body):
    """A row to begin: what it is called; `like` is the row at hand, whose stage and group it takes, as a `copy` all of
    it."""

    table: str
    id: str = Field("", max_length=drafts.LONGEST_ID)
    name: str = Field("", max_length=drafts.LONGEST_ID)
    like: str = Field("", max_length=drafts.LONGEST_ID)
    copy_all: bool = Field(False, alias="copy")


class At(NamedTuple):
    """What a request is about: the shop, its draft as the asker may see it, and what people are called."""

    shop: Shop
    draft: Draft
    names: Mapping[str, str]
    today: date


async def at(request: web.Request) -> At:
    """The draft; who may not edit sees what is published."""
    who, now = principal(request), request.app[CLOCK].now()
    shop = await request.app[DESKS].shop(who.shop, now)
    draft, names = await request.app[DESKS].store.read(
        lambda tx: (drafts.take(tx, who.shop), store.users.names_of(tx, who.shop))
    )
    seen = draft if who.may(EDIT) else Draft(draft.version, draft.published, draft.standing, ())
    return At(shop, seen, names, shop.day(now))


# --- pages ---------------------------------------------------------------------------------------------------------


async def show(request: web.Request) -> web.StreamResponse:
    """The three columns; the row of the address is opened by the page itself."""
    here, who, words = await at(request), principal(request), catalogue(request)
    known = request.app[JUDGES].known(who.shop, here.draft, here.today)
    boot = editor_boot(request, **script_forms.offered(words, here.draft, here.shop))
    tree = script_rows.tree(here.draft, known)
    news = await request.app[DESKS].store.read(
        lambda tx: shipped.news(tx, who.shop, here.draft, request.app[DESKS].library.shipped)
    )
    about = {
        **script_forms.choices(words),
        "news": len(news),
        "samples": previews.SAMPLES,
        "orders": previews.ORDERS,
        "may": who.may(EDIT),
    }
    about |= {"tree": tree, "names": here.names, "version": here.draft.version}
    return page(request, "scripts/page.html", boot=boot, **about)


async def touchpoints(request: web.Request) -> web.StreamResponse:
    """The same page with the first touchpoint open."""
    rows = script_rows.listed((await at(request)).draft, "touchpoints")
    first = {"table": "touchpoints", "id": rows[0][0]} if rows else {}
    raise web.HTTPSeeOther(f"/scripts?{urlencode({**request.query, **first})}")


def editor_boot(request: web.Request, **more: Any) -> dict[str, Any]:
    """What the scripts of these pages start from."""
    words = catalogue(request)
    spoken = {**words.scripts(), **{key: words.gettext(text) for key, text in EDITOR.items()}}
    return {"texts": spoken, "may": principal(request).may(EDIT), **more}


async def preview(request: web.Request) -> web.StreamResponse:
    """The sidebar's shell that the page fills with what a row looks like."""
    response = page(request, "scripts/preview.html")
    response.headers["Content-Security-Policy"] = policy("'self'")
    return response


async def tree(request: web.Request) -> web.StreamResponse:
    """The tree as HTML, with what is wrong once it is known; `judged` says whether to ask again."""
    here, who = await at(request), principal(request)
    judges = request.app[JUDGES]
    if request.query.get("judged"):
        await judges.judge(who.shop, here.draft, here.today)
    known = judges.known(who.shop, here.draft, here.today)
    view = script_rows.tree(here.draft, known, request.query.get("q", "")[:200])
    html = request.app[RENDERING].tree(view, here.names, chosen(request))
    row = Name(request.query.get("table", ""), request.query.get("id", ""))
    found = (known.complaints.get(row, ()), known.warnings.get(row, ())) if known else ((), ())
    told = [complaints(request, here, here.draft.text(row) or "", some) for some in found]
    counts = {"changes": view.changes, "faults": view.faults, "judged": view.judged, "total": view.total}
    return answers.json_response({"html": html, "complaints": told[0], "warnings": told[1], **counts})


# --- one row -------------------------------------------------------------------------------------------------------


async def open_row(request: web.Request) -> web.StreamResponse:
    """A row to edit."""
    here = await at(request)
    name = Name(request.query.get("table", ""), request.query.get("id", ""))
    return answers.json_response(_row(here, catalogue(request), script_rows.opened(here.draft, name)))


def _row(here: At, words: Catalogue, view: RowView) -> dict[str, Any]:
    about = {key: getattr(view, key) for key in ("title", "text", "value", "published", "mark", "state")}
    if view.title == view.name.table:  # the only row of its table has no name of its own
        about["title"] = words.name("table", view.title)
    told = {"author": here.names.get(view.author, view.author), "at": _clock(here, view.at)}
    used = script_rows.uses(here.draft, view.name.id) if view.name.table == "shop" else []
    uses = [{"table": name.table, "id": name.id, "title": title} for name, title in used]
    return {"table": view.name.table, "id": view.name.id, **about, **told, "uses": uses}


def _clock(here: At, moment: float | None) -> str:
    return clock(moment, here.shop.timezone) if moment is not None else ""


async def look(request: web.Request) -> web.StreamResponse:
    """What is wrong with a row as it is being typed, and how it would look; nothing is kept."""
    asked, here = await body(request, RowRequest), await at(request)
    text = asked.said()
    if asked.table not in TABLES or text is None:
        raise InvalidInput("send `table`, `id` and the row's `text` or `value`")
    judges, who = request.app[JUDGES], principal(request)
    judged = await judges.judge_row(who.shop, here.draft, asked.name, text, here.today)
    beside = judges.around(who.shop, here.draft)
    return answers.json_response(
        {
            "text": text,
            "value": value_of(text),
            "complaints": complaints(request, here, text, judged.complaints.get(asked.name, ())),
            "warnings": complaints(request, here, text, judged.warnings.get(asked.name, ())),
            "previews": _previews(request, here, asked, judged.scripts, beside),
        }
    )


def _previews(request: web.Request, here: At, asked: RowRequest, row: Scripts, beside: Scripts) -> list[dict[str, Any]]:
    only, name = _previewed(asked.name, row), asked.name
    if only is None:
        return []
    rendering, lang, words = request.app[RENDERING], chosen(request), catalogue(request)
    return [
        {
            "sample": view.sample,
            "fits": view.fits,
            "reply": view.reply,
            "nth": view.nth,
            "lacks": [lacks.words(words, lack) for lack in view.lacks],
            "parts": rendering.previewed(name.table, only, view, lang),
        }
        for view in previews.of_row(only, here.shop, beside, request.app[CLOCK].now(), asked.order)
    ]


def _previewed(name: Name, read: Scripts) -> Previewed | None:
    situations, replies, touchpoints = read.situations, read.quick_replies, read.touchpoints
    rows: dict[str, Sequence[Previewed]] = {
        "situations": situations, "quick_replies": replies, "touchpoints": touchpoints,
    }  # fmt: skip
    return next(iter(rows.get(name.table, ())), None)


def complaints(request: web.Request, here: At, text: str, found: Iterable[Complaint]) -> list[dict[str, Any]]:
    """Complaints in the reader's language, each with the field it is about."""
    words = catalogue(request)
    return [
        {
            "line": one.line,
            "column": one.column,
            "field": ".".join(map(str, field_at(text, one.line, one.column))),
            "message": complaint_words.said(words, one.message),
            "advice": complaint_words.said(words, one.advice),
            "mend": _mend(text, one),
        }
        for one in (script_forms.by_label(one, here.shop) for one in found)
    ]


def _mend(text: str, complaint: Complaint) -> dict[str, Any] | None:
    """What one press makes of the text; `at` counts as browsers do, in units of UTF-16."""
    found = mending(text, complaint)
    if found is None:
        return None
    return {"at": len(text[: found.at].encode("utf-16-le")) // 2, "wrong": found.wrong, "right": found.right}


async def save(request: web.Request) -> web.StreamResponse:
    """Keep a row; 409 if somebody else changed it since it was opened."""
    asked = await body(request, RowRequest)
    return await _write(request, asked.name, asked.said(), asked.seen)


class MoveRequest(Body):
    """Which row is put before or after which other one of its table."""

    table: str = Field(max_length=40)
    id: str = Field(max_length=drafts.LONGEST_ID)
    beside: str = Field(max_length=drafts.LONGEST_ID)
    after: bool


async def move(request: web.Request) -> web.StreamResponse:
    """Change the order of a table's rows, as a draft."""
    asked, who, now = await body(request, MoveRequest), principal(request), request.app[CLOCK].now()
    name = Name(asked.table, asked.id)
    await request.app[DESKS].write(
        who.shop, now, lambda desk: drafts.move(desk, name, asked.beside, after=asked.after, author=who.agent)
    )
    return web.json_response({"ok": True})


async def add(request: web.Request) -> web.StreamResponse:
    """Begin a new row; without an id it gets one after its name. Raises Conflict if there is one of this id."""
    asked, here = await body(request, NewRow), await at(request)
    if asked.table not in TABLES:
        raise InvalidInput(f"there is no table {asked.table!r}")
    id = asked.id.strip() or script_rows.free_id(here.draft, asked.table, script_rows.id_of(asked.table, asked.name))
    name = Name(asked.table, id)
    if here.draft.text(name) is not None:
        raise Conflict(f"{asked.table} has a row {id!r} already: choose another id", reason="row_exists", id=id)
    like = here.draft.text(Name(asked.table, asked.like))
    text = script_rows.begun(name, asked.name.strip(), like, whole=asked.copy_all)
    return await _write(request, name, text, mark(None))


async def _write(request: web.Request, name: Name, text: str | None, seen: str) -> web.StreamResponse:
    who, now = principal(request), request.app[CLOCK].now()
    try:
        await request.app[DESKS].write(
            who.shop, now, lambda desk: drafts.write(desk, name, text, seen=seen, author=who.agent)
        )
    except Conflict as error:
        by = str(error.values.get("author", ""))
        error.values["author"] = (await at(request)).names.get(by, by)
        raise
    here = await at(request)
    saved = {"table": name.table, "id": name.id, "mark": mark(text), "state": here.draft.state(name)}
    return answers.json_response(
        {**saved, "text": text, "at": _clock(here, now.timestamp()), "changes": len(here.draft.changes)}
    )
