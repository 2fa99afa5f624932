"""Finds out who is asking and lets only those in who have the right the address names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from aiohttp import hdrs, web

from assistant.domain.errors import NotAllowed, NotSignedIn
from assistant.domain.staff import PUBLIC, SIGNED_IN, Principal
from assistant.web.keys import ACCESS, CLOCK, PRINCIPAL, VISITOR, origin
from assistant.web.limits import count_events

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
COOKIE = "assistant_session"
# What somebody takes along on the way to the company's sign-in service and back.
SIGN_IN = "assistant_sign_in"
_SAFE = {"GET", "HEAD", "OPTIONS"}


def guarded(right: str, handler: Handler) -> Handler:
    """The handler, for those who may."""

    async def guard(request: web.Request) -> web.StreamResponse:
        if right == PUBLIC:
            return await handler(request)
        found = await who(request)
        if found is None:
            return _sign_in_first(request)
        if found.must_change and right != SIGNED_IN:
            return _password_first(request)
        if not found.may(right):
            raise NotAllowed
        request[PRINCIPAL] = found
        if found.by_key:
            count_events(request, found, 1)
        return await handler(request)

    return guard


async def who(request: web.Request) -> Principal | None:
    """By `Authorization: Bearer` for programs and sidebars, by cookie for people."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() == "bearer":
        return await request.app[ACCESS].by_bearer(token.strip(), request.app[CLOCK].now())
    cookie = request.cookies.get(COOKIE)
    if cookie is None:
        return None
    _from_our_pages(request)
    return await request.app[ACCESS].by_session(cookie, request.app[CLOCK].now(), request.query.get("shop"))


def _from_our_pages(request: web.Request) -> None:
    """What a cookie proves holds only for our own pages: other sites' requests and sockets are refused."""
    if request.method not in _SAFE or "upgrade" in request.headers.get(hdrs.CONNECTION, "").lower():
        refuse_other_sites(request)


def refuse_other_sites(request: web.Request) -> None:
    """Browsers say which site a request comes from; older ones and plain http name the origin only."""
    site, given = request.headers.get("Sec-Fetch-Site"), request.headers.get(hdrs.ORIGIN)
    ours = {origin(request), f"http://{request.host}", f"https://{request.host}"}
    if site not in (None, "same-origin", "none") or (site is None and given is not None and given not in ours):
        raise NotAllowed("this request comes from another site")


def _password_first(request: web.Request) -> web.StreamResponse:
    """Whoever has a password that somebody else knows does nothing before choosing another."""
    if "text/html" not in request.headers.get(hdrs.ACCEPT, "") or request.method != "GET":
        raise NotAllowed("choose a password of your own first, at /password")
    raise web.HTTPSeeOther(f"/password?next={quote(request.path_qs)}")


def _sign_in_first(request: web.Request) -> web.StreamResponse:
    if "text/html" not in request.headers.get(hdrs.ACCEPT, "") or request.method != "GET":
        raise NotSignedIn
    if request.app[VISITOR] is not None:
        raise web.HTTPSeeOther(f"/login?visitor=1&next={quote(request.path_qs)}")
    raise web.HTTPSeeOther(f"/login?next={quote(request.path_qs)}")
