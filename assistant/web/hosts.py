"""Where chat hosts come in: their calls, the page that stands inside Chatwoot, the sidebar in a window of its own."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any

from aiohttp import web

from assistant.domain.errors import AssistantError, NotAllowed, NotFound, NotSignedIn
from assistant.domain.staff import SIDEBAR_RIGHTS, Principal
from assistant.services.access import CONNECTION
from assistant.web.bodies import number, whole
from assistant.web.keys import ACCESS, CLOCK, HOOKS, RENDERING, WECOM, WecomPages, origin, principal
from assistant.web.language import catalogue, chosen
from assistant.web.limits import refused
from assistant.web.middlewares import policy
from assistant.web.pages import page

STATE = "assistant_wecom"


async def call(request: web.Request) -> web.StreamResponse:
    """What a chat host tells; answered once it is on disk. Whether it is the host's own is seen by its signature."""
    id = number(request, "number of a connection")
    hooks = request.app[HOOKS]
    if hooks is None:
        raise NotFound
    # Headers may carry any bytes; no signature is made of others than these.
    headers = {name.lower(): value for name, value in request.headers.items() if value.isascii()}
    body = await whole(request)
    try:
        status, answer = await hooks.call(id, request.method, headers, dict(request.query), body)
    except AssistantError:
        refused(request)
        raise
    if status >= HTTPStatus.BAD_REQUEST:
        refused(request)
    return web.Response(status=status, text=answer)


async def chatwoot(request: web.Request) -> web.StreamResponse:
    """The page inside a dashboard app's tab. It knows nobody and shows nobody's chat: it opens the window beside."""
    text = request.app[RENDERING].page("hosts/chatwoot.html", chosen(request))
    response = web.Response(text=text, content_type="text/html")
    # Whoever embeds it learns nothing; the window it opens asks for a sign-in of its own.
    response.headers["Content-Security-Policy"] = policy("*")
    return response


async def beside(request: web.Request) -> web.StreamResponse:
    """The sidebar in a window of its own, beside a chat that cannot embed it; by the person's session."""
    app, who = request.app, principal(request)
    conversation, platform = request.query.get("conversation"), request.query.get("platform")
    token = app[ACCESS].passes.bearer(who.shop, who.agent, who.name, who.through)
    boot = {
        **_own_window(request, token, who.agent, who.name),
        **({"conversation": conversation} if conversation else {}),
        **({"platform": platform} if platform else {}),
    }
    return page(request, "sidebar/page.html", boot=boot)


async def wecom(request: web.Request) -> web.StreamResponse:
    """The sidebar in 企业微信's toolbar: first its client says who somebody is, then the page is shown to just them."""
    pages, id = request.app[WECOM], number(request, "number of a connection")
    if pages is None:
        raise NotFound
    code, state = request.query.get("code"), request.query.get("state")
    here = f"{origin(request)}{request.path}"
    if code is None:
        return await _ask_who(pages, id, here)
    if not state or not secrets.compare_digest(request.cookies.get(STATE, "").encode(), state.encode()):
        raise NotSignedIn("this sign-in was begun elsewhere: open the sidebar anew", reason="not_signed_in")
    # The very address of the page is signed, as the client sees it.
    shop, agent, config = await pages.enter(id, code, f"{origin(request)}{request.raw_path}")
    access, who = request.app[ACCESS], Principal(shop, SIDEBAR_RIGHTS, agent, through=f"{CONNECTION}{id}")
    if not await access.stands(who, request.app[CLOCK].now()):
        raise NotAllowed
    failed = catalogue(request).refusal("wecom_failed", {})
    token = access.passes.bearer(shop, agent, through=who.through)
    window = _own_window(request, token, agent, agent)
    boot = {**window, "platform": "wecom", "wecom": {**config, "failed": failed}}
    response = page(request, "sidebar/page.html", boot=boot)
    response.del_cookie(STATE)
    return response


async def _ask_who(pages: WecomPages, id: int, here: str) -> web.StreamResponse:
    state = secrets.token_hex(16)
    response = web.Response(status=303, headers={"Location": await pages.sign_in_at(id, here, state)})
    # It comes back from another site: a stricter cookie would stay behind.
    response.set_cookie(
        STATE, state, max_age=600, httponly=True, samesite="Lax", secure=here.startswith("https:"), path="/hosts/wecom"
    )
    return response


def _own_window(request: web.Request, token: str, agent: str, name: str) -> dict[str, Any]:
    """What a sidebar starts from that no page of a host embeds."""
    clock = request.app[CLOCK]
    return {
        "token": token, "host": None, "agent": {"id": agent, "name": name}, "now": clock.now().timestamp(),
        "speed": clock.speed, "slash": True,
    }  # fmt: skip
