"""The period a command is about, and times as it tells them. The shop's calendar decides what a day means."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

from assistant.domain.errors import InvalidInput
from assistant.domain.moments import midnight, moment, shop_day

# What trainers look through when they say no days, as their pages do.
LATELY = 7


def period(
    start: str | None, end: str | None, zone: tzinfo, now: datetime, *, days: int = 1
) -> tuple[datetime, datetime]:
    """`--from` inclusive, `--to` exclusive; unless given they are the last `days`, of which today is one."""
    today = shop_day(now, zone)
    first = moment(start, zone) if start else midnight(today - timedelta(days=days - 1), zone)
    last = moment(end, zone) if end else midnight(today + timedelta(days=1), zone)
    if last < first:
        raise InvalidInput(f"--to ({last.isoformat()}) lies before --from ({first.isoformat()}): give both")
    return first, last


def told(at: datetime | None, zone: tzinfo) -> str | None:
    """RFC 3339 with the shop's offset."""
    return None if at is None else at.astimezone(zone).isoformat()


def clock() -> datetime:
    """The present moment; commands have no composition root's clock to ask."""
    return datetime.now().astimezone()
