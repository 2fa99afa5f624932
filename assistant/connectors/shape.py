"""What a connector is: one host's settings, a proof that they work, and how its words come in and ours go out.

Not for running connections (`running.py`), nor for keeping them (`services/hosts.py`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientSession, ClientTimeout
from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from assistant.domain.advice import advice
from assistant.domain.errors import InvalidInput
from assistant.services.host_sendings import Sent
from assistant.services.hosts import Batch

Now = Callable[[], datetime]
# Long polls bring their own.
TIMEOUT = ClientTimeout(total=20, connect=5)
# Older than this a signed call is no news but a copy of one.
WINDOW_SECONDS = 300


class HostSettings(BaseModel):
    """What an administrator tells of a host; fields that are SecretStr are sealed."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class HostRefused(Exception):
    """The host understood and said no; its words say what to do. Nothing was done there."""


class HostAway(Exception):
    """The host could not be reached or did not answer. `unclear`: what was asked may have been done all the same."""

    def __init__(self, message: str, *, unclear: bool = False) -> None:
        super().__init__(message)
        self.unclear = unclear


@dataclass(frozen=True, slots=True)
class Proof:
    """What a round trip showed: who we are there, where reading begins, and settings found out on the way."""

    says: str
    cursor: str | None = None
    found: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to send: in which chat of the host, as which agent; `key` is the same for each attempt."""

    conversation: str
    agent: str
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Call:
    """What a host sent to our door, exactly as it came: signatures are made over bytes."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


def signed_lately(timestamp: str) -> bool:
    """Whether a call was signed just now, going by the seconds since 1970 that it bears. By the wall: hosts know no
    other clock."""
    if not timestamp.isdecimal() or len(timestamp) > 11:
        return False
    return abs(datetime.now(UTC).timestamp() - int(timestamp)) <= WINDOW_SECONDS


@dataclass(frozen=True, slots=True)
class Taken:
    """What a call told, and what the host is answered once that is kept."""

    batch: Batch = field(default_factory=Batch)
    status: int = 200
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Connector:
    """One host. `follow` reads its stream and never ends by itself; `take` reads one call; `send` delivers one message,
    `repeatable` if a second attempt with the same key cannot arrive twice."""

    host: str
    settings: type[Any]
    prove: Callable[[Any, ClientSession, Now], Awaitable[Proof]]
    follow: Callable[[Any, ClientSession, str | None, Now], AsyncIterator[Batch]] | None = None
    take: Callable[[Any, Call, datetime], Taken] | None = None
    send: Callable[[Any, ClientSession, Outgoing], Awaitable[Sent]] | None = None
    repeatable: bool = False

    def read_settings(self, given: Mapping[str, Any]) -> Any:
        """The settings as this host needs them. Raises InvalidInput that names what is wrong, never a value."""
        try:
            return self.settings.model_validate(dict(given))
        except ValidationError as error:
            problem = error.errors(include_url=False, include_input=False)[0]
            name, message = advice(problem)
            raise InvalidInput(f"{self.host}: {name or 'settings'}: {message}") from error

    @property
    def secrets(self) -> frozenset[str]:
        """The names of the settings that are sealed."""
        fields = self.settings.model_fields.items()
        return frozenset(name for name, about in fields if SecretStr in _parts(about.annotation))

    def split(self, settings: BaseModel) -> tuple[dict[str, Any], dict[str, str]]:
        """(what may be shown, what is sealed)."""
        open_, sealed = dict[str, Any](), dict[str, str]()
        for name, value in settings:
            if isinstance(value, SecretStr):
                sealed[name] = value.get_secret_value()
            elif value is not None:
                open_[name] = value
        return open_, sealed


def _parts(annotation: Any) -> tuple[Any, ...]:
    return (annotation, *getattr(annotation, "__args__", ()))
