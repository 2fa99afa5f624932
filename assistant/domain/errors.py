"""Everything that can go wrong in a way the reader can mend. Not for defects: those stay ordinary exceptions.

AssistantError
├── InvalidInput        what was sent is not what is asked for        (422)
├── NotSignedIn         nobody, or nobody we know                     (401)
├── NotAllowed          known, but without the right                  (403)
├── NotFound            no such thing in this shop                    (404)
├── Conflict            somebody else was faster                      (409)
├── TooLarge            more at once than one request may carry       (413)
├── TooSlow             what was begun did not come to an end         (408)
├── TooMany             more often than allowed, come back later      (429)
└── Unavailable         we cannot keep it now, come back later        (503)

The HTTP status of each class is the web floor's business (`web/statuses.py`); rules know no HTTP.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Detail:
    """One place in the input that is wrong: `index` of the event (or line), dotted `field`, what to do."""

    index: int
    field: str
    message: str


class AssistantError(Exception):
    """The request could not be carried out."""

    code: ClassVar[str] = "error"

    def __init__(
        self, message: str = "", *, details: Sequence[Detail] = (), reason: str = "", **values: object
    ) -> None:
        """`reason` and `values` are for pages, which say it in the reader's language; without one the class does."""
        super().__init__(message or type(self).__doc__)
        self.details = tuple(details)
        self.reason = reason or self.code
        self.values = values

    @property
    def message(self) -> str:
        return str(self.args[0])


class InvalidInput(AssistantError):
    """The input is not valid: see details for the fields to correct."""

    code = "invalid_request"


class InvalidEvent(InvalidInput):
    """An event is not valid, so nothing of this request was stored: correct the fields in details and send it again."""

    code = "invalid_event"


class NotSignedIn(AssistantError):
    """Sign in, or send a valid key as `Authorization: Bearer …`."""

    code = "not_signed_in"


class NotAllowed(AssistantError):
    """You do not have the right to do this: ask an administrator of the shop."""

    code = "not_allowed"


class NotFound(AssistantError):
    """There is no such thing in this shop."""

    code = "not_found"


class Conflict(AssistantError):
    """Somebody changed this meanwhile: look at the new state and try again."""

    code = "conflict"


class TooLarge(AssistantError):
    """The request is too large: send at most 1 MiB and 1000 events at once."""

    code = "too_large"


class TooSlow(AssistantError):
    """The body did not arrive in time: send it again over a better line, or in smaller parts."""

    code = "too_slow"


class Later(AssistantError):
    """Not now: try again after `retry_after` seconds."""

    code = "later"

    def __init__(self, message: str = "", *, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TooMany(Later):
    """Too many requests: wait before trying again."""

    code = "too_many"


class Unavailable(Later):
    """The service cannot store this right now: nothing was kept, send it again shortly."""

    code = "unavailable"
