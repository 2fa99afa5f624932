"""The leaders' page of alerts and reports: what they are to be told of and where, what was told, what got out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from pydantic import ValidationError

from assistant import store
from assistant.domain.alerts import ALERTS, FEWEST, MOST_ADDRESSES, Kind, Wishes
from assistant.domain.errors import InvalidInput
from assistant.services import alerts, outgoing
from assistant.web.bodies import number, texts
from assistant.web.keys import CLOCK, DESKS, MAILS, principal, read_shop
from assistant.web.language import catalogue
from assistant.web.letters import alert_number
from assistant.web.pages import carried, page
from assistant.web.texts import LANGUAGES

# What was told of is listed so far back.
SHOWN = timedelta(days=30)
LONGEST_FIELD = 4_000


async def show(request: web.Request) -> web.StreamResponse:
    """The form, and what was told of lately."""
    return await _page(request, await read_shop(request, alerts.wishes))


async def save(request: web.Request) -> web.StreamResponse:
    """What the form says holds from now on; what is wrong with it is said above it, and nothing of it is lost."""
    given = await texts(request, LONGEST_FIELD)
    try:
        secret = await _write(request, _wanted(given), fresh="fresh" in given)
    except InvalidInput as error:
        said = catalogue(request).refusal(error.reason, error.values)
        response = await _page(request, await read_shop(request, alerts.wishes), error=said, given=given)
        response.set_status(422)
        return response
    if secret is None:
        raise web.HTTPSeeOther("/kpi/alerts?saved=1" + _shop(request))
    return await _page(request, await read_shop(request, alerts.wishes), secret=secret)


async def send_again(request: web.Request) -> web.StreamResponse:
    """A letter that did not get out is sent once more."""
    id, shop = number(request, "letter: its id is a whole number"), principal(request).shop
    now = request.app[CLOCK].now()
    await request.app[DESKS].store.write(lambda tx: outgoing.send_again(tx, shop, id, now))
    raise web.HTTPSeeOther("/kpi/alerts?sent=1" + _shop(request) + "#told")


# --- the form --------------------------------------------------------------------------------------------------------


def _wanted(given: Mapping[str, str]) -> Wishes:
    """The form as wishes. Raises InvalidInput."""
    rules = {name: _rule(name, kind, given) for name, kind in ALERTS.items() if f"on-{name}" in given}
    reports = {"day": "report-day" in given, "week": "report-week" in given, "hour": given.get("report-hour") or 8}
    lang = given.get("letters-lang", "")
    try:
        return Wishes.model_validate(
            {
                "rules": rules,
                "mails": given.get("mails", "").replace(",", " ").replace("，", " ").replace(";", " ").split(),
                "webhook": given.get("webhook", "").strip(),
                "reports": reports,
                "lang": lang if lang in LANGUAGES else LANGUAGES[0],
            }
        )
    except ValidationError as error:
        raise InvalidInput("this is no number that can be used", reason="no_number") from error


def _rule(name: str, kind: Kind, given: Mapping[str, str]) -> dict[str, Any]:
    threshold = _number(given.get(f"threshold-{name}", ""))
    span = given.get(f"span-{name}", "")
    minimum = _number(given.get(f"minimum-{name}", "") or str(kind.minimum)) if kind.of else 0
    return {
        "threshold": threshold / 100 if kind.rate else threshold,
        "span": span if span in ("hour", "day") else kind.span,
        "minimum": int(minimum),
    }


def _number(given: str) -> float:
    try:
        found = float(given.strip().rstrip("%"))
    except ValueError:
        found = float("nan")
    if not 0 <= found <= 1_000_000:
        raise InvalidInput(f"{given!r} is no number", reason="no_number", given=given[:40])
    return found


# --- small parts -----------------------------------------------------------------------------------------------------


async def _page(
    request: web.Request, wanted: Wishes, *, error: str | None = None, secret: str | None = None,
    given: Mapping[str, str] | None = None,
) -> web.Response:  # fmt: skip
    since, shop = request.app[CLOCK].now() - SHOWN, principal(request).shop

    def read(tx: store.Transaction) -> tuple[list[Any], list[Any], bool]:
        asked = store.alerts.asked(tx, shop)
        signed = asked is not None and bool(asked.sealed)
        return store.alerts.latest(tx, shop, since), store.outgoing.latest(tx, shop), signed

    told, letters, signed = await request.app[DESKS].store.read(read)
    return page(
        request, "alerts/page.html", wanted=wanted, kinds=ALERTS, told=told, letters=letters, error=error,
        secret=secret, given=given, signed=signed, can_mail=request.app[MAILS], fewest=FEWEST, most=MOST_ADDRESSES,
        saved="saved" in request.query, sent="sent" in request.query, number=alert_number, place=_shop(request),
        plain=plain, spoken=spoken,
    )  # fmt: skip


def plain(value: float, *, rate: bool) -> str:
    """A threshold as it is typed: a rate in percent."""
    return f"{value * 100 if rate else value:.1f}".removesuffix(".0")


def spoken(period: str) -> str:
    """A period's key as people write it: `12-02 10:00–11:00` of an hour, the day, or the first and last day of a week.
    Other keys stay as they are."""
    if hour := re.fullmatch(r"\d{4}-(\d\d-\d\d)T(\d\d)[+-]\d{4}", period):
        return f"{hour[1]} {hour[2]}:00–{int(hour[2]) + 1:02}:00"
    if week := re.fullmatch(r"(\d{4})-W(\d\d)", period):
        first = date.fromisocalendar(int(week[1]), int(week[2]), 1)
        return f"{first:%m-%d} – {first + timedelta(days=6):%m-%d}"
    return period


async def _write(request: web.Request, wanted: Wishes, *, fresh: bool) -> str | None:
    who, now = principal(request), request.app[CLOCK].now()
    return await request.app[DESKS].store.write(
        lambda tx: alerts.save(tx, who.shop, wanted, now, by=who.agent, fresh=fresh)
    )


def _shop(request: web.Request) -> str:
    said = urlencode(carried(request))
    return f"&{said}" if said else ""
