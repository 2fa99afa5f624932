"""Signed webhooks: one POST each, never redirected, its answer's status is all that is read. And letters that go so."""

from __future__ import annotations

from datetime import datetime

from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError

from assistant import __version__
from assistant.connectors.outward import Inward, outward_session, refuse_literal
from assistant.services.outgoing import NotCarried, signed_headers
from assistant.store.outgoing import Letter

# Nothing was done there, and it may work later.
_LATER = frozenset({408, 425, 429})


async def post(address: str, secret: str, id: str, timestamp: int, body: bytes, *, private: bool) -> int:
    """The status of the answer. Raises Inward where this may not lead unless `private`, else what aiohttp raises."""
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": f"assistant/{__version__}",
        **signed_headers(secret, id, timestamp, body),
    }
    if not private:
        refuse_literal(address)
    try:
        async with (
            outward_session(private=private) as http,
            http.post(address, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            return answer.status
    except ClientError as error:
        if isinstance(error.__cause__, Inward):
            raise Inward(*error.__cause__.args) from error
        raise


class Webhooks:
    """Posts a letter's text, as it is, to its address; `private`: also within the local network."""

    def __init__(self, *, private: bool = False) -> None:
        self._private = private

    async def carry(self, letter: Letter, secret: str, now: datetime) -> None:
        """Deliver it. Raises NotCarried; a repeat carries the same id."""
        id, at, body = str(letter.id), int(now.timestamp()), letter.text.encode()
        try:
            status = await post(letter.address, secret, id, at, body, private=self._private)
        except Inward as error:
            raise NotCarried(str(error), again=False) from error
        except (ClientConnectorError, ConnectionTimeoutError) as error:
            raise NotCarried(f"cannot be reached ({type(error).__name__})", again=True) from error
        except (TimeoutError, ClientError, ValueError) as error:
            raise NotCarried(f"no answer ({type(error).__name__})", again=True, unclear=True) from error
        if not 200 <= status < 300:
            raise NotCarried(f"answered with status {status}", again=status >= 500 or status in _LATER)
