"""Until when a buyer puts something off: 「晚上付」 offers a new time for the follow-up (DOMAIN.md §8.11).

Only an offer: whether the message postpones at all is `speech.postpones`, and the agent decides.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta, tzinfo

from assistant.domain.speech import postpones

A_WHILE = timedelta(hours=1)

# (what is said, days from now, at what time of the shop's day); the first that is found holds.
_TIMES: tuple[tuple[str, int, time], ...] = (
    (r"明早|明天早上|明天上午", 1, time(10)),
    (r"明晚|明天晚上", 1, time(20)),
    (r"明天|明儿|明日", 1, time(10)),
    (r"后天", 2, time(10)),
    (r"今晚|晚上|晚些回家|回家", 0, time(20)),
    (r"下班", 0, time(18, 30)),
    (r"下午", 0, time(15)),
    (r"中午|午休", 0, time(12, 30)),
)
_CLOCK = re.compile(r"(?P<part>早上|上午|中午|下午|傍晚|晚上|今晚|明晚)?(?P<hour>\d{1,2})\s*[点::](?P<half>半)?")
_LATE_PARTS = {"下午", "傍晚", "晚上", "今晚", "明晚"}


def postponed_to(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The moment the buyer names or hints at, in the future; None if the message postpones nothing."""
    if not postpones(text):
        return None
    local = now.astimezone(zone)
    named = _named(text, local) or next(
        (_at(local, days, clock) for words, days, clock in _TIMES if re.search(words, text)), None
    )
    return named if named is not None and named > local else local + A_WHILE


def _named(text: str, local: datetime) -> datetime | None:
    found = _CLOCK.search(text)
    if found is None:
        return None
    hour = int(found["hour"]) + (12 if found["part"] in _LATE_PARTS and int(found["hour"]) < 12 else 0)
    if hour > 23:
        return None
    return _at(local, 1 if "明" in text else 0, time(hour, 30 if found["half"] else 0))


def _at(local: datetime, days: int, clock: time) -> datetime:
    return datetime.combine(local.date() + timedelta(days=days), clock, local.tzinfo)
