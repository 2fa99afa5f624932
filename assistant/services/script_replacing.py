"""Finds words in all rows of a draft and replaces them together: what is promised changes everywhere at once.

Only in what people read and say; never in ids, in names of keys, or in conditions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.domain.drafts import Draft, mark
from assistant.domain.errors import InvalidInput
from assistant.domain.problems import Place
from assistant.domain.script_rows import Name, value_of, written
from assistant.services import drafts, script_rows
from assistant.services.desk import Desk

MOST_HITS = 500
LONGEST_WORDS = 200
_BRACED = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
CONTEXT = 24
# The keys of a row whose values are words.
_SAID = frozenset(
    "name goal phrases text title group value label reason instead words unless catches passes replies".split()
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where the words stand: in which row, at which key, the how-manieth there; with what is around it."""

    key: str
    name: Name
    title: str
    field: str
    before: str
    words: str
    after: str


def find(draft: Draft, words: str) -> tuple[list[Hit], int]:
    """The first hits, and how many there are altogether. Raises InvalidInput without words."""
    _check(words)
    found = [hit for name, text in draft.texts.items() if words in text for hit in _hits(draft, name, text, words)]
    return found[:MOST_HITS], len(found)


def _check(words: str) -> None:
    if not words.strip() or len(words) > LONGEST_WORDS or "\x00" in words or "\n" in words:
        raise InvalidInput(f"write 1 to {LONGEST_WORDS} characters to look for", reason="no_words", most=LONGEST_WORDS)


def _hits(draft: Draft, name: Name, text: str, words: str) -> Iterator[Hit]:
    title = script_rows.called(draft, name)
    for place, said in _texts(value_of(text)):
        for nth, at in enumerate(_starts(said, words)):
            end = at + len(words)
            before, after = _around(said, at, end)
            field = ".".join(map(str, place))
            yield Hit(_key(name, place, nth), name, title, field, before, words, after)


def _around(said: str, at: int, end: int) -> tuple[str, str]:
    """What stands before and after; an ellipsis where it is cut, which is never within a variable."""
    first, last = max(0, at - CONTEXT), min(len(said), end + CONTEXT)
    for begun, ended in (found.span() for found in _BRACED.finditer(said)):
        first = begun if begun < first < ended else first
        last = ended if begun < last < ended else last
    return "…" * (first > 0) + said[first:at], said[end:last] + "…" * (last < len(said))


def _starts(said: str, words: str) -> Iterator[int]:
    """Where the words begin, none within another; not inside of braces, where names of variables stand."""
    braces = [found.span() for found in _BRACED.finditer(said)]
    at = said.find(words)
    while at >= 0:
        end = at + len(words)
        inside = any(start < end and at < stop and not at <= start < stop <= end for start, stop in braces)
        if not inside:
            yield at
        at = said.find(words, at + 1 if inside else end)


def _key(name: Name, place: Place, nth: int) -> str:
    return "\t".join([*name, ".".join(map(str, place)), str(nth)])


def _texts(value: Any, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text of a row that is words, with its place."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _texts(one, (*place, at))
    elif isinstance(value, Mapping):
        inside = {"text"} if place else _SAID
        for key, one in value.items():
            if key in inside:
                yield from _texts(one, (*place, key))


@dataclass(frozen=True, slots=True)
class Replaced:
    """A row as it was before words were replaced in it, and the mark it has now: enough to put it back."""

    table: str
    id: str
    text: str
    seen: str


def replace(desk: Desk, words: str, by: str, chosen: Collection[str], seen: str, *, author: str) -> list[Replaced]:
    """Replace the chosen hits (by their keys) in one write; returns the rows that changed. `seen` is the draft's mark.

    Raises Conflict if anything was changed since they were found: nothing is replaced then.
    """
    _check(words)
    if len(by) > LONGEST_WORDS or "\x00" in by or "\n" in by:
        raise InvalidInput(f"write at most {LONGEST_WORDS} characters", reason="no_words", most=LONGEST_WORDS)
    draft = drafts.take(desk.tx, desk.shop.id)
    drafts.refuse_moved(draft, seen)
    wanted = frozenset(chosen)
    new = {
        name: changed
        for name, text in draft.texts.items()
        if words in text and (changed := _replaced(name, text, words, by, wanted)) != text
    }
    drafts.write_over(desk, draft, new, author=author)
    return [Replaced(*name, draft.texts[name], mark(text)) for name, text in new.items()]


def undo(desk: Desk, rows: Collection[Replaced], *, author: str) -> int:
    """Put rows back as they were, all of them, or none with a Conflict if somebody changed one since."""
    before = {Name(row.table, row.id): (row.text, row.seen) for row in rows}
    drafts.write_all(desk, before, author=author)
    return len(before)


def _replaced(name: Name, text: str, words: str, by: str, wanted: Collection[str]) -> str:
    value = value_of(text)
    changes = 0
    for place, said in list(_texts(value)):
        starts = [at for nth, at in enumerate(_starts(said, words)) if _key(name, place, nth) in wanted]
        if starts:
            changes += 1
            value = _put(value, place, _with(said, starts, words, by))
    return written(name.table, value) if changes else text


def _with(said: str, starts: Sequence[int], words: str, by: str) -> str:
    ends = [0, *(at + len(words) for at in starts)]
    return by.join(said[end:at] for end, at in zip(ends, [*starts, len(said)], strict=True))


def _put(value: Any, place: Place, said: str) -> Any:
    if not place:
        return said
    holder = value
    for part in place[:-1]:
        holder = holder[part]
    holder[place[-1]] = said
    return value
