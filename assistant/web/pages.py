"""Pages for people: the workbench, the sidebar, signing in and out."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import web

from assistant.domain.errors import NotSignedIn, TooMany
from assistant.domain.staff import Principal
from assistant.services.passes import LAUNCH_OVER
from assistant.web.bodies import form
from assistant.web.guard import COOKIE, refuse_other_sites
from assistant.web.keys import ACCESS, CLOCK, COUNTERS, RENDERING, VISITOR, origin, principal
from assistant.web.language import catalogue, chosen, remember
from assistant.web.middlewares import policy
from assistant.web.operations import LONGEST_TEXT

SIGN_IN_TRIES, SIGN_IN_SECONDS = 10, 300.0
LAUNCH_REMEMBERED_SECONDS = 120.0
# A path of this site, without the signs that browsers read as another site or that end a header.
_INSIDE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def page(request: web.Request, name: str, **context: Any) -> web.Response:
    """A rendered page in the person's language."""
    text = request.app[RENDERING].page(name, chosen(request), **context)
    response = web.Response(text=text, content_type="text/html")
    remember(request, response)
    return response


async def home(request: web.Request) -> web.StreamResponse:
    raise web.HTTPSeeOther("/desk")


async def desk(request: web.Request) -> web.StreamResponse:
    """The workbench, with the sidebar in a frame like any other host."""
    return page(request, "desk/page.html", boot=workbench_boot(request, principal(request)))


def workbench_boot(request: web.Request, who: Principal) -> dict[str, Any]:
    """What a workbench starts from: for this person, in this person's shop."""
    app = request.app
    launch = app[ACCESS].passes.launch(who.shop, who.agent, origin(request), who.name)
    return {
        "sidebar": f"/sidebar?launch={launch}&lang={chosen(request)}",
        "agent": {"id": who.agent, "name": who.name},
        "posts": who.may("notices.post"),
        "longest": LONGEST_TEXT,
        "now": app[CLOCK].now().timestamp(),
        "speed": app[CLOCK].speed,
    }


async def sidebar(request: web.Request) -> web.StreamResponse:
    """Exchange a launch, once, for a bearer that lives in the page's memory only."""
    app = request.app
    launch = app[ACCESS].passes.read_launch(request.query.get("launch", ""))
    if not await app[COUNTERS].claim(f"launch:{launch.nonce}", LAUNCH_REMEMBERED_SECONDS):
        message = "this sidebar address was used already: open it anew"
        raise NotSignedIn(message, reason=LAUNCH_OVER, embedded_by=launch.origin)
    boot = {
        "token": app[ACCESS].passes.bearer(launch.shop, launch.agent, launch.name),
        "host": launch.origin,
        "agent": {"id": launch.agent, "name": launch.name},
        "now": app[CLOCK].now().timestamp(),
        "speed": app[CLOCK].speed,
        "slash": True,
    }
    response = page(request, "sidebar/page.html", boot=boot)
    response.headers["Content-Security-Policy"] = policy(launch.origin)
    return response


# --- signing in and out --------------------------------------------------------------------------------------------


async def login(request: web.Request) -> web.StreamResponse:
    """The form; in the demo its visitor is signed in at once."""
    visitor, onward = request.app[VISITOR], _onward(request.query.get("next"))
    if visitor is not None and "visitor" in request.query:
        return _signed_in(request, await request.app[ACCESS].session_for(visitor, request.app[CLOCK].now()), onward)
    return _login_page(request, None, onward)


async def sign_in(request: web.Request) -> web.StreamResponse:
    refuse_other_sites(request)
    given = await form(request)
    name, onward = str(given.get("name", ""))[:200], _onward(str(given.get("next", "")))
    try:
        await _not_too_often(request, name)
        token = await request.app[ACCESS].sign_in(name, str(given.get("password", ""))[:200], request.app[CLOCK].now())
    except (NotSignedIn, TooMany) as error:
        response = _login_page(request, catalogue(request).gettext(_SPOKEN[type(error)]), onward)
        response.set_status(401 if isinstance(error, NotSignedIn) else 429)
        return response
    return _signed_in(request, token, onward)


_SPOKEN: dict[type[Exception], str] = {
    NotSignedIn: "用户名或密码不对",
    TooMany: "尝试次数过多，请几分钟后再试",
}


def _login_page(request: web.Request, error: str | None, onward: str) -> web.Response:
    response = page(request, "login/page.html", error=error, next=onward, visitor=request.app[VISITOR] is not None)
    # Without any referrer a form is sent with the origin "null", like another site's.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


async def _not_too_often(request: web.Request, name: str) -> None:
    # By name and address together: a stranger must not be able to lock a person out.
    tried = await request.app[COUNTERS].count(f"sign-in:{name}:{request.remote}", SIGN_IN_SECONDS)
    if tried > SIGN_IN_TRIES:
        raise TooMany(retry_after=int(SIGN_IN_SECONDS))


async def sign_out(request: web.Request) -> web.StreamResponse:
    token = request.cookies.get(COOKIE)
    if token:
        await request.app[ACCESS].sign_out(token)
    response = web.HTTPSeeOther("/login")
    response.del_cookie(COOKIE)
    raise response


def _signed_in(request: web.Request, token: str, onward: str) -> web.StreamResponse:
    response = web.Response(status=303, headers={"Location": onward})
    secure = origin(request).startswith("https:")
    response.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=secure, path="/")
    return response


def _onward(target: str | None) -> str:
    """Only within this site."""
    return target if target and _INSIDE.fullmatch(target) else "/desk"
