"""One's own password: changed by whoever knows the old one; asked for where somebody else gave the present one."""

from __future__ import annotations

from aiohttp import web

from assistant.domain.errors import InvalidInput, NotAllowed
from assistant.services.staff import LONGEST, SHORTEST
from assistant.web.bodies import texts
from assistant.web.keys import ACCESS, CLOCK, principal
from assistant.web.language import catalogue
from assistant.web.pages import not_too_often, onward_of, page, signed_in


async def show(request: web.Request) -> web.StreamResponse:
    """The form."""
    if principal(request).by_key:
        raise NotAllowed("a key has no password")
    return _page(request, None, onward_of(request.query.get("next")))


async def change(request: web.Request) -> web.StreamResponse:
    """The new password holds, and every other session of this person is over."""
    who = principal(request)
    if who.by_key:
        raise NotAllowed("a key has no password")
    given = await texts(request, LONGEST + 1)
    onward = onward_of(given.get("next"))
    try:
        # Whoever finds a page left open must not try passwords at leisure.
        await not_too_often(request, who.agent, "password")
        if given.get("new", "") != given.get("again", ""):
            raise InvalidInput("the new password was typed in two ways", reason="typed_otherwise")
        token = await request.app[ACCESS].change_password(
            who.agent, given.get("old", ""), given.get("new", ""), request.app[CLOCK].now()
        )
    except InvalidInput as error:
        response = _page(request, catalogue(request).refusal(error.reason, error.values), onward)
        response.set_status(422)
        return response
    return signed_in(request, token, onward)


def _page(request: web.Request, error: str | None, onward: str) -> web.Response:
    about = {"error": error, "next": onward, "given": principal(request).must_change}
    return page(request, "login/password.html", **about, least=SHORTEST, most=LONGEST, login=principal(request).agent)
