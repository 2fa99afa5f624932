"""How words are written, how they sound in pinyin, and how they come out when mistyped.

Not for searching (`quick_reply_index.py`) and not for what buyers write (`wording.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from pypinyin import Style, lazy_pinyin, pinyin

from assistant.domain.wording import folded

# Nobody mistypes a single word longer than this; it bounds the number of swaps tried.
LONGEST_WORD = 16
READINGS = 3

_WORDS = re.compile(r"[\w%]+")
_UNIT = "小时|分钟|工作日|天|元|块|件|折|码|号|点|斤|公斤|厘米"
_PARTS = re.compile(rf"[a-z][a-z\d]*|\d[\d.%]*(?:{_UNIT})?|[^\W\da-z_]+|[%_]+")
_LATIN = re.compile(r"[a-z\d]+")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
# Taken for each other because they look alike, whichever sound an input method asked for.
_LOOK_ALIKE = str.maketrans("劵帐", "券账")
# Whose home dialect does not tell these apart types one for the other.
_BLURRED = re.compile(r"(?<=[zcs])h|(?<=[aei]n)g")


def words(typed: str) -> list[str]:
    """Folded words: letters, digits, `%` and `_`; spaces and punctuation part them."""
    return _WORDS.findall(folded(typed).translate(_LOOK_ALIKE))


def kept(text: str) -> str:
    """What can be searched of a text: its words without anything between them."""
    return "".join(words(text))


def parts(word: str) -> list[str]:
    """Where a word changes between letters, numbers with their unit, and characters."""
    return _PARTS.findall(word)


def latin(word: str) -> bool:
    """Whether it is letters and digits only: pinyin, initials or a shortcut."""
    return _LATIN.fullmatch(word) is not None


def chinese(word: str) -> bool:
    """Whether it is characters only."""
    return _HAN.fullmatch(word) is not None


@lru_cache(maxsize=30_000)
def sound(character: str) -> str:
    """The usual reading of one character; what has none stays as it is."""
    return lazy_pinyin(character)[0]


def sounds(word: str) -> list[str]:
    """The syllables of a word, each character read as it is usual beside the others."""
    return lazy_pinyin(word)


def blurred(syllables: str) -> str:
    """Pinyin without the difference between zh and z, ch and c, sh and s, ang and an, eng and en, ing and in."""
    return _BLURRED.sub("", syllables)


def initials(syllables: Sequence[str]) -> list[str]:
    """The first letter of each syllable; digits stay whole."""
    return [one[:1] if one.isalpha() else one for one in syllables]


def spellings(title: str) -> list[list[str]]:
    """The syllables of a title; then, one at a time, other readings of characters that have several."""
    usual = sounds(title)
    readings = pinyin(title, style=Style.NORMAL, heteronym=True)
    others = [(n, way) for n, ways in enumerate(readings) for way in ways[:READINGS] if way != usual[n]]
    return [usual, *([*usual[:n], way, *usual[n + 1 :]] for n, way in others)]


def swaps(word: str) -> Iterator[str]:
    """The word with each two neighbours changed over; none of a word that is too long to be one."""
    if len(word) > LONGEST_WORD:
        return
    for at, (one, two) in enumerate(pairwise(word)):
        if one != two:
            yield f"{word[:at]}{two}{one}{word[at + 2 :]}"


def shortened(word: str) -> Iterator[str]:
    """The word without each one of its characters."""
    return (word[:at] + word[at + 1 :] for at in range(len(word)))


def halves(word: str) -> Iterator[tuple[str, str]]:
    """Two words that were written as one."""
    return ((word[:at], word[at:]) for at in range(2, min(len(word), LONGEST_WORD) - 1))
