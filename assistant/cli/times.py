"""Times as people type them and as programs read them. The shop's calendar decides what a date means."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, tzinfo

from assistant.domain.errors import InvalidInput

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def moment(text: str, zone: tzinfo) -> datetime:
    """RFC 3339 with an offset, or a date: its midnight in this zone."""
    said = text.strip().upper()
    try:
        if _DATE.fullmatch(said):
            return datetime.combine(date.fromisoformat(said), time(0), zone)
        at = datetime.fromisoformat(said)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InvalidInput(f"{text!r} is no time: write 2026-11-11, or with an offset 2026-11-11T10:00:00+08:00")
    return at


def period(start: str | None, end: str | None, zone: tzinfo, now: datetime) -> tuple[datetime, datetime]:
    """`--from` inclusive, `--to` exclusive; together they are today unless given."""
    today = datetime.combine(now.astimezone(zone).date(), time(0), zone)
    first = moment(start, zone) if start else today
    last = moment(end, zone) if end else today + timedelta(days=1)
    if last < first:
        raise InvalidInput(f"--to ({last.isoformat()}) lies before --from ({first.isoformat()}): give both")
    return first, last


def told(at: datetime | None, zone: tzinfo) -> str | None:
    """RFC 3339 with the shop's offset."""
    return None if at is None else at.astimezone(zone).isoformat()


def clock() -> datetime:
    """The present moment; commands have no composition root's clock to ask."""
    return datetime.now().astimezone()
