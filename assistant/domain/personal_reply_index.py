"""How well each of an agent's own quick replies fits what was typed, in little memory: there is one index an agent.

The levels are those of the team's index (`quick_reply_index.py`), so that both can stand in one list; of a few hundred
short texts each is looked at, where the team's thousands need tables of places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from assistant.domain import spelling
from assistant.domain.quick_reply_index import (
    FEWEST_IN_TEXT,
    FEWEST_INITIALS,
    FEWEST_SWAPPED_INITIALS,
    INITIALS,
    INITIALS_FROM_THE_START,
    MOST_INITIALS,
    NEAR_SOUND,
    PINYIN,
    SAME_SOUND,
    SHORTCUT,
    SWAPPED,
    TEXT,
    TEXT_INITIALS,
    TITLE,
    Level,
    read_out,
)
from assistant.domain.scripts import HandbookEntry, QuickReply

_APART = "\n"


class _Row(NamedTuple):
    """What is searched of one reply. `pinyin` and `initials` hold each way to read the title, one a line."""

    shortcut: str
    title: str
    pinyin: str
    initials: str
    text: str


class PersonalIndex:
    """An agent's quick replies ready to be looked up."""

    def __init__(self, replies: Sequence[QuickReply], shop: Mapping[str, HandbookEntry]) -> None:
        self._rows = [_row(reply, shop) for reply in replies]

    def levels(self, typed: str) -> list[int]:
        """One number a reply, in the order they were given: the higher the better it fits, 0 = it does not."""
        words = spelling.words(typed)
        parts = [part for word in words for part in spelling.parts(word)]
        whole = self._meant("".join(words))
        if len(parts) < 2:
            return whole
        each = [self._meant(part) for part in parts]
        together = [min(levels) for levels in zip(*each, strict=True)]
        return [max(pair) for pair in zip(whole, together, strict=True)]

    def _meant(self, word: str) -> list[int]:
        """As it was typed; where nothing fits so, what it may be a slip for."""
        if not word:
            return [0] * len(self._rows)
        levels = [_typed(row, word) for row in self._rows]
        if len(word) < 2 or max(levels, default=0) > TEXT.exact:
            return levels
        slips = _slips(word)
        return [max(level, slips.fits(row)) for level, row in zip(levels, self._rows, strict=True)]


def _row(reply: QuickReply, shop: Mapping[str, HandbookEntry]) -> _Row:
    title = spelling.kept(reply.title)
    ways = spelling.spellings(title)
    return _Row(
        spelling.kept(reply.shortcut or ""),
        title,
        _APART.join(" ".join(way) for way in ways),
        _APART.join("".join(spelling.initials(way)) for way in ways),
        f"{spelling.kept(reply.group)}{_APART}{spelling.kept(read_out(reply.text, shop))}",
    )


def _typed(row: _Row, word: str) -> int:
    latin = spelling.latin(word)
    found = _level([row.shortcut], word, SHORTCUT) or _level([row.title], word, TITLE)
    if latin:
        letters = row.initials.split(_APART)
        found = max(found, _level(letters, word, INITIALS_FROM_THE_START))
        if len(word) >= FEWEST_INITIALS:
            found = max(found, _level(letters, word, INITIALS), _sounds(row.pinyin.split(_APART), word, PINYIN))
    if found or (latin and len(word) == 1):
        return found
    if word in row.text:
        return TEXT.inside
    return TEXT_INITIALS.inside if latin and len(word) >= FEWEST_IN_TEXT and word in _text_initials(row) else 0


def _text_initials(row: _Row) -> str:
    return "".join(spelling.initials([spelling.sound(one) for one in row.text]))


def _level(texts: Sequence[str], word: str, level: Level) -> int:
    return max((_of(text == word, text.startswith(word), word in text, level) for text in texts if text), default=0)


def _of(exact: bool, prefix: bool, inside: bool, level: Level) -> int:
    return level.exact if exact else level.prefix if prefix else level.inside if inside else 0


def _sounds(ways: Sequence[str], word: str, level: Level) -> int:
    """Matches begin where a syllable begins."""
    return max((_sound(way, word, level) for way in ways), default=0)


def _sound(way: str, word: str, level: Level) -> int:
    if word not in way.replace(" ", ""):
        return 0
    syllables = way.split(" ")
    for at in range(len(syllables)):
        tail = "".join(syllables[at:])
        if tail.startswith(word):
            return _of(at == 0 and tail == word, at == 0, True, level)
    return 0


class _Slips(NamedTuple):
    """What a word may be a slip for: its sound, its blurred sound, neighbours changed over."""

    sound: str
    blurred: str
    swapped: tuple[str, ...]
    swapped_initials: tuple[str, ...]

    def fits(self, row: _Row) -> int:
        """The level of the best that fits."""
        ways = row.pinyin.split(_APART)
        found = _sounds(ways, self.sound, SAME_SOUND)
        if not found:
            found = max((_level([row.title], other, SWAPPED) for other in self.swapped), default=0)
        if not found:
            letters = row.initials.split(_APART)
            found = max((_level(letters, other, SWAPPED) for other in self.swapped_initials), default=0)
        return found or _sounds([spelling.blurred(way) for way in ways], self.blurred, NEAR_SOUND)


def _slips(word: str) -> _Slips:
    latin = spelling.latin(word)
    sound = word if latin else "".join(spelling.sounds(word))
    swapped = () if latin else tuple(spelling.swaps(word))
    few = latin and FEWEST_SWAPPED_INITIALS <= len(word) <= MOST_INITIALS
    return _Slips(sound, spelling.blurred(sound), swapped, tuple(spelling.swaps(word)) if few else ())
