"""Signing in by the company's own service: the way there and the way back. What is believed: `connectors/oidc.py`."""

from __future__ import annotations

import secrets

from aiohttp import web

from assistant.domain.errors import NotFound, NotSignedIn, Unavailable
from assistant.services import identities
from assistant.services.passes import Begun
from assistant.web.guard import SIGN_IN
from assistant.web.keys import ACCESS, CLOCK, DESKS, OIDC, Outside, origin
from assistant.web.language import catalogue
from assistant.web.pages import login_page, onward_of, page, signed_in

BACK = "/login/oidc/back"
MINUTES = 10
LONGEST_CODE = 4_000


async def leave(request: web.Request) -> web.StreamResponse:
    """To the service, with what makes sure that whoever comes back is who left."""
    outside, onward = _outside(request), onward_of(request.query.get("next"))
    state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
    begun = Begun(state, nonce, verifier, onward, origin(request) + BACK)
    try:
        to = await outside.service.leave_for(begun.back, begun.state, begun.nonce, begun.verifier)
    except Unavailable as error:
        return _refused(request, error, onward)
    response = web.Response(status=303, headers={"Location": to})
    # Lax, since it must come along when the other site leads back here.
    response.set_cookie(
        SIGN_IN, request.app[ACCESS].passes.begun(begun), httponly=True, samesite="Lax", path="/login/oidc",
        secure=origin(request).startswith("https:"), max_age=60 * MINUTES,
    )  # fmt: skip
    return response


async def come_back(request: web.Request) -> web.StreamResponse:
    """A session for whom the service has named, once for each way there."""
    outside, app, onward = _outside(request), request.app, "/desk"
    try:
        begun = app[ACCESS].passes.read_begun(request.cookies.get(SIGN_IN, ""))
        onward = begun.onward
        if not secrets.compare_digest(begun.state.encode(), request.query.get("state", "").encode()):
            raise NotSignedIn("this answer belongs to another sign-in")
        if not await app[ACCESS].redeem_begun(begun, app[CLOCK].now()):
            raise NotSignedIn("this answer was used already")
        code = request.query.get("code", "")
        if not 0 < len(code) <= LONGEST_CODE:
            raise NotSignedIn("the sign-in service has let nobody in")
        who = await outside.service.come_back(code, begun.back, begun.nonce, begun.verifier)
        now = app[CLOCK].now()
        user = await app[DESKS].store.write(lambda tx: identities.enter(tx, who, now, outside.newcomers))
        token = await app[ACCESS].session_for(user.login, now)
    except (NotSignedIn, Unavailable) as error:
        return _refused(request, error, onward)
    return _entered(request, token, onward)


# --- small parts -----------------------------------------------------------------------------------------------------


def _entered(request: web.Request, token: str, onward: str) -> web.StreamResponse:
    """A page of our own that goes on: a redirect would still count as coming from the other site, for which the
    browser leaves the session's cookie out."""
    response = page(request, "login/entered.html", next=onward)
    session = signed_in(request, token, onward)
    response.cookies.update(session.cookies)
    response.del_cookie(SIGN_IN, path="/login/oidc")
    return response


def _refused(request: web.Request, error: NotSignedIn | Unavailable, onward: str) -> web.Response:
    if isinstance(error, Unavailable):
        said, status = catalogue(request).refusal("oidc_away", {}), 503
    else:
        known = error.reason in (identities.UNKNOWN, identities.SHUT_OUT)
        said = catalogue(request).refusal(error.reason if known else "oidc_refused", error.values)
        status = 401
    response = login_page(request, said, onward)
    response.set_status(status)
    response.del_cookie(SIGN_IN, path="/login/oidc")
    return response


def _outside(request: web.Request) -> Outside:
    found = request.app[OIDC]
    if found is None:
        raise NotFound("no sign-in service is set: ASSISTANT_OIDC_ISSUER")
    return found
