"""Which HTTP status says what went wrong."""

from __future__ import annotations

from assistant.domain import errors

_OF: dict[type[errors.AssistantError], int] = {
    errors.InvalidInput: 422,
    errors.NotSignedIn: 401,
    errors.NotAllowed: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.TooLarge: 413,
    errors.TooSlow: 408,
    errors.TooMany: 429,
    errors.Unavailable: 503,
}


def status_of(error: errors.AssistantError) -> int:
    """The status of an error, or of the nearest kind of error it is one of."""
    return next((_OF[kind] for kind in type(error).__mro__ if kind in _OF), 400)
