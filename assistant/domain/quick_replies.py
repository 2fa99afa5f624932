"""Finds the quick replies a person means: by shortcut, initials, pinyin, words in any place, and in spite of typos.

Not for filling their texts (`templates.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray
from pypinyin import Style, lazy_pinyin, pinyin
from rapidfuzz import fuzz, process
from rapidfuzz.distance import LCSseq

from assistant.domain.scripts import HandbookEntry, QuickReply, Stage
from assistant.domain.substrings import Hits, Numbers, Row, Substrings
from assistant.domain.wording import folded

Levels = NDArray[np.int64]
Parts = Sequence[Sequence[str]]


class Found(NamedTuple):
    """The first quick replies that fit, best first, and how many fit altogether."""

    items: list[QuickReply]
    total: int


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
TEXT = Level(30, 30, 30)
TEXT_PINYIN = Level(24, 24, 24)
TEXT_INITIALS = Level(20, 20, 20)
# What was probably meant comes after all that was really typed.
SAME_SOUND = Level(16, 17, 18)
SWAPPED = Level(13, 14, 15)
TEXT_SOUND = Level(12, 12, 12)
APART = 11
MOST_LIKE = 10
LIKE_TEXT = 5

# Single letters inside initials, and short syllables inside texts, fit nearly everything.
FEWEST_INITIALS, FEWEST_IN_TEXT = 2, 4
CANDIDATES = 50
# Of two characters one wrong is half of them: too little to go by, except by their sound.
FEWEST_ALIKE = 3
ALIKE, SOUND_ALIKE, TEXT_ALIKE = 66, 80, 75
# Nobody mistypes a single word longer than this; it bounds the number of swaps tried.
LONGEST_WORD = 16
READINGS = 3

STAGES: Mapping[str, Stage] = {
    "none": "presale",
    "closed_unpaid": "presale",
    "closed_refunded": "aftersale",
    "signed": "aftersale",
    "done": "aftersale",
}
_SLASHES = "/／、"
_WORDS = re.compile(r"[\w%]+")
_UNIT = "小时|分钟|工作日|天|元|块|件|折|码|号|点|斤|公斤|厘米"
_PARTS = re.compile(rf"[a-z][a-z\d]*|\d[\d.%]*(?:{_UNIT})?|[^\W\da-z_]+|[%_]+")
_LATIN = re.compile(r"[a-z\d]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_SLOT = re.compile(r"\{\{\s*([\w.]+)[^}]*\}\}|\{%.*?%\}")


def stage_of(order_state: object) -> Stage:
    """Where a buyer stands whose latest order is in this state."""
    return STAGES.get(str(order_state), "insale")


class QuickReplies:
    """One published version's quick replies, ready to be searched; texts are read with the handbook filled in."""

    def __init__(self, replies: Sequence[QuickReply], shop: Mapping[str, HandbookEntry]) -> None:
        self.replies = tuple(replies)
        self._at = {reply.id: n for n, reply in enumerate(self.replies)}
        self._suits = {stage: _suiting(self.replies, stage) for stage in get_args(Stage)}
        self._titles = [_kept(reply.title) for reply in self.replies]
        self._texts = [_kept(_read_out(reply.text, shop)) for reply in self.replies]
        self._sounds = ["".join(lazy_pinyin(title)) for title in self._titles]
        self._shortcut = _indexed([[_kept(reply.shortcut or "")] for reply in self.replies])
        self._title = _indexed(self._titles)
        spelled = [_spellings(title) for title in self._titles]
        self._pinyin = Substrings(Row(n, one) for n, ways in enumerate(spelled) for one in ways)
        self._initials = Substrings(Row(n, _initials(one)) for n, ways in enumerate(spelled) for one in ways)
        groups = [Row(n, _kept(reply.group)) for n, reply in enumerate(self.replies)]
        self._text = Substrings([*groups, *(Row(n, text) for n, text in enumerate(self._texts))])
        sounds = [[_sound(one) for one in text] for text in self._texts]
        self._text_pinyin = _indexed(sounds)
        self._text_initials = _indexed([_initials(one) for one in sounds])

    def search(
        self, typed: str, *, stage: Stage | None = None, uses: Mapping[str, int] | None = None, limit: int = 8
    ) -> Found:
        """What fits, best first; among equals what suits the stage, then what is used most. Nothing typed = all."""
        typed = typed.strip().lstrip(_SLASHES)
        levels = self._levels(_WORDS.findall(folded(typed))) if typed else np.ones(len(self.replies), np.int64)
        fits = np.flatnonzero(levels)
        # One number to sort by: the level, then usefulness, then the trainers' own order.
        keys = (levels * 2**20 + self._useful(stage, uses or {}))[fits] * 2**24 - fits
        first = np.argpartition(-keys, limit)[:limit] if len(keys) > limit else np.arange(len(keys))
        first = first[np.argsort(-keys[first])]
        return Found([self.replies[n] for n in fits[first]], len(fits))

    def _useful(self, stage: Stage | None, uses: Mapping[str, int]) -> Levels:
        useful = self._none()
        for id, count in uses.items():
            if id in self._at:
                useful[self._at[id]] = min(count, 2**18 - 1)
        return useful + self._suits[stage] * 2**18 if stage else useful

    # --- what was typed

    def _levels(self, words: Sequence[str]) -> Levels:
        parts = [part for word in words for part in _PARTS.findall(word)]
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

    def _typed(self, word: str) -> Levels:
        levels = self._none()
        if not word:
            return levels
        latin = _LATIN.fullmatch(word) is not None
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
        levels = self._none()
        if len(word) <= LONGEST_WORD:
            self._raise_sounds(levels, word)
            for other in _swaps(word):
                _raise(levels, self._title.hits(other), SWAPPED)
        # Likeness is looked for last: it costs most, and beside a plain slip it would only add what nobody meant.
        if levels.max(initial=0) <= TEXT_SOUND.exact:
            for one, two in _halves(word) if _HAN.fullmatch(word) else ():
                both = (self._typed(one) > 0) & (self._typed(two) > 0)
                np.maximum(levels, both * APART, out=levels)
            self._raise_alike(levels, word)
        return levels

    def _raise_sounds(self, levels: Levels, word: str) -> None:
        if not _HAN.search(word):
            return
        sound = "".join(lazy_pinyin(word))
        _raise(levels, self._text_pinyin.hits(sound), TEXT_SOUND)
        _raise(levels, self._pinyin.hits(sound), SAME_SOUND)

    def _raise_alike(self, levels: Levels, word: str) -> None:
        """What rapidfuzz finds alike, among the few that share the most pairs of characters."""
        latin, count = _LATIN.fullmatch(word) is not None, len(self.replies)
        if len(word) < (FEWEST_IN_TEXT if latin else FEWEST_ALIKE):
            return
        sound = "".join(lazy_pinyin(word))
        near = self._pinyin.nearest(sound, count, CANDIDATES, single=False)
        _raise_like(levels, near, _alikeness(sound, [self._sounds[n] for n in near]), SOUND_ALIKE)
        if latin:
            return
        near = self._text.nearest(word, count, CANDIDATES, single=False)
        scores = _ratios(word, [self._texts[n] for n in near])
        np.maximum.at(levels, near, np.where(scores >= TEXT_ALIKE, LIKE_TEXT, 0))
        near = self._title.nearest(word, count, CANDIDATES)
        _raise_like(levels, near, _alikeness(word, [self._titles[n] for n in near]), ALIKE)

    def _none(self) -> Levels:
        return np.zeros(len(self.replies), np.int64)


# --- levels


def _raise(levels: Levels, hits: Hits, level: Level) -> None:
    for owners, value in zip(hits, level, strict=True):
        levels[owners] = np.maximum(levels[owners], value)


def _suiting(replies: Sequence[QuickReply], stage: Stage) -> Levels:
    """2 = of this stage, 1 = of none, 0 = of another."""
    return np.array([2 if reply.stage == stage else int(reply.stage is None) for reply in replies], np.int64)


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


# --- words


def _kept(text: str) -> str:
    """What can be searched: letters, digits, `%` and `_`, without spaces and punctuation."""
    return "".join(_WORDS.findall(folded(text)))


def _read_out(text: str, shop: Mapping[str, HandbookEntry]) -> str:
    """The text as it is said: 「48小时」 is found although the trainer wrote a variable for it."""

    def value(slot: re.Match[str]) -> str:
        entry = shop.get((slot[1] or "").removeprefix("shop."))
        return str(entry.value) if entry else " "

    return _SLOT.sub(value, text)


def _indexed(rows: Parts) -> Substrings:
    return Substrings(Row(n, pieces) for n, pieces in enumerate(rows))


def _initials(syllables: Sequence[str]) -> list[str]:
    return [one[:1] if one.isalpha() else one for one in syllables]


@lru_cache(maxsize=30_000)
def _sound(character: str) -> str:
    return lazy_pinyin(character)[0]


def _spellings(title: str) -> list[list[str]]:
    """The syllables of a title; then, one at a time, other readings of characters that have several."""
    usual = lazy_pinyin(title)
    readings = pinyin(title, style=Style.NORMAL, heteronym=True)
    others = [(n, way) for n, ways in enumerate(readings) for way in ways[:READINGS] if way != usual[n]]
    return [usual, *([*usual[:n], way, *usual[n + 1 :]] for n, way in others)]


def _swaps(word: str) -> Iterator[str]:
    """The word with each two neighbours changed over."""
    for at, (one, two) in enumerate(pairwise(word)):
        if one != two:
            yield f"{word[:at]}{two}{one}{word[at + 2 :]}"


def _halves(word: str) -> Iterator[tuple[str, str]]:
    """Two words that were written as one."""
    return ((word[:at], word[at:]) for at in range(2, min(len(word), LONGEST_WORD) - 1))
