"""Around every request: errors become answers of one shape, and every answer carries the safe headers."""

from __future__ import annotations

import structlog
from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from assistant.domain import errors
from assistant.web.guard import Handler
from assistant.web.keys import RENDERING, REQUEST_ID
from assistant.web.language import chosen, other
from assistant.web.limits import admit
from assistant.web.readiness import READINESS
from assistant.web.statuses import status_of
from assistant.web.stopping import refuse_if_stopping
from assistant.web.tallies import address
from assistant.web.texts import NAMES, Catalogue

log = structlog.get_logger(__name__)

_SPEAKING = ("/scripts", "/api/v1/quick-replies/")
# Pages that stand inside chat clients.
_BESIDE = ("/hosts/", "/sidebar")
# What may be over in a moment.
_AGAIN = frozenset({408, 429, 500, 503})
_CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed", 413: "too_large"}


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """One shape for every error, JSON or a page as the asker wants."""
    try:
        refuse_if_stopping(request)
        admit(request)
        return await handler(request)
    except errors.AssistantError as error:
        return _answer(request, status_of(error), error)
    except web.HTTPRequestEntityTooLarge:
        return _answer(request, 413, errors.TooLarge())
    except web.HTTPError as error:
        response = _plain(request, error.status, _CODES.get(error.status, "error"), _nothing_here(request, error))
        if isinstance(error, web.HTTPMethodNotAllowed):
            response.headers[hdrs.ALLOW] = ", ".join(sorted(error.allowed_methods))
        return response
    except (ConnectionResetError, web.HTTPException):
        raise
    except (HttpProcessingError, web.RequestPayloadError):
        return _plain(request, 400, "bad_request", "the body cannot be read: check its length, encoding and type")
    except Exception:
        log.exception("request.failed", path=address(request))
        message = f"something went wrong on our side; it was logged with the request {request[REQUEST_ID]}"
        return _plain(request, 500, "internal_error", message)


def _nothing_here(request: web.Request, error: web.HTTPError) -> str:
    """What to do about an address or a method that does not exist."""
    if isinstance(error, web.HTTPMethodNotAllowed):
        return f"{request.method} is not taken here: use {' or '.join(sorted(error.allowed_methods))}"
    if error.status != 404:
        return error.reason
    if request.path.endswith("/"):
        return "there is nothing at this address: leave out the slash at its end"
    return "there is nothing at this address: GET /openapi.json lists those for programs"


def _answer(request: web.Request, status: int, error: errors.AssistantError) -> web.StreamResponse:
    details = [{"index": d.index, "field": d.field, "message": d.message} for d in error.details]
    response = _plain(request, status, error.code, error.message, details, error)
    if "embedded_by" in error.values:
        # Said where the page would have stood: its host may show this instead of a blank frame.
        response.headers["Content-Security-Policy"] = policy(str(error.values["embedded_by"]))
    if isinstance(error, errors.Later):
        response.headers[hdrs.RETRY_AFTER] = str(error.retry_after)
    if request.app[READINESS].stopping.is_set() or isinstance(error, errors.TooSlow):
        # Or the sender would go on asking a node that is gone in a moment, or go on with what nobody reads.
        response.force_close()
    return response


def _plain(
    request: web.Request,
    status: int,
    code: str,
    message: str,
    details: list[dict[str, object]] | None = None,
    about: errors.AssistantError | None = None,
) -> web.Response:
    if wants_page(request):
        rendering, lang = request.app[RENDERING], chosen(request)
        reason = about.reason if about is not None else ""
        page = rendering.page(
            "error/page.html", lang, other_language=other(request), status=status, reason=reason,
            say=_said(request, rendering.catalogues[lang], status, about), id=request[REQUEST_ID],
            beside=request.path.startswith(_BESIDE), again=request.method == "GET" and status in _AGAIN,
        )  # fmt: skip
        return web.Response(text=page, content_type="text/html", status=status)
    error: dict[str, object] = {"code": code, "message": message, "details": details or []}
    if about is not None and request.path.startswith(_SPEAKING):
        # These pages ask for JSON: this is what they say to whoever looks at them.
        words = request.app[RENDERING].catalogues[chosen(request)]
        error["say"] = words.refusal(about.reason, about.values)
    return web.json_response({"error": error}, status=status)


def _said(request: web.Request, words: Catalogue, status: int, about: errors.AssistantError | None) -> str:
    """What to do next: by the reason of the error if it has one of its own, else by its status."""
    own = about is not None and about.reason != about.code
    kinds = () if own else ("error_beside", "error_next") if request.path.startswith(_BESIDE) else ("error_next",)
    for kind in kinds:
        if str(status) in NAMES[kind]:
            return words.name(kind, str(status))
    return words.refusal(about.reason, about.values) if about is not None else ""


def wants_page(request: web.Request) -> bool:
    """Whether a person's browser is asking, not a program."""
    return "text/html" in request.headers.get(hdrs.ACCEPT, "") and not request.path.startswith("/api/")


async def secure(request: web.Request, response: web.StreamResponse) -> None:
    """The headers every answer carries; a page that may be embedded has said so before."""
    headers = response.headers
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers["X-Request-Id"] = request[REQUEST_ID]
    headers[hdrs.SERVER] = "assistant"  # which versions of what serve here is nobody's business
    if not request.path.startswith("/static/"):
        headers.setdefault(hdrs.CACHE_CONTROL, "no-store")
    if response.content_type != "application/json":
        # What a browser never shows as a page has no use for these, and events are answered by the thousand.
        headers.setdefault("Content-Security-Policy", _CLOSED)
        headers.setdefault("Referrer-Policy", "no-referrer")


def policy(ancestors: str) -> str:
    """Nothing but our own files; `ancestors` may embed the page."""
    own = "script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'"
    return f"default-src 'none'; {own}; form-action 'self'; base-uri 'none'; frame-ancestors {ancestors}"


_CLOSED = policy("'none'")
