"""Finds out who is asking and lets only those in who have the right the address names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import quote, urlsplit

from aiohttp import hdrs, web

from assistant.domain.errors import NotAllowed, NotSignedIn
from assistant.domain.staff import PUBLIC, Principal
from assistant.web.keys import ACCESS, CLOCK, PRINCIPAL, VISITOR

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
COOKIE = "assistant_session"
_SAFE = {"GET", "HEAD", "OPTIONS"}


def guarded(right: str, handler: Handler) -> Handler:
    """The handler, for those who may."""

    async def guard(request: web.Request) -> web.StreamResponse:
        if right == PUBLIC:
            return await handler(request)
        found = await _who(request)
        if found is None:
            return _sign_in_first(request)
        if not found.may(right):
            raise NotAllowed
        request[PRINCIPAL] = found
        return await handler(request)

    return guard


async def _who(request: web.Request) -> Principal | None:
    """By `Authorization: Bearer` for programs and sidebars, by cookie for people."""
    scheme, _, token = request.headers.get(hdrs.AUTHORIZATION, "").partition(" ")
    if scheme.lower() == "bearer":
        return await request.app[ACCESS].by_bearer(token.strip())
    cookie = request.cookies.get(COOKIE)
    if cookie is None:
        return None
    _same_origin(request)
    return await request.app[ACCESS].by_session(cookie, request.app[CLOCK].now(), request.query.get("shop"))


def _same_origin(request: web.Request) -> None:
    """What a cookie proves holds only for our own pages: other sites' requests and sockets are refused."""
    unsafe = request.method not in _SAFE or "upgrade" in request.headers.get(hdrs.CONNECTION, "").lower()
    origin = request.headers.get(hdrs.ORIGIN)
    if unsafe and origin is not None and urlsplit(origin).netloc != request.host:
        raise NotAllowed("this request comes from another site")


def _sign_in_first(request: web.Request) -> web.StreamResponse:
    if "text/html" not in request.headers.get(hdrs.ACCEPT, "") or request.method != "GET":
        raise NotSignedIn
    if request.app[VISITOR] is not None:
        raise web.HTTPSeeOther(f"/login?visitor=1&next={quote(request.path_qs)}")
    raise web.HTTPSeeOther(f"/login?next={quote(request.path_qs)}")
