"""The page for administrators: who may come in, with which role, and since when not any more."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from assistant import store
from assistant.domain.errors import AssistantError, Conflict, InvalidInput, NotAllowed, NotFound
from assistant.domain.logins import tidied
from assistant.domain.staff import ROLES
from assistant.services import identities, staff
from assistant.web.bodies import texts
from assistant.web.keys import ACCESS, CLOCK, DESKS, OIDC, principal
from assistant.web.language import catalogue
from assistant.web.pages import carried, page
from assistant.web.statuses import status_of

LONGEST_FIELD = 400
# What the role of somebody says who is to have none here.
NONE = "none"
# What is said above the list after a change.
DONE = ("role", "removed", "disabled", "enabled", "joined", "linked")


async def show(request: web.Request) -> web.StreamResponse:
    """The list, and the form for somebody new."""
    return await _page(request)


async def add(request: web.Request) -> web.StreamResponse:
    """Somebody new, with a password that is shown this once; or a further shop for somebody the administrator knows."""
    given, who, now = await texts(request, LONGEST_FIELD), principal(request), request.app[CLOCK].now()
    login, name, role = tidied(given.get("login", "")), given.get("name", ""), given.get("role", "")
    if role not in ROLES:
        return await _refused(request, InvalidInput(reason="no_role"), given)
    if await request.app[DESKS].store.read(lambda tx: staff.find(tx, login)) is not None:
        return await _changed(request, "joined", lambda tx: staff.join(tx, login, who.shop, role, now, by=who.agent))
    password, hashed = await _made(request)
    try:
        await request.app[DESKS].store.write(
            lambda tx: staff.add(
                tx, login, hashed, now, shop=who.shop, role=role, name=name, by=who.agent, must_change=True
            )
        )
    except AssistantError as error:
        return await _refused(request, error, given)
    return await _page(request, told={"login": login, "password": password, "fresh": True})


async def set_role(request: web.Request) -> web.StreamResponse:
    """Another role in this shop, or none."""
    given, who, now = await texts(request, LONGEST_FIELD), principal(request), request.app[CLOCK].now()
    login, role, by, seen = given.get("login", ""), given.get("role", ""), who.agent, _seen(given)
    if role == NONE:
        return await _changed(request, "removed", lambda tx: staff.remove(tx, login, who.shop, now, by=by, seen=seen))
    if role not in ROLES:
        return await _refused(request, InvalidInput(reason="no_role"), {})
    return await _changed(request, "role", lambda tx: staff.set_role(tx, login, who.shop, role, now, by=by, seen=seen))


async def disable(request: web.Request) -> web.StreamResponse:
    """Shut somebody out."""
    given, by, now = await texts(request, LONGEST_FIELD), principal(request).agent, request.app[CLOCK].now()
    login, seen = given.get("login", ""), _seen(given)
    return await _changed(request, "disabled", lambda tx: staff.disable(tx, login, now, by=by, seen=seen))


async def enable(request: web.Request) -> web.StreamResponse:
    """Let somebody in again."""
    given, by, now = await texts(request, LONGEST_FIELD), principal(request).agent, request.app[CLOCK].now()
    login, seen = given.get("login", ""), _seen(given)
    return await _changed(request, "enabled", lambda tx: staff.enable(tx, login, now, by=by, seen=seen))


async def give_password(request: web.Request) -> web.StreamResponse:
    """A new password, shown this once, to be changed by the person."""
    given, by, now = await texts(request, LONGEST_FIELD), principal(request).agent, request.app[CLOCK].now()
    login, seen = given.get("login", ""), _seen(given)
    password, hashed = await _made(request)
    try:
        await request.app[DESKS].store.write(
            lambda tx: staff.give_password(tx, login, hashed, now, by=by, must_change=True, seen=seen)
        )
    except AssistantError as error:
        return await _refused(request, error, {})
    if login == by:
        raise web.HTTPSeeOther("/login")  # their own session is over, too
    return await _page(request, told={"login": login, "password": password, "fresh": False})


async def link(request: web.Request) -> web.StreamResponse:
    """The identity of somebody at the sign-in service; an empty field takes it away."""
    given, by, outside = await texts(request, LONGEST_FIELD), principal(request).agent, request.app[OIDC]
    if outside is None:
        raise NotFound("no sign-in service is set: ASSISTANT_OIDC_ISSUER")
    login, seen, now = given.get("login", ""), _seen(given), request.app[CLOCK].now()
    identity, issuer = given.get("identity", ""), outside.issuer
    return await _changed(
        request, "linked", lambda tx: identities.link(tx, login, issuer, identity, now, by=by, seen=seen)
    )


# --- small parts -----------------------------------------------------------------------------------------------------


def _seen(given: Mapping[str, str]) -> int:
    """Which state of the person the page showed; a form that does not say has seen none there is."""
    said = given.get("seen", "")
    return int(said) if said.isdecimal() and len(said) < 10 else -1


async def _made(request: web.Request) -> tuple[str, str]:
    """A password and its hash."""
    password = secrets.token_urlsafe(12)
    return password, await request.app[ACCESS].passwords.hashed(password)


async def _changed(request: web.Request, done: str, work: Callable[[store.Transaction], None]) -> web.StreamResponse:
    try:
        await request.app[DESKS].store.write(work)
    except (Conflict, InvalidInput, NotAllowed) as error:
        return await _refused(request, error, {})
    raise web.HTTPSeeOther("/people?" + urlencode({"done": done, **carried(request)}))


async def _refused(request: web.Request, error: AssistantError, given: Mapping[str, str]) -> web.StreamResponse:
    """The page as it is now, with what could not be done above it; what was typed is not lost."""
    response = await _page(request, error=catalogue(request).refusal(error.reason, error.values), given=given)
    response.set_status(status_of(error))
    return response


async def _page(
    request: web.Request, *, error: str | None = None, given: Mapping[str, str] | None = None,
    told: Mapping[str, Any] | None = None,
) -> web.Response:  # fmt: skip
    who, done, outside = principal(request), request.query.get("done", ""), request.app[OIDC]

    def read(tx: store.Transaction) -> dict[str, Any]:
        return {
            "view": staff.view(tx, who.shop, by=who.agent, issuer=outside.issuer if outside else ""),
            "shops": store.users.shops_of(tx, who.agent),
        }

    found = await request.app[DESKS].store.read(read)
    return page(
        request, "people/page.html", **found, error=error, given=given or {}, told=told, roles=ROLES, none=NONE,
        me=who.agent, here=who.shop, place=urlencode(carried(request)), done=done if done in DONE and not error else "",
        outside=outside,
    )  # fmt: skip
