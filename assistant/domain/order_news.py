"""How old the news of a shop's orders are when they come: from late ones payment reminders must not be made.

Not for what a late event does to figures or clocks that run (`follow_ups`, `rounds`): those go by its own time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

# One straggler proves nothing, and neither does one that hurried: so many in a row do.
ENOUGH: Final = 3
# What was seen so long ago says nothing of now.
LASTS: Final = timedelta(minutes=10)
# Older than this it is history that somebody imports.
HISTORY: Final = timedelta(days=1)
# While the news are late, it is looked again so often.
AGAIN: Final = timedelta(seconds=30)
_HELD = "data: due "


class News(NamedTuple):
    """One event about an order: when it happened and when it came."""

    at: datetime
    came: datetime


def kept(news: Sequence[News], latest: News) -> tuple[News, ...]:
    """What must be remembered of a feed after one more event."""
    if latest.came - latest.at > HISTORY:
        return tuple(news)
    return (*news, latest)[-ENOUGH:]


def delay(news: Sequence[News], now: datetime, most: timedelta) -> timedelta | None:
    """How late news come, if the last `ENOUGH` of them all came more than `most` late; None: as they should."""
    if len(news) < ENOUGH or not most or now - news[-1].came > LASTS:
        return None
    lags = [one.came - one.at for one in news[-ENOUGH:]]
    return lags[-1] if min(lags) > most else None


def held(was_due_at: datetime) -> str:
    """The reason of a reminder that waits for fresh news; it keeps when its time was, for the rules of being late."""
    return _HELD + was_due_at.isoformat()


def is_held(reason: str | None) -> bool:
    """Whether a reminder waits for fresh news."""
    return reason is not None and reason.startswith(_HELD)


def was_due(reason: str | None, due_at: datetime) -> datetime:
    """When its time was: by its reason if it was held, else as its row says."""
    return datetime.fromisoformat(reason.removeprefix(_HELD)) if reason and is_held(reason) else due_at
