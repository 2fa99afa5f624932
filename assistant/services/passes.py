"""Signed passes: the one-time launch of a sidebar and the short bearer it is exchanged for (HOSTS.md §1).

Signed, not encrypted: nothing secret stands in them. Their age is counted in real time, also where the product's clock
runs faster. Not for people's sign-in (`access.py`).
"""

from __future__ import annotations

import secrets
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from assistant.domain.errors import NotSignedIn

LAUNCH_SECONDS = 60
LAUNCH_OVER = "launch_over"
BEARER_SECONDS = 15 * 60
BEGUN_SECONDS = 10 * 60


@dataclass(frozen=True, slots=True)
class Launch:
    """What a launch says: the agent who comes, the origin of the page that may embed the sidebar, and what the launch
    hangs on (`Principal.through`)."""

    shop: str
    agent: str
    origin: str
    name: str
    nonce: str
    through: str = ""


@dataclass(frozen=True, slots=True)
class Bearer:
    """The agent whom a sidebar's bearer stands for."""

    shop: str
    agent: str
    name: str = ""
    through: str = ""


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in by another service that was begun: what has to come back, and where it leads then."""

    state: str
    nonce: str
    verifier: str
    onward: str
    back: str


class Passes:
    """Makes and reads passes with one secret."""

    def __init__(self, secret: str) -> None:
        self._launches = URLSafeTimedSerializer(secret, salt="launch")
        self._bearers = URLSafeTimedSerializer(secret, salt="bearer")
        self._begun = URLSafeTimedSerializer(secret, salt="sign-in")

    def launch(self, shop: str, agent: str, origin: str, name: str = "", through: str = "") -> str:
        return self._launches.dumps([shop, agent, origin, name, secrets.token_urlsafe(12), through])

    def read_launch(self, token: str) -> Launch:
        """Whether it was used before is the caller's to ask."""
        over = "this sidebar address has expired: open it anew"
        try:
            return Launch(*_read(self._launches, token, LAUNCH_SECONDS, over))
        except NotSignedIn as error:
            host = _host(self._launches, error.__cause__)
            raise NotSignedIn(over, reason=LAUNCH_OVER, embedded_by=host) from error

    def begun(self, begun: Begun) -> str:
        return self._begun.dumps(astuple(begun))

    def read_begun(self, token: str) -> Begun:
        """Whether it was used before is the caller's to ask."""
        return Begun(*_read(self._begun, token, BEGUN_SECONDS, "this sign-in took too long: begin again"))

    def bearer(self, shop: str, agent: str, name: str = "", through: str = "") -> str:
        return self._bearers.dumps([shop, agent, name, through])

    def read_bearer(self, token: str) -> Bearer:
        """Whether what it was given for still stands is the caller's to ask."""
        over = "the sidebar's sign-in has expired: open it anew"
        return Bearer(*_read(self._bearers, token, BEARER_SECONDS, over))


def _read(serializer: URLSafeTimedSerializer, token: str, seconds: int, otherwise: str) -> Any:
    try:
        return serializer.loads(token, max_age=seconds)
    except SignatureExpired as error:
        if _is_ahead(error, seconds):
            return serializer.load_payload(error.payload or b"")
        raise NotSignedIn(otherwise) from error
    except (BadSignature, UnicodeEncodeError) as error:
        raise NotSignedIn(otherwise) from error


def _is_ahead(error: SignatureExpired, seconds: int) -> bool:
    """Whether we signed it a little later than now: this machine's clock was set back, or another's runs ahead."""
    return error.date_signed is not None and timedelta() < error.date_signed - datetime.now(UTC) <= timedelta(
        seconds=seconds
    )


def _host(serializer: URLSafeTimedSerializer, cause: BaseException | None) -> str:
    """Who may show that a launch is over: its host, where our own signature vouches for it."""
    if not isinstance(cause, SignatureExpired) or cause.payload is None:
        return "'none'"
    return Launch(*serializer.load_payload(cause.payload)).origin
