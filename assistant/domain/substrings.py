"""Finds where a piece of text stands in many texts at once, and which texts share most of its characters.

Not for ranking or for what words mean (`quick_replies.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
# Above every code point, so that a pair of characters is one whole number.
_SHIFT = 21
_NONE = np.empty(0, np.int64)
MOST_COUNTED, FEWEST_TELLING = 10_000, 3


class Row(NamedTuple):
    """A text of the row number `owner`, in pieces: matches begin where a piece begins."""

    owner: int
    pieces: Sequence[str]


class Hits(NamedTuple):
    """Numbers of the owners whose text contains a word, begins with it, is it."""

    inside: Numbers
    prefix: Numbers
    exact: Numbers


_NOWHERE = Hits(_NONE, _NONE, _NONE)


class _Places:
    """For each key the places where it stands, ascending."""

    def __init__(self, keys: Numbers) -> None:
        self._order = np.argsort(keys, kind="stable")
        known, starts = np.unique(keys[self._order], return_index=True)
        bounds = [*starts.tolist(), len(keys)]
        self._spans = {key: (bounds[n], bounds[n + 1]) for n, key in enumerate(known.tolist())}

    def of(self, key: int) -> Numbers:
        low, high = self._spans.get(key, (0, 0))
        return self._order[low:high]


class Substrings:
    """The places of every character and every pair: a longer word stands where its pairs stand in a row.

    So a search costs what its rarest pair costs, not what all texts cost.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        kept = [row for row in rows if any(row.pieces)]
        texts = ["".join(row.pieces) for row in kept]
        # A line end after each row keeps pairs from reaching into the next one.
        codes = np.frombuffer("".join(f"{text}\n" for text in texts).encode("utf-32-le"), np.uint32).astype(np.int64)
        lengths = np.array([len(text) for text in texts], np.int64)
        self._begins = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths + 1)])
        self._lengths, self._row_at = lengths, np.repeat(np.arange(len(kept)), lengths + 1)
        self._owner_at = np.repeat(np.array([row.owner for row in kept], np.int64), lengths + 1)
        self._opens = np.zeros(len(codes) + 1, np.bool_)
        self._opens[_starts(kept, self._begins)] = True
        self._opens[self._begins[1:] - 1] = True  # the end of a row is where its last piece ends
        self._single = _Places(codes)
        self._pairs = _Places(codes[:-1] << _SHIFT | codes[1:])

    def hits(self, word: str, *, whole: bool = False) -> Hits:
        """Where `word` stands, letter by letter; `whole` = only where it also ends with a piece."""
        places = self._places(word)
        if not len(places):
            return _NOWHERE
        places = places[self._opens[places]]
        if whole:
            places = places[self._opens[places + len(word)]]
        rows = self._row_at[places]
        first = places == self._begins[rows]
        exact = first & (self._lengths[rows] == len(word))
        owners = self._owner_at[places]
        return Hits(owners, owners[first], owners[exact])

    def nearest(self, word: str, count: int, most: int, *, single: bool = True) -> Numbers:
        """The `most` of `count` owners that share the most pairs (and single characters) with `word`."""
        keys = {_pair(word, at) for at in range(len(word) - 1)}
        places = [self._pairs.of(key) for key in keys]
        places += [self._single.of(ord(one)) for one in set(word)] if single else []
        places = sorted((found for found in places if len(found)), key=len)
        if not places:
            return _NONE
        # The rarest first, and no more than can be counted quickly: what stands nearly everywhere tells little.
        room = np.cumsum([len(found) for found in places])
        telling = places[: max(FEWEST_TELLING, int(np.searchsorted(room, MOST_COUNTED)))]
        shared = np.bincount(self._owner_at[np.concatenate(telling)], minlength=count)
        best = np.argpartition(-shared, most)[:most] if count > most else np.arange(count)
        return best[shared[best] > 0]

    def _places(self, word: str) -> Numbers:
        if len(word) < 2:
            return self._single.of(ord(word)) if word else _NONE
        found = []
        for at in {*range(0, len(word) - 1, 2), len(word) - 2}:
            pairs = self._pairs.of(_pair(word, at))
            if not len(pairs):  # as with most of what is tried in case it was meant
                return _NONE
            found.append((pairs, at))
        found.sort(key=lambda pair: len(pair[0]))
        places: Numbers = found[0][0] - found[0][1]
        for others, at in found[1:]:
            if not len(places):
                break
            places = places[_among(places + at, others)]
        return places


def _starts(rows: Sequence[Row], begins: Numbers) -> Numbers:
    ends = [np.cumsum([0, *map(len, row.pieces[:-1])]) + begin for row, begin in zip(rows, begins, strict=False)]
    return np.concatenate(ends) if ends else _NONE


def _pair(word: str, at: int) -> int:
    return ord(word[at]) << _SHIFT | ord(word[at + 1])


def _among(wanted: Numbers, others: Numbers) -> NDArray[np.bool_]:
    """Which of `wanted` are in the ascending `others`."""
    at = np.minimum(others.searchsorted(wanted), len(others) - 1)
    found: NDArray[np.bool_] = others[at] == wanted
    return found
