"""Until when a buyer puts something off: 「晚上付」 offers a new time for the follow-up (DOMAIN.md §8.11).

Only an offer: whether the message postpones at all is `speech.postpones`, and the agent decides.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta, tzinfo

from assistant.domain.clock_times import by_the_clock
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
# 8:30 is written as often as 8点30.
_COLON = re.compile(r"(\d{1,2})\s*[:：]\s*([0-5]\d)")


def postponed_to(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The moment the buyer names or hints at, in the future; None if the message postpones nothing."""
    if not postpones(text):
        return None
    local = now.astimezone(zone)
    named = by_the_clock(_COLON.sub(r"\1点\2", text), local) or next(
        (_at(local, days, clock) for words, days, clock in _TIMES if re.search(words, text)), None
    )
    return named if named is not None and named > local else local + A_WHILE


def _at(local: datetime, days: int, clock: time) -> datetime:
    return datetime.combine(local.date() + timedelta(days=days), clock, local.tzinfo)
