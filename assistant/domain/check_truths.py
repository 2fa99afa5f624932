"""What makes words true that would be wrong to say otherwise: real stock, a real end, a time still to come (DOMAIN.md
1-3, 1-10, §8.16). Not for finding the words (`checks.py`) nor for gathering what is known (a service does)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from assistant.domain.check_rows import Truth

# More than this is not scarce, later than this is not soon.
FEW, SOON = 20, timedelta(hours=24)
EARLIEST = 8


@dataclass(frozen=True, slots=True)
class Moment:
    """What is known where a text is said. Amounts in whole fen; `now` in the shop's zone; None: not known.

    `own` are the buyer's and the shop's numbers and addresses as they are written; `dearer` the titles and addresses of
    items dearer than the one asked about; `variables` those a template fills in, when it is one (`in_tables`).
    """

    now: datetime | None = None
    platform: str | None = None
    categories: tuple[str, ...] = ()
    stock: int | None = None
    ends_at: datetime | None = None
    own: tuple[str, ...] = ()
    price_minded: bool = False
    enquired: int | None = None
    dearer: tuple[str, ...] = ()
    in_tables: bool = False
    variables: tuple[str, ...] = ()


NOWHERE = Moment()

_NUMBER = re.compile(r"\d+")
_CLOCK = re.compile(
    r"(?P<day>今[天日晚]|明[天日晚早]|后天)?\s*(?P<part>早上|上午|中午|下午|傍晚|晚上|晚)?\s*(?P<hour>\d{1,2}|[一二两三四五六七八九十]{1,3})"
    r"\s*(?:[:：](?P<minute>\d{2})|[点时](?P<half>半)?)"
)
_AMOUNT = re.compile(r"(\d{1,6})(?:\.(\d{1,2}))?\s*(?:元|块)|[¥￥]\s*(\d{1,6})(?:\.(\d{1,2}))?")
_LATE = ("下午", "傍晚", "晚上", "晚")
_CHINESE = {one: n for n, one in enumerate("零一二三四五六七八九十")} | {"两": 2}


_MINDS_PRICE = re.compile(r"贵|便宜|优惠|打折|折扣|最低价|少点|少一点|预算|划算|抹零|砍价|降价")


def minds_price(texts: Iterable[str]) -> bool:
    """Whether a buyer's messages ask for a lower price."""
    return any(_MINDS_PRICE.search(text) for text in texts)


def _stock(moment: Moment, words: str, text: str) -> bool:
    """Few are left indeed, and not fewer than it is said."""
    if "item.stock" in moment.variables:
        return True
    if moment.stock is None or not 0 < moment.stock <= FEW:
        return False
    said = [int(number) for number in _NUMBER.findall(words)]
    return all(number >= moment.stock for number in said)


def _ending(moment: Moment, words: str, text: str) -> bool:
    """What runs now ends within a day indeed."""
    if "promotion.ends_at" in moment.variables:
        return True
    if moment.now is None or moment.ends_at is None:
        return False
    return moment.now < moment.ends_at <= moment.now + SOON


def _ahead(moment: Moment, words: str, text: str) -> bool:
    """The time that is named has not passed; a template that names a fixed one is wrong for a part of every day."""
    if moment.in_tables or moment.now is None:
        return not moment.in_tables
    found = _CLOCK.search(words)
    if found is None or (found["day"] or "今").startswith(("明", "后")):
        return True
    hour, minute = _hour(found["hour"]), 30 if found["half"] else int(found["minute"] or 0)
    late = found["part"] in _LATE or (found["day"] or "").endswith("晚")
    # Nobody means four in the morning by 「四点前」.
    late = late or (not found["part"] and hour < EARLIEST) or (found["part"] == "中午" and hour < 3)
    hour += 12 if hour < 12 and late else 0
    return hour > 23 or moment.now.timetz().replace(tzinfo=None) < time(hour, min(minute, 59))


def _hour(written: str) -> int:
    if written.isdecimal():
        return int(written)
    tens, ten, ones = written.rpartition("十")
    return (_CHINESE.get(tens[:1], 1) * 10 if ten else 0) + (_CHINESE.get(ones[:1], 0) if ones else 0)


def _own(moment: Moment, words: str, text: str) -> bool:
    """It is the buyer's own, or the shop's."""
    plain = re.sub(r"[\s-]", "", words)
    return any(plain in one for one in moment.own)


def _affordable(moment: Moment, words: str, text: str) -> bool:
    """Nothing dearer than asked about is recommended to a buyer who minds the price."""
    if not moment.price_minded or moment.enquired is None:
        return True
    if any(title in text for title in moment.dearer):
        return False
    return all(_fen(found) <= moment.enquired for found in _AMOUNT.finditer(text))


def _fen(found: re.Match[str]) -> int:
    whole, part = (found[1], found[2]) if found[1] else (found[3], found[4])
    return int(whole) * 100 + int((part or "0").ljust(2, "0"))


# By name: (what is known, the words found, the whole text) -> whether they are true.
TRUTHS: Mapping[Truth, Callable[[Moment, str, str], bool]] = {
    "stock": _stock,
    "ending": _ending,
    "ahead": _ahead,
    "own": _own,
    "affordable": _affordable,
}
