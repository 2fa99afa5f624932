"""Reads the words of a check as trainers write them; the signs are explained in `check_patterns.py` and docs/checks.md.

Not for what is wrong with a row besides (`check_tables.py`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.domain.check_folding import Folded
from assistant.domain.check_patterns import SHAPE_MARKS, Pattern, Ways
from assistant.domain.check_shapes import SHAPES
from assistant.domain.problems import proposal

MOST_PARTS, DEEPEST = 5, 6
_CLOSED_BY, _OR, _BOTH, _DOTS = {"(": ")", "【": "】"}, "|", "&", "…"
_SYNTAX = str.maketrans("（）｜＆＜＞", "()|&<>")
_PIECE = re.compile(r"<([^<>]*)>|([()【】|])|([^()【】|<>]+)|([<>])")

Lists = Mapping[str, Sequence[str]]
_Pieces = list[tuple[str | None, ...]]


class BadPattern(ValueError):
    """The words cannot be read: `advice` says what to write instead, `words` which part is meant."""

    def __init__(self, message: str, advice: str, words: str = "") -> None:
        super().__init__(message)
        self.advice, self.words = advice, words


class Reader:
    """Reads words that may name these lists; each list is read once."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._known: dict[str, Ways] = {}

    def patterns(self, written: str) -> list[Pattern]:
        """The ways to search for these words, two for `&`. Raises BadPattern."""
        plain = written.translate(_SYNTAX).replace("...", _DOTS).replace("……", _DOTS)
        sides = [side.split(_DOTS) for side in plain.split(_BOTH)]
        if len(sides) > 2:
            raise BadPattern("`&` stands more than once", "`&` takes two sides in either order: write two rows")
        parts = [self._part(part, written) for side in sides for part in side]
        if len(parts) > MOST_PARTS:
            raise BadPattern(f"`{written}` has more than {MOST_PARTS} parts", "split it into several")
        orders = [parts]
        if len(sides) == 2:
            orders.append(parts[len(sides[0]) :] + parts[: len(sides[0])])
        return [Pattern(written, tuple(order)) for order in orders]

    def list_of(self, name: str, depth: int = 0) -> Ways:
        """All the words of a list. Raises BadPattern."""
        if name not in self._known:
            entries = [self._read(entry.translate(_SYNTAX), depth + 1) for entry in self._lists[name]]
            self._known[name] = Ways(tuple(branch for entry in entries for branch in entry.branches))
        return self._known[name]

    def _part(self, part: str, written: str) -> Ways:
        ways = self._read(part, 0)
        if ways.may_be_empty():
            raise BadPattern(f"`{written}` has a part that may be empty", "write words outside of () between the signs")
        return ways

    def _read(self, part: str, depth: int) -> Ways:
        if depth > DEEPEST:
            raise BadPattern("lists of words name each other in a circle", "a list cannot hold itself", part)
        ways, rest = self._alternatives([found.groups() for found in _PIECE.finditer(part)], depth)
        if rest:
            raise BadPattern(f"`{part}` closes a bracket that was never opened", "write ( or 【 where it begins")
        return ways

    def _alternatives(self, pieces: _Pieces, depth: int) -> tuple[Ways, _Pieces]:
        """The ways up to the end or to a closing bracket, and what stands from there on."""
        done: list[tuple[str | Ways, ...]] = []
        row: list[str | Ways] = []
        while pieces:
            (name, sign, words, stray), *rest = pieces
            if stray:
                raise BadPattern("`<` and `>` belong around the name of a list", "write e.g. <微信>", stray)
            if sign in _CLOSED_BY.values():
                break
            if sign == _OR:
                done, row = [*done, tuple(row)], []
            elif sign is not None:
                inner, rest = self._bracket(sign, rest, depth)
                row.append(inner)
            elif words is None:
                row.append(self._named(name or "", depth))
            elif words.strip():
                row.append(_words(words))
            pieces = rest
        return Ways((*done, tuple(row))), pieces

    def _bracket(self, sign: str, pieces: _Pieces, depth: int) -> tuple[Ways, _Pieces]:
        inner, rest = self._alternatives(pieces, depth)
        if not rest or rest[0][1] != _CLOSED_BY[sign]:
            raise BadPattern(f"`{sign}` is opened and not closed", f"write {_CLOSED_BY[sign]} where it ends", sign)
        return Ways(inner.branches, optional=sign == "("), rest[1:]

    def _named(self, name: str, depth: int) -> str | Ways:
        if name in SHAPE_MARKS:
            return SHAPE_MARKS[name]
        if name not in self._lists:
            known = [*self._lists, *SHAPES]
            raise BadPattern(f"there is no list of words `<{name}>`", proposal(name, known), f"<{name}>")
        return self.list_of(name, depth)


def _words(written: str) -> str:
    found = Folded.of(written).text.replace(" ", "")
    if not found:
        raise BadPattern(f"`{written}` has no letters: checks do not see signs", "write words", written)
    return found
