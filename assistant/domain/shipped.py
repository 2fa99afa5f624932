"""What a newer release ships that a shop's tables do not have yet: proposed row by row, never taken over by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from assistant.domain.script_rows import Name, value_of

# A shop that has none of these works by the shipped ones as they are.
_AS_SHIPPED = frozenset(("checks", "check_words"))


class News(NamedTuple):
    """A row as it is shipped now, new or changed since the shop began. `own`: the shop has written or removed this row
    itself meanwhile, so taking it over would undo that."""

    name: Name
    text: str
    own: bool


def news(base: Mapping[Name, str], ours: Mapping[Name, str], shipped: Mapping[Name, str]) -> Iterator[News]:
    """`base` is what was shipped when the shop began, `ours` what it has now."""
    lacking = _AS_SHIPPED - {name.table for name in ours}
    for name, text in shipped.items():
        if name.table in lacking or base.get(name) == text:
            continue
        standing = ours.get(name)
        if not _same(standing, text):
            yield News(name, text, own=not _same(standing, base.get(name)))


def _same(one: str | None, other: str | None) -> bool:
    """Whether two texts say the same, however they are written."""
    if one == other:
        return True
    return one is not None and other is not None and value_of(one) == value_of(other)
