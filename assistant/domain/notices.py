"""Today's notices (UI.md §2.8): what a shop tells its agents for a day, and which replies it takes back meanwhile.

Not for storing or showing them. Everything here is asked with every card, so an empty board answers at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from pydantic import BaseModel, ConfigDict, Field

from assistant.domain.errors import InvalidInput
from assistant.domain.handbook import keys_used
from assistant.domain.moments import midnight, shop_day
from assistant.domain.problems import proposal
from assistant.domain.scripts import QuickReply, Scripts

LONGEST = 100
# What stands longer belongs into the handbook.
LONGEST_TIME = timedelta(days=31)
MOST_STANDING = 20
MOST_WITHDRAWN = 100
# Clocks of several nodes differ a little; a notice must not wait for the slowest.
SKEW = timedelta(minutes=5)


class Withdraws(BaseModel):
    """What a notice takes back: handbook keys, situations, single replies (`situation/reply`), quick replies."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    handbook: tuple[str, ...] = Field((), max_length=MOST_WITHDRAWN)
    situations: tuple[str, ...] = Field((), max_length=MOST_WITHDRAWN)
    replies: tuple[str, ...] = Field((), max_length=MOST_WITHDRAWN)
    quick_replies: tuple[str, ...] = Field((), max_length=MOST_WITHDRAWN)

    def named(self) -> Iterator[tuple[str, str]]:
        """(kind, name) of each."""
        for kind in KINDS:
            yield from ((kind, name) for name in getattr(self, kind))


KINDS = ("handbook", "situations", "replies", "quick_replies")
NOTHING = Withdraws()


@dataclass(frozen=True, slots=True)
class Notice:
    """One line for all agents of a shop, from `posted_at` until `ends_at` unless ended before."""

    id: int
    text: str
    author: str
    posted_at: datetime
    ends_at: datetime
    withdraws: Withdraws = NOTHING
    ended_at: datetime | None = None

    def stands(self, now: datetime) -> bool:
        return self.ended_at is None and self.posted_at <= now + SKEW and now < self.ends_at


@dataclass(frozen=True, slots=True)
class Board:
    """The notices of one shop, newest first, and who has read which: `(notice, agent)`."""

    notices: tuple[Notice, ...] = ()
    receipts: frozenset[tuple[int, str]] = frozenset()

    def standing(self, now: datetime) -> tuple[Notice, ...]:
        """Those that hold now, newest first."""
        return tuple(notice for notice in self.notices if notice.stands(now)) if self.notices else ()

    def read(self, notice: int, agent: str) -> bool:
        return (notice, agent) in self.receipts

    def against(self, script: str, text: str, now: datetime) -> Notice | None:
        """The newest notice that takes back the reply `situation/reply` with this template, or None."""
        situation = script.partition("/")[0]
        for notice in self.standing(now):
            gone = notice.withdraws
            if situation in gone.situations or script in gone.replies or _uses(text, gone.handbook):
                return notice
        return None

    def against_quick_reply(self, reply: QuickReply, now: datetime) -> Notice | None:
        """The newest notice that takes back a quick reply, or None."""
        for notice in self.standing(now):
            if reply.id in notice.withdraws.quick_replies or _uses(reply.text, notice.withdraws.handbook):
                return notice
        return None

    def against_entry(self, key: str, now: datetime) -> Notice | None:
        return next((notice for notice in self.standing(now) if key in notice.withdraws.handbook), None)


EMPTY = Board()


def _uses(text: str, keys: tuple[str, ...]) -> bool:
    return bool(keys) and not set(keys).isdisjoint(keys_used(text))


def end_of_day(now: datetime, zone: tzinfo) -> datetime:
    """The next midnight of the shop."""
    return midnight(shop_day(now, zone) + timedelta(days=1), zone)


def worded(text: str) -> str:
    """A notice is one line. Raises InvalidInput if it is empty or too long."""
    line = " ".join(text.split())
    if not line:
        raise InvalidInput("write what agents are to know, e.g. 赠品已送完", reason="empty")
    if len(line) > LONGEST:
        message = f"a notice has at most {LONGEST} characters, so that it stands in one line: this one has {len(line)}"
        raise InvalidInput(message, reason="too_long", most=LONGEST, n=len(line))
    return line


def until(ends_at: datetime | None, now: datetime, zone: tzinfo) -> datetime:
    """When a notice ends: at the time given, else with the shop's day. Raises InvalidInput."""
    end = ends_at or end_of_day(now, zone)
    if end <= now:
        raise InvalidInput(f"this notice would have ended already, at {end.isoformat()}", reason="ends_too_early")
    if end > now + LONGEST_TIME:
        message = f"a notice stands at most {LONGEST_TIME.days} days: what holds longer belongs into the handbook"
        raise InvalidInput(message, reason="ends_too_late", days=LONGEST_TIME.days)
    return end


def check(withdraws: Withdraws, scripts: Scripts) -> None:
    """Raises InvalidInput for a name the shop's tables do not have, proposing the nearest."""
    known = names(scripts)
    for kind, name in withdraws.named():
        if name not in known[kind]:
            message = f"there is no {_NOUNS[kind]} {name!r}: {proposal(name, known[kind])}"
            raise InvalidInput(message, reason="unknown_name", name=name)


def names(scripts: Scripts) -> Mapping[str, frozenset[str]]:
    """What can be withdrawn, by kind."""
    return {
        "handbook": frozenset(scripts.shop),
        "situations": frozenset(row.id for row in scripts.situations),
        "replies": frozenset(scripts.texts),
        "quick_replies": frozenset(reply.id for reply in scripts.quick_replies),
    }


_NOUNS = {
    "handbook": "handbook entry",
    "situations": "situation",
    "replies": "reply",
    "quick_replies": "quick reply",
}
