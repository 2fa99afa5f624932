"""One way of asking a host's JSON interface: its errors become refusals and absences, its secrets stay out of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, ConnectionTimeoutError
from yarl import URL

from assistant.connectors.shape import TIMEOUT, HostAway, HostRefused

MOST_BYTES = 20 * 1024 * 1024
# Nothing was done there, and it may work later.
_LATER = {429, 502, 503, 504}


async def ask(
    http: ClientSession,
    method: str,
    url: URL | str,
    *,
    headers: Mapping[str, str],
    json: object | None = None,
    params: Mapping[str, str] | None = None,
    form: Mapping[str, str] | None = None,
    timeout: ClientTimeout = TIMEOUT,  # noqa: ASYNC109 - aiohttp's own, which knows connecting from reading
) -> Any:
    """The answer's JSON. Raises HostRefused with the host's words, HostAway when it could not be asked."""
    about = f"{method} {URL(url).path}"
    try:
        async with http.request(
            method, url, headers=headers, json=json, params=params, data=form, timeout=timeout, allow_redirects=False
        ) as answer:
            raw = await answer.content.read(MOST_BYTES)
            if answer.status in _LATER or answer.status >= 500:
                raise HostAway(f"{about}: status {answer.status}", unclear=answer.status not in (429, 503))
            if answer.status >= 300:
                raise HostRefused(f"{about}: status {answer.status}, {_words(raw)}")
            return _json(raw, about)
    except (ClientConnectorError, ConnectionTimeoutError) as error:
        raise HostAway(f"{about}: cannot be reached ({type(error).__name__})") from error
    except (TimeoutError, ClientError) as error:
        raise HostAway(f"{about}: no answer ({type(error).__name__})", unclear=True) from error


def _json(raw: bytes, about: str) -> Any:
    from pydantic_core import from_json

    try:
        return from_json(raw or b"{}")
    except ValueError as error:
        raise HostRefused(f"{about}: the answer is no JSON: is this the address of the host's interface?") from error


def _words(raw: bytes) -> str:
    """What the host says is wrong: the usual names of it, nothing else of the answer."""
    try:
        found = _json(raw, "")
    except HostRefused:
        return "no reason given"
    said = found.get("error") or found.get("message") or found.get("errmsg") or "" if isinstance(found, dict) else ""
    code = str(found.get("errcode") or "") if isinstance(found, dict) else ""
    return f"{code} {said}".strip()[:200] or "no reason given"
