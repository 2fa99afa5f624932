"""When a leader wants to be told: thresholds, over which period, and from how much on a figure speaks.

Not for measuring (`services/alerts.py`) nor for sending (`services/outgoing.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from types import MappingProxyType
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant.domain.errors import InvalidInput
from assistant.domain.moments import midnight
from assistant.domain.web_addresses import is_web_address

Span = Literal["hour", "day", "week"]
MOST_ADDRESSES = 20
LONGEST_ADDRESS = 254
LONGEST_URL = 500
FEWEST = 5
MOST = 100_000
_MAIL = re.compile(r"[^\s@,;:<>\"()\[\]\\\x00-\x1f]+@[^\s@,;:<>\"()\[\]\\\x00-\x1f]+\.[^\s@,;:<>\"()\[\]\\.\x00-\x1f]+")


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that can be watched. `below`: told when the figure is under the threshold, else when it reaches it.
    `of` is what must have been counted at least `minimum` times before a share speaks; nothing for plain counts."""

    below: bool
    rate: bool
    threshold: float
    span: Span
    of: str = ""
    minimum: int = 0


ALERTS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "within_180s_rate": Kind(below=True, rate=True, threshold=0.9, span="hour", of="buyers_received", minimum=20),
        "within_30s_rate": Kind(below=True, rate=True, threshold=0.8, span="hour", of="buyers_received", minimum=20),
        "waiting_late": Kind(below=False, rate=False, threshold=5, span="hour"),
        "satisfaction_rate": Kind(below=True, rate=True, threshold=0.9, span="day", of="ratings", minimum=10),
        "complaints": Kind(below=False, rate=False, threshold=3, span="day"),
        "follow_ups_missed": Kind(below=False, rate=False, threshold=3, span="day"),
    }
)


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(_Kept):
    """A threshold of a shop: of a rate 0..1, else a number."""

    threshold: float = Field(ge=0, le=MOST)
    span: Span
    minimum: int = Field(0, ge=0, le=MOST)


class Reports(_Kept):
    """When figures are sent by themselves: at `hour` o'clock of the shop, every day for the day before, on Mondays for
    the week before. `since`: what came due before that is not caught up on."""

    day: bool = False
    week: bool = False
    hour: int = Field(8, ge=0, le=23)
    since: datetime | None = None


class Wishes(_Kept):
    """What a shop's leaders have asked for."""

    rules: Mapping[str, Rule] = {}
    mails: tuple[str, ...] = ()
    webhook: str = ""
    reports: Reports = Reports()
    lang: str = "zh-CN"


NOTHING_ASKED = Wishes()


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of a shop's time; `key` names it, so that it is spoken of once."""

    key: str
    start: datetime
    end: datetime


def period(now: datetime, zone: tzinfo, span: Span) -> Period:
    """The hour, day or week (from Monday) that runs now."""
    local = now.astimezone(zone)
    if span == "hour":
        start = local.replace(minute=0, second=0, microsecond=0)
        return Period(f"{start:%Y-%m-%dT%H}{start:%z}", start, start + timedelta(hours=1))
    first = local.date() - timedelta(days=local.weekday() if span == "week" else 0)
    last = first + timedelta(days=7 if span == "week" else 1)
    key = f"{first:%G-W%V}" if span == "week" else first.isoformat()
    return Period(key, midnight(first, zone), midnight(last, zone))


def due_report(now: datetime, zone: tzinfo, span: Span, reports: Reports) -> Period | None:
    """The period whose report should have gone out last; None if it came due before reports were asked for.

    After an outage of any length that is one: whoever missed three days wants the last of them, the others stand on
    the page.
    """
    running = period(now, zone, span)
    due = running.start.replace(hour=reports.hour)
    if now < due:
        running = period(running.start - timedelta(hours=1), zone, span)
        due = running.start.replace(hour=reports.hour)
    if reports.since is not None and due < reports.since:
        return None
    return period(running.start - timedelta(hours=1), zone, span)


def speaks(kind: Kind, rule: Rule, value: float | None, of: int) -> bool:
    """Whether a figure is to be told of: thin data say nothing, however bad they look."""
    if value is None or (kind.of and of < rule.minimum):
        return False
    return value < rule.threshold if kind.below else value >= max(rule.threshold, 1)


def checked(wishes: Wishes) -> Wishes:
    """The same, if it can be carried out. Raises InvalidInput that says what is wrong with which part."""
    for name, rule in wishes.rules.items():
        kind = ALERTS.get(name)
        if kind is None:
            raise InvalidInput(f"there is no alert {name!r}: one of {', '.join(ALERTS)}", reason="no_alert", name=name)
        if kind.rate and rule.threshold > 1:
            raise InvalidInput("a share lies between 0 and 100 %", reason="no_share")
        if kind.of and rule.minimum < FEWEST:
            message = f"of fewer than {FEWEST} a share says nothing"
            raise InvalidInput(message, reason="too_thin", fewest=FEWEST)
    if len(wishes.mails) > MOST_ADDRESSES:
        raise InvalidInput(f"at most {MOST_ADDRESSES} addresses", reason="too_many_mails", most=MOST_ADDRESSES)
    for mail in wishes.mails:
        if len(mail) > LONGEST_ADDRESS or not mail.isascii() or not _MAIL.fullmatch(mail):
            raise InvalidInput(f"{mail!r} is no mail address", reason="no_mail", given=mail[:60])
    if wishes.webhook and not is_web_address(wishes.webhook, LONGEST_URL):
        raise InvalidInput("a webhook's address is https://host/path, without a password", reason="no_url")
    return wishes
