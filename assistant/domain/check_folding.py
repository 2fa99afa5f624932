"""Brings a text into the one form checks read, and leads back to where each character stood.

Full width, traditional script, emoji figures, zero-width signs, spaces and punctuation put between characters: none of
them hides a word. Not for recognising what buyers mean (`wording.py`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from assistant.domain.wording import folded

# What stays between two letters or figures, so that `V XL` is no vx and 18:00 is a time; elsewhere it goes.
SPACE, STOP, COLON = " ", "\n", ":"
BETWEEN = f"[{SPACE}{STOP}{COLON}]"
_STOPS = "。！？!?;；\n\r…"
_KEPT_SIGNS = "%#"
# Signs written for words or letters; figures of bank notes are figures.
_FOR_WORDS = {"+": "加", "➕": "加", "✚": "加", "√": "v", "ν": "v", "∨": "v", "х": "x", "╳": "x", "×": "x", "卂": "a"}
_FOR_WORDS |= dict(zip("壹贰叁肆伍陆柒捌玖零〇", "一二三四五六七八九00", strict=True))
# Letters in circles and squares, which Unicode does not take apart.
_ENCLOSED = ((0x1F150, 0x1F16A), (0x1F170, 0x1F18A), (0x1F1E6, 0x1F200))
_NOISE = re.compile(rf"(?<![a-z0-9]){BETWEEN}+|{BETWEEN}+(?![a-z0-9])")
_ALNUM = re.compile("[a-z0-9]")
_KNOWN_AT_MOST = 40_000


def _enclosed(code: int) -> str:
    return next((chr(ord("a") + code - begin) for begin, end in _ENCLOSED if begin <= code < end), "")


def _fold(character: str) -> str:
    """What one character counts as: letters and figures, or how it parts them, or nothing at all."""
    if character in _STOPS:
        return STOP
    plain = folded(character)
    plain = "".join(_FOR_WORDS.get(one, one) for one in plain)
    kept = "".join(one for one in plain if one.isalnum() or one in _KEPT_SIGNS)
    if kept:
        return kept
    if COLON in plain:
        return COLON
    # Joiners, variation selectors, frames around figures: they are not even seen.
    unseen = unicodedata.category(character) in ("Cf", "Mn", "Me")
    return _enclosed(ord(character)) or ("" if unseen else SPACE)


class _Table(dict[int, str]):
    """For `str.translate`: learns each character when it first comes."""

    def __missing__(self, code: int) -> str:
        found = _fold(chr(code))
        if len(self) < _KNOWN_AT_MOST:
            self[code] = found
        return found


_TABLE = _Table()


@dataclass(frozen=True)
class Folded:
    """A text in the plain form (`text`); `origins` are positions in the original, one for each character."""

    original: str
    text: str

    @classmethod
    def of(cls, original: str) -> Folded:
        """The plain form of a text."""
        text = original.translate(_TABLE)
        if _ALNUM.search(text):
            return cls(original, _NOISE.sub("", text))
        # Without letters and figures nothing between is kept: three times as fast as asking what stands beside.
        return cls(original, text.replace(SPACE, "").replace(STOP, "").replace(COLON, ""))

    @cached_property
    def origins(self) -> list[int]:
        """Where each character of the plain form stood."""
        spread = [at for at, one in enumerate(self.original) for _ in _TABLE[ord(one)]]
        dropped = {at for run in _NOISE.finditer(self.original.translate(_TABLE)) for at in range(*run.span())}
        return [at for n, at in enumerate(spread) if n not in dropped]

    @cached_property
    def stops(self) -> list[int]:
        """Where sentences end, as positions in the original. Signs put between single characters end none."""
        return _natural(self.original, _ENDS)

    @cached_property
    def pauses(self) -> list[int]:
        """Where clauses end, sentences among them."""
        return _natural(self.original, _PAUSES)

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Where a piece of the plain text stands in the original."""
        return self.origins[begin], self.origins[end - 1] + 1


_ENDS = re.compile(r"[。！？!?;；\n\r…]+|\.{3,}")
# `、` goes on with what was begun: 「不能加微信、QQ」.
_PAUSES = re.compile(r"[。！？!?;；\n\r…，,:：~～—|｜/]+|\.{3,}|\s{2,}")
_SPOKEN = re.compile(r"\w")
SHORTEST_PIECE = 3


def _natural(text: str, signs: re.Pattern[str]) -> list[int]:
    """Signs with a piece of speech on both sides; the last of them need not be followed by anything."""
    marks = [found.span() for found in signs.finditer(text)]
    pieces = zip([0, *(end for _, end in marks)], [*(begin for begin, _ in marks), len(text)], strict=True)
    spoken = [len(_SPOKEN.findall(text[begin:end])) for begin, end in pieces]
    enough = [n >= SHORTEST_PIECE or not n for n in spoken]
    return [begin for at, (begin, _) in enumerate(marks) if enough[at] or enough[at + 1]]
