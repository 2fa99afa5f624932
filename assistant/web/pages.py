"""Pages for people: the workbench, the sidebar, signing in and out."""

from __future__ import annotations

import re
from typing import Any

from aiohttp import hdrs, web

from assistant.domain.errors import Later, NotSignedIn, TooMany, Unavailable
from assistant.domain.logins import tidied
from assistant.domain.staff import Principal
from assistant.services.passes import LAUNCH_OVER
from assistant.web.bodies import form
from assistant.web.guard import COOKIE, refuse_other_sites
from assistant.web.keys import ACCESS, CLOCK, COUNTERS, OIDC, RENDERING, TALLIES, VISITOR, origin, principal
from assistant.web.language import catalogue, chosen, other, remember
from assistant.web.limits import LIMITS
from assistant.web.middlewares import policy
from assistant.web.operations import LONGEST_TEXT
from assistant.web.statuses import status_of

SIGN_IN_TRIES, SIGN_IN_SECONDS = 10, 300.0
# A path of this site, without the signs that browsers read as another site or that end a header.
_INSIDE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def page(request: web.Request, name: str, **context: Any) -> web.Response:
    """A rendered page in the person's language."""
    text = request.app[RENDERING].page(name, chosen(request), other_language=other(request), **context)
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
    launch = app[ACCESS].passes.launch(who.shop, who.agent, origin(request), who.name, who.through)
    return {
        "sidebar": f"/sidebar?launch={launch}&lang={chosen(request)}",
        "agent": {"id": who.agent, "name": who.name},
        "posts": who.may("notices.post"),
        "manages": who.may("staff.manage"),
        "audits": who.may("audit.read"),
        "longest": LONGEST_TEXT,
        "now": app[CLOCK].now().timestamp(),
        "speed": app[CLOCK].speed,
    }


async def sidebar(request: web.Request) -> web.StreamResponse:
    """Exchange a launch, once, for a bearer that lives in the page's memory only."""
    app = request.app
    launch = app[ACCESS].passes.read_launch(request.query.get("launch", ""))
    if not await app[ACCESS].redeem(launch, app[CLOCK].now()):
        message = "this sidebar address was used already: open it anew"
        raise NotSignedIn(message, reason=LAUNCH_OVER, embedded_by=launch.origin)
    boot = {
        "token": app[ACCESS].passes.bearer(launch.shop, launch.agent, launch.name, launch.through),
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
    visitor, onward = request.app[VISITOR], onward_of(request.query.get("next"))
    if visitor is not None and "visitor" in request.query:
        return signed_in(request, await request.app[ACCESS].session_for(visitor, request.app[CLOCK].now()), onward)
    return login_page(request, None, onward)


async def sign_in(request: web.Request) -> web.StreamResponse:
    refuse_other_sites(request)
    given = await form(request)
    name, onward = str(given.get("name", ""))[:200], onward_of(str(given.get("next", "")))
    try:
        await not_too_often(request, tidied(name))
        token = await request.app[ACCESS].sign_in(name, str(given.get("password", ""))[:200], request.app[CLOCK].now())
    except (NotSignedIn, TooMany, Unavailable) as error:
        response = login_page(request, catalogue(request).gettext(_SPOKEN[type(error)]), onward)
        response.set_status(status_of(error))
        if isinstance(error, Later):
            response.headers[hdrs.RETRY_AFTER] = str(error.retry_after)
        return response
    return signed_in(request, token, onward)


_SPOKEN: dict[type[Exception], str] = {
    NotSignedIn: "用户名或密码不对",
    TooMany: "尝试次数过多，请几分钟后再试",
    Unavailable: "现在登录的人太多，请过几秒再试",
}


def login_page(request: web.Request, error: str | None, onward: str) -> web.Response:
    """The form, and the button of the company's own service where there is one."""
    outside, only = request.app[OIDC], request.app[ACCESS].password_logins
    response = page(
        request, "login/page.html", error=error, next=onward, visitor=request.app[VISITOR] is not None,
        outside=outside, aside=only is not None, passwords=only is None or bool(only),
    )  # fmt: skip
    # Without any referrer a form is sent with the origin "null", like another site's.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


async def not_too_often(request: web.Request, name: str, door: str = "sign-in") -> None:
    """Counts one try at a password. Raises TooMany."""
    # By name and address together: a stranger must not be able to lock a person out.
    visitor = request.app[LIMITS].visitors.of(request) or request.remote
    tried = await request.app[COUNTERS].count(f"{door}:{name}:{visitor}", SIGN_IN_SECONDS)
    if tried > SIGN_IN_TRIES:
        request.app[TALLIES].too_often["sign_in"] += 1
        raise TooMany(retry_after=int(SIGN_IN_SECONDS))


async def sign_out(request: web.Request) -> web.StreamResponse:
    token = request.cookies.get(COOKIE)
    if token:
        await request.app[ACCESS].sign_out(token)
    response = web.HTTPSeeOther("/login")
    response.del_cookie(COOKIE)
    raise response


def signed_in(request: web.Request, token: str, onward: str) -> web.StreamResponse:
    response = web.Response(status=303, headers={"Location": onward})
    secure = origin(request).startswith("https:")
    response.set_cookie(COOKIE, token, httponly=True, samesite="Strict", secure=secure, path="/")
    return response


def onward_of(target: str | None) -> str:
    """Only within this site."""
    return target if target and _INSIDE.fullmatch(target) else "/desk"


def carried(request: web.Request) -> dict[str, str]:
    """What links and forms of a page carry on: the shop, where its address names one."""
    return {"shop": principal(request).shop} if "shop" in request.query else {}
