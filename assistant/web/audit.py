"""Who looked at what and who changed what: all of it for administrators, looks into chats for leaders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from urllib.parse import urlencode

from aiohttp import web

from assistant.domain.moments import midnight, shop_day
from assistant.services import audit, kpi
from assistant.services.audit import KINDS, LOOKS, AuditView, Entry
from assistant.web import audit_words, sheets
from assistant.web.keys import CLOCK, DESKS, principal
from assistant.web.kpi_filter import day
from assistant.web.language import catalogue
from assistant.web.pages import page
from assistant.web.sheets import Column, Row
from assistant.web.texts import Catalogue

LISTED, MOST_IN_A_FILE = 300, 20_000
DAYS = 7
LONGEST_LOGIN = 100
_HEADS = ("at", "by", "did", "of", "why")


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of one address. Unless `all` may be read, only looks are."""

    first: date
    last: date
    kind: str | None
    person: str | None
    all: bool
    shop: str | None

    @property
    def kinds(self) -> tuple[str, ...]:
        if not self.all:
            return (LOOKS,)
        return (self.kind,) if self.kind else tuple(KINDS)

    def query(self, **changed: str | None) -> str:
        """`?from=…` with the same filters, some changed; None leaves one out."""
        said: dict[str, str | None] = {"from": self.first.isoformat(), "to": self.last.isoformat()}
        said |= {"kind": self.kind, "person": self.person, "shop": self.shop, **changed}
        return "?" + urlencode({name: value for name, value in said.items() if value})

    @property
    def place(self) -> str:
        return urlencode({"shop": self.shop}) if self.shop else ""


async def show(request: web.Request) -> web.StreamResponse:
    """The page."""
    asked, zone = await _asked(request)
    view, today = await _view(request, asked, zone, LISTED), shop_day(request.app[CLOCK].now(), zone)
    words, who = catalogue(request), principal(request)
    return page(
        request, "audit/page.html", view=view, asked=asked, today=today, kinds=tuple(KINDS), most=LISTED,
        of=lambda row: audit_words.of(row, view.names, words), why=lambda row: audit_words.why(row, words),
        by=lambda row: audit_words.by(row, words), manages=who.may("staff.manage"), reads=who.may("kpi.read"),
    )  # fmt: skip


async def download(request: web.Request) -> web.StreamResponse:
    """The same lines as a file, more of them. That they were taken out is a fact itself."""
    asked, zone = await _asked(request)
    view, words, who = await _view(request, asked, zone, MOST_IN_A_FILE), catalogue(request), principal(request)
    now, form = request.app[CLOCK].now(), request.match_info["form"]
    if form in sheets.TYPES:
        await request.app[DESKS].store.write(
            lambda tx: audit.record(
                tx, who.shop, "access.downloaded", now, by=who.agent, what="audit", form=form,
                **{"from": asked.first.isoformat(), "to": asked.last.isoformat()},
            )
        )  # fmt: skip
    columns = [Column(words.name("audit_head", name), "moment" if name == "at" else "text") for name in _HEADS]
    found = [_row(row, view, zone, words) for row in view.rows]
    if view.cut:
        found.append([None, "", words.name("sheet", "rest"), "", ""])
    return await sheets.answer(request, "audit", columns, sheets.one_page(found))


# --- small parts -----------------------------------------------------------------------------------------------------


def _row(row: Entry, view: AuditView, zone: tzinfo, words: Catalogue) -> Row:
    told = (audit_words.by(row, words), words.name("fact", row.what), audit_words.of(row, view.names, words))
    return [datetime.fromtimestamp(row.at, zone), *told, audit_words.why(row, words)]


async def _asked(request: web.Request) -> tuple[Asked, tzinfo]:
    who, given = principal(request), request.query
    zone = await request.app[DESKS].store.read(lambda tx: kpi.zone_of(tx, who.shop))
    last = day(given.get("to"), shop_day(request.app[CLOCK].now(), zone))
    first = day(given.get("from"), last - timedelta(days=DAYS - 1))
    kind, person = given.get("kind"), given.get("person", "")[:LONGEST_LOGIN]
    shop = who.shop if given.get("shop") else None
    return Asked(first, last, kind if kind in KINDS else None, person or None, who.may("staff.manage"), shop), zone


async def _view(request: web.Request, asked: Asked, zone: tzinfo, most: int) -> AuditView:
    who, end = principal(request), midnight(asked.last + timedelta(days=1), zone)
    return await request.app[DESKS].store.read(
        lambda tx: audit.view(
            tx, who.shop, midnight(asked.first, zone), end, kinds=asked.kinds, most=most, person=asked.person,
            unmasked=who.may("buyers.see"),
        )
    )  # fmt: skip
