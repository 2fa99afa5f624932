"""The shop's handbook (口径表): which entries hold on a day, what they are called, and finding one by typing.

A day is the shop's own; the first and the last day both count. Not for reading YAML (`yaml_tables.py`) nor for filling
replies (`templates.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from assistant.domain.quick_replies import QuickReplies
from assistant.domain.scripts import HandbookEntry, QuickReply
from assistant.domain.template_checks import variables
from assistant.domain.templates import Lack

# Entries that end so soon are pointed out: to trainers by `assistant check`, to agents in the sidebar.
SOON = timedelta(days=7)
PREFIX = "shop."


def lack_of(entry: HandbookEntry, today: date) -> Lack | None:
    """Why an entry cannot be said today; None if it can."""
    if entry.valid_to is not None and entry.valid_to < today:
        return Lack(f"expired {entry.valid_to.isoformat()}")
    if entry.valid_from is not None and entry.valid_from > today:
        return Lack(f"coming {entry.valid_from.isoformat()}")
    return None


def days_left(entry: HandbookEntry, today: date) -> int | None:
    """0 on its last day, 1 the day before; None if it does not end, or ends later than `SOON`."""
    left = None if entry.valid_to is None else entry.valid_to - today
    return left.days if left is not None and timedelta() <= left <= SOON else None


def shop_values(shop: Mapping[str, HandbookEntry], today: date) -> dict[str, object]:
    """The handbook as template values: `{"shop.cutoff": "16:00"}`; entries not valid `today` are a Lack."""
    return {f"{PREFIX}{key}": lack_of(entry, today) or entry.value for key, entry in shop.items()}


def keys_used(text: str) -> tuple[str, ...]:
    """The handbook's keys that a template uses: `亲，{{ shop.cutoff }}` → cutoff."""
    return tuple(name.removeprefix(PREFIX) for name in variables(text) if name.startswith(PREFIX))


def labels(*handbooks: Mapping[str, HandbookEntry]) -> dict[str, str]:
    """What people call each entry; the later handbook's word counts."""
    return {key: entry.label for book in handbooks for key, entry in book.items() if entry.label}


class Looked(NamedTuple):
    """The first entries that fit, by key, best first, and how many fit altogether."""

    keys: list[str]
    total: int


class Handbook:
    """One published version's entries, ready to be looked up by label, pinyin, initials, key and words of the value."""

    def __init__(self, entries: Mapping[str, HandbookEntry], names: Mapping[str, str]) -> None:
        self.entries = entries
        self.names = names
        # What never ends need not be asked about with every card.
        self.dated = frozenset(key for key, entry in entries.items() if entry.valid_from or entry.valid_to)
        # The day's values: they change only at midnight, and every card and every follow-up asks for them.
        self._today: tuple[date, Mapping[str, object]] = (date.min, {})
        self._index = QuickReplies([self._as_reply(key) for key in entries], {})

    def _as_reply(self, key: str) -> QuickReply:
        # Not validated: a value may be longer than what is sent in one message.
        return QuickReply.model_construct(
            id=key, title=self.names.get(key, key), text=str(self.entries[key].value), group=key.replace("_", " ")
        )

    def values(self, today: date) -> Mapping[str, object]:
        """All entries as template values, as `shop_values` gives them."""
        day, found = self._today
        if day != today:
            found = shop_values(self.entries, today)
            self._today = today, found
        return found

    def search(self, typed: str, limit: int) -> Looked:
        """What fits what was typed; nothing typed = all, in the trainers' order."""
        found = self._index.search(typed, limit=limit)
        return Looked([reply.id for reply in found.items], found.total)

    def lapsed(self, text: str, today: date) -> tuple[str, ...]:
        """What a template lacks today of the handbook's entries, e.g. `shop.cutoff expired 2026-01-01`."""
        return tuple(self._lapsed(keys_used(text), today)) if self.dated else ()

    def _lapsed(self, keys: Iterable[str], today: date) -> Iterable[str]:
        for key in keys:
            lack = lack_of(self.entries[key], today) if key in self.dated else None
            if lack is not None:
                yield f"{PREFIX}{key} {lack.reason}"
