"""How well each quick reply fits what was typed: by shortcut, initials, pinyin, words in any place, in spite of slips.

Not for which of those that fit comes first (`quick_replies.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from assistant.domain import spelling
from assistant.domain.blanks import shown
from assistant.domain.scripts import HandbookEntry, QuickReply
from assistant.domain.substrings import Hits, Numbers, Row, Substrings

Levels = NDArray[np.int64]
Parts = Sequence[Sequence[str]]
Synonyms = Mapping[str, Sequence[str]]


class Level(NamedTuple):
    """How good it is to contain what was typed, to begin with it, to be it; 0 = does not count."""

    inside: int
    prefix: int
    exact: int


SHORTCUT = Level(0, 80, 82)
INITIALS_FROM_THE_START = Level(0, 70, 72)
TITLE = Level(60, 62, 64)
PINYIN = Level(50, 52, 54)
INITIALS = Level(40, 40, 40)
TEXT = Level(35, 35, 35)
TEXT_PINYIN = Level(30, 30, 30)
TEXT_INITIALS = Level(28, 28, 28)
# What was probably meant comes after all that was really typed.
SAME_SOUND = Level(22, 23, 24)
SWAPPED = Level(19, 20, 21)
NEAR_SOUND = Level(16, 17, 18)
OTHER_WORDS = Level(13, 14, 15)
TEXT_SOUND = Level(12, 12, 12)
ONE_TOO_MANY = Level(11, 11, 11)
APART = 11
MOST_LIKE = 10
LIKE_TEXT = 5

# Single letters inside initials, and short syllables inside texts, fit nearly everything.
FEWEST_INITIALS, FEWEST_IN_TEXT = 2, 4
# Of two initials changed over nothing is left to go by; long rows of letters are pinyin.
FEWEST_SWAPPED_INITIALS, MOST_INITIALS = 3, 8
CANDIDATES = 50
# Of two characters one wrong is half of them: too little to go by, except by their sound.
FEWEST_ALIKE = 3
ALIKE, SOUND_ALIKE, TEXT_ALIKE = 66, 80, 75
MOST_OTHER_WORDS = 30

_SLOT = re.compile(r"\{\{\s*([\w.]+)[^}]*\}\}|\{%.*?%\}")


class Index:
    """Quick replies ready to be looked up; texts are read with the handbook filled in, `synonyms` are the shop's."""

    def __init__(self, replies: Sequence[QuickReply], shop: Mapping[str, HandbookEntry], synonyms: Synonyms) -> None:
        self._count = len(replies)
        self._titles = [spelling.kept(reply.title) for reply in replies]
        self._texts = [spelling.kept(read_out(reply.text, shop)) for reply in replies]
        self._synonyms = _each_for_others(synonyms)
        self._shortcut = _indexed([[spelling.kept(reply.shortcut or "")] for reply in replies])
        self._title = _indexed(self._titles)
        groups = [Row(n, spelling.kept(reply.group)) for n, reply in enumerate(replies)]
        self._text = Substrings([*groups, *(Row(n, text) for n, text in enumerate(self._texts))])
        spelled = [spelling.spellings(title) for title in self._titles]
        self._pinyin = Substrings(Row(n, one) for n, ways in enumerate(spelled) for one in ways)
        self._initials = Substrings(Row(n, spelling.initials(one)) for n, ways in enumerate(spelled) for one in ways)
        self._sounds = ["".join(ways[0]) for ways in spelled]
        self._first_letters = ["".join(spelling.initials(ways[0])) for ways in spelled]
        self._blurred = _indexed([[spelling.blurred(one) for one in ways[0]] for ways in spelled])
        sounds = [[spelling.sound(one) for one in text] for text in self._texts]
        self._text_pinyin = _indexed(sounds)
        self._text_initials = _indexed([spelling.initials(one) for one in sounds])

    def levels(self, typed: str) -> Levels:
        """One number a reply, in the order they were given: the higher the better it fits, 0 = it does not."""
        words = spelling.words(typed)
        parts = [part for word in words for part in spelling.parts(word)]
        whole = "".join(words)
        if len(parts) < 2:
            return self._meant(whole)
        return np.maximum(self._typed(whole), _together([self._meant(part) for part in parts]))

    def _meant(self, word: str) -> Levels:
        """As `_typed`; where no title, shortcut or sound has it, also what it may be a slip for."""
        levels = self._typed(word)
        if len(word) < 2 or levels.max(initial=0) > TEXT.exact:
            return levels
        return np.maximum(levels, self._slips(word))

    # --- what was typed

    def _typed(self, word: str) -> Levels:
        levels = self._none()
        if not word:
            return levels
        latin = spelling.latin(word)
        if latin and len(word) >= FEWEST_IN_TEXT:
            _raise(levels, self._text_initials.hits(word), TEXT_INITIALS)
            _raise(levels, self._text_pinyin.hits(word), TEXT_PINYIN)
        if not latin or len(word) > 1:
            _raise(levels, self._text.hits(word), TEXT)
        if latin:
            self._raise_letters(levels, word)
        _raise(levels, self._title.hits(word), TITLE)
        if latin:
            _raise(levels, self._initials.hits(word), INITIALS_FROM_THE_START)
        _raise(levels, self._shortcut.hits(word), SHORTCUT)
        return levels

    def _raise_letters(self, levels: Levels, word: str) -> None:
        if len(word) >= FEWEST_INITIALS:
            _raise(levels, self._initials.hits(word), INITIALS)
        _raise(levels, self._pinyin.hits(word), PINYIN)

    # --- what may have been meant

    def _slips(self, word: str) -> Levels:
        levels, latin = self._none(), spelling.latin(word)
        for other in islice(self._said_otherwise(word), MOST_OTHER_WORDS):
            _raise(levels, self._title.hits(other), OTHER_WORDS)
        if len(word) <= spelling.LONGEST_WORD:
            self._raise_sounds(levels, word)
        for other in spelling.swaps(word):
            _raise(levels, self._title.hits(other), SWAPPED)
            if latin and FEWEST_SWAPPED_INITIALS <= len(word) <= MOST_INITIALS:
                _raise(levels, self._initials.hits(other), SWAPPED)
        # Likeness is looked for last: it costs most, and beside a plain slip it would only add what nobody meant.
        if levels.max(initial=0) <= OTHER_WORDS.exact:
            for one, two in spelling.halves(word) if spelling.chinese(word) else ():
                both = (self._typed(one) > 0) & (self._typed(two) > 0)
                np.maximum(levels, both * APART, out=levels)
            self._raise_alike(levels, word)
        return levels

    def _said_otherwise(self, word: str) -> Iterator[str]:
        """The word with each piece of it that has synonyms replaced by each of them, longest pieces first."""
        for length in range(min(len(word), spelling.LONGEST_WORD), 1, -1):
            for at in range(len(word) - length + 1):
                for other in self._synonyms.get(word[at : at + length], ()):
                    yield f"{word[:at]}{other}{word[at + length :]}"

    def _raise_sounds(self, levels: Levels, word: str) -> None:
        # Letters may stop within a syllable; characters are whole ones: 「退款度」 is not the beginning of 「退款多」.
        latin = spelling.latin(word)
        syllables = [word] if latin else spelling.sounds(word)
        blurred = "".join(map(spelling.blurred, syllables))
        _raise(levels, self._blurred.hits(blurred, whole=not latin), NEAR_SOUND)
        if not latin:
            sound = "".join(syllables)
            _raise(levels, self._text_pinyin.hits(sound, whole=True), TEXT_SOUND)
            _raise(levels, self._pinyin.hits(sound, whole=True), SAME_SOUND)

    def _raise_alike(self, levels: Levels, word: str) -> None:
        """What rapidfuzz finds alike, among the few that share the most pairs of characters."""
        latin = spelling.latin(word)
        if len(word) < (FEWEST_IN_TEXT if latin else FEWEST_ALIKE):
            return
        sound = "".join(spelling.sounds(word))
        near = self._pinyin.nearest(sound, self._count, CANDIDATES, single=False)
        _raise_like(levels, near, _alikeness(sound, [self._sounds[n] for n in near]), SOUND_ALIKE)
        if latin:
            return self._raise_gapped_initials(levels, word)
        near = self._text.nearest(word, self._count, CANDIDATES, single=False)
        scores = _ratios(word, [self._texts[n] for n in near])
        np.maximum.at(levels, near, np.where(scores >= TEXT_ALIKE, LIKE_TEXT, 0))
        near = self._title.nearest(word, self._count, CANDIDATES)
        titles = [self._titles[n] for n in near]
        _raise_like(levels, near, _alikeness(word, titles), ALIKE)
        shuffled = np.array([set(word) <= set(title) for title in titles], np.bool_)
        np.maximum.at(levels, near, shuffled * MOST_LIKE)

    def _raise_gapped_initials(self, levels: Levels, word: str) -> None:
        if len(word) > MOST_INITIALS:
            return
        for other in spelling.shortened(word):
            _raise(levels, self._initials.hits(other), ONE_TOO_MANY)
        near = self._initials.nearest(word, self._count, CANDIDATES)
        letters = [self._first_letters[n] for n in near]
        gapped = np.array([LCSseq.similarity(word, one) == len(word) for one in letters], np.bool_)
        np.maximum.at(levels, near, gapped * MOST_LIKE)

    def _none(self) -> Levels:
        return np.zeros(self._count, np.int64)


# --- levels


def _raise(levels: Levels, hits: Hits, level: Level) -> None:
    if not len(hits.inside):
        return
    for owners, value in zip(hits, level, strict=True):
        levels[owners] = np.maximum(levels[owners], value)


def _raise_like(levels: Levels, owners: Numbers, scores: NDArray[np.float64], at_least: float) -> None:
    values = LIKE_TEXT + (scores - at_least) * (MOST_LIKE - LIKE_TEXT) / (100 - at_least)
    np.maximum.at(levels, owners, np.where(scores >= at_least, values.astype(np.int64), 0))


def _together(each: Sequence[Levels]) -> Levels:
    """All words must fit; where no row has them all, those that have the most of them."""
    table = np.stack(each)
    fitting = (table > 0).sum(axis=0)
    mean = np.maximum(1, table.sum(axis=0) // len(each))
    return np.where((fitting > 0) & (fitting == fitting.max(initial=0)), mean, 0)


def _alikeness(word: str, texts: Sequence[str]) -> NDArray[np.float64]:
    """0 to 100: the best window of each text, or all characters in their order with others in between."""
    gapped = process.cdist([word], texts, scorer=LCSseq.similarity)[0] if texts else np.empty(0)
    return np.maximum(_ratios(word, texts), np.where(gapped >= max(3, len(word)), 95.0, 0.0))


def _ratios(word: str, texts: Sequence[str]) -> NDArray[np.float64]:
    if not texts:
        return np.empty(0)
    ratios: NDArray[np.float64] = process.cdist([word], texts, scorer=fuzz.partial_ratio, dtype=np.float64)[0]
    return ratios


# --- texts


def read_out(text: str, shop: Mapping[str, HandbookEntry], unknown: str = " ") -> str:
    """The text as it is said: 「48小时」 is found although the trainer wrote a variable for it."""

    def value(slot: re.Match[str]) -> str:
        entry = shop.get((slot[1] or "").removeprefix("shop."))
        return str(entry.value) if entry else unknown

    return _SLOT.sub(value, shown(text))


def _indexed(rows: Parts) -> Substrings:
    return Substrings(Row(n, pieces) for n, pieces in enumerate(rows))


def _each_for_others(synonyms: Synonyms) -> Mapping[str, Sequence[str]]:
    """For each word those that mean the same, the usual one first."""
    found: dict[str, dict[str, None]] = {}
    for usual, variants in synonyms.items():
        group = [spelling.kept(word) for word in (usual, *variants)]
        for word in group:
            found.setdefault(word, {}).update(dict.fromkeys(other for other in group if other != word))
    return {word: tuple(others) for word, others in found.items()}
