"""The shop's handbook as agents see it: what a text lacks, by its name for people, and entries looked up by typing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from assistant.domain.handbook import PREFIX, days_left, lack_of
from assistant.domain.templates import LONGEST_TEXT
from assistant.services.desk import Shop
from assistant.services.sidebar_view import LackView


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry. `lack` says why it cannot be said today; `days_left` is 0 on its last day, None unless it is near;
    `withdrawn` are the words of the notice that takes it back."""

    key: str
    label: str
    text: str
    valid_from: date | None
    valid_to: date | None
    days_left: int | None
    lack: str | None
    withdrawn: str | None = None


class Page(NamedTuple):
    """The first entries, and how many fit altogether."""

    items: list[EntryView]
    total: int


def lacks(shop: Shop, missing: Iterable[str]) -> tuple[LackView, ...]:
    """What keeps a text from being sent (`templates.Rendered.missing`), with the shop's own words for its entries."""
    return tuple(_lack(shop, said) for said in missing)


def _lack(shop: Shop, said: str) -> LackView:
    name, reason, day = (*said.split(" "), "", "")[:3]
    return LackView(name, shop.handbook.names.get(name.removeprefix(PREFIX), ""), reason, day)


def missing_now(shop: Shop, script: str, missing: Iterable[str], now: datetime) -> tuple[str, ...]:
    """What a card's text lacked when it was filled, and the entries it used that have ended since."""
    if not shop.handbook.dated:
        return tuple(missing)
    lapsed = shop.handbook.lapsed(shop.scripts.texts.get(script, ""), shop.day(now))
    return tuple(dict.fromkeys((*missing, *lapsed)))


def another_day(shop: Shop, shown: float, now: datetime) -> bool:
    """Whether entries may have begun or ended since a moment of before."""
    if not shop.handbook.dated:
        return False
    return shop.day(datetime.fromtimestamp(shown, shop.timezone)) != shop.day(now)


def search(shop: Shop, now: datetime, typed: str, limit: int) -> Page:
    """Entries that fit what is typed, best first."""
    found = shop.handbook.search(typed, limit)
    return Page([entry(shop, key, now) for key in found.keys], found.total)


def entry(shop: Shop, key: str, now: datetime) -> EntryView:
    """One entry as it stands today."""
    row, day, notice = shop.handbook.entries[key], shop.day(now), shop.notices.against_entry(key, now)
    lack = lack_of(row, day)
    return EntryView(
        key=key,
        label=shop.handbook.names.get(key, ""),
        text=str(row.value)[:LONGEST_TEXT],
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        days_left=None if lack else days_left(row, day),
        lack=lack.reason if lack else None,
        withdrawn=notice.text if notice else None,
    )
