"""By when an agent promised to come back to a buyer (DOMAIN.md C09, UI.md §2.8).

Which clauses promise is `speech`'s to say; here their time is read. A promise without a time has none, nor has one that
no message can keep: that something is shipped or refunded by then.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from assistant.domain.clock_times import NUMBER, by_the_clock, number
from assistant.domain.speech import promised_clauses

# Beyond this it is no longer something one comes back to in a chat.
FARTHEST = timedelta(days=7)
LONGEST_QUOTE = 60

_UNITS = {
    "分钟": timedelta(minutes=1),
    "刻钟": timedelta(minutes=15),
    "小时": timedelta(hours=1),
    "钟头": timedelta(hours=1),
    "天内": timedelta(days=1),
    "天之内": timedelta(days=1),
    "天后": timedelta(days=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
}
# 「5分钟前」 was; 「几分钟」 is no time.
_WHILE = re.compile(
    rf"(?:(?P<n>{NUMBER}(?P<decimal>\.5)?)(?P<half>个半)?|(?P<only>半))(?:个|多|来)?\s?(?P<unit>{'|'.join(_UNITS)})(?P<rest>半)?(?!之?前)"
)
_PIECES = re.compile(r"[^，,。！!；;～~\n\r]+")


def promised_by(text: str, at: datetime, zone: tzinfo) -> datetime | None:
    """The moment by which the agent will have come back; None without a promise, or without a time in it."""
    for clause in promised_clauses(text):
        found = _after_a_while(clause, at) or by_the_clock(clause, at.astimezone(zone))
        if found is not None and at < found <= at + FARTHEST:
            return found
    return None


def quote(text: str, at: datetime, zone: tzinfo) -> str:
    """The words that promise, as they were written: of a long message only the clause."""
    pieces = (piece.strip() for piece in _PIECES.findall(text))
    words = next((piece for piece in pieces if promised_by(piece, at, zone)), text.strip())
    return words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1]}…"


# --- times -----------------------------------------------------------------------------------------------------------


def _after_a_while(clause: str, at: datetime) -> datetime | None:
    """Of a span (3到5分钟) the later end holds: the last number stands before the unit."""
    found = _WHILE.search(clause)
    if found is None:
        return None
    halves = 1 if found["only"] else 2 * number(found["n"].removesuffix(".5")) + _half(found)
    return at + _UNITS[found["unit"]] * halves / 2


def _half(found: re.Match[str]) -> bool:
    return any(found[name] for name in ("decimal", "half", "rest"))
