"""What must not be said, found in a text: which words, how bad, why, and what to say instead (DOMAIN.md §3).

A pure function of the text and of what is known at the moment; `Checks` is built once for a version of the tables. Not
for what is done about a hit (services), nor for how trainers write the words (`check_patterns.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.domain.check_folding import Folded
from assistant.domain.check_patterns import Pattern
from assistant.domain.check_refusals import refused, warned
from assistant.domain.check_rows import SEVERITIES, Check, Severity, Switch
from assistant.domain.check_shapes import SHAPES
from assistant.domain.check_truths import NOWHERE, TRUTHS, Moment
from assistant.domain.pattern_reading import Lists, Reader

# Of one row so many are told; nobody reads more.
MOST_OF_ONE = 3
_BLOTTED = "\0"
_NUMBER_OF_RAW = re.compile(r"<([^<>]+)>")


@dataclass(frozen=True, slots=True)
class Hit:
    """One find. `words` stand at `start`..`end` of the text as it was given; `check` is the row's id."""

    check: str
    code: str
    name: str
    severity: Severity
    words: str
    reason: str
    instead: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Suspect:
    """Words that were found, before anything is known of where they were said."""

    row: Check
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Rule:
    row: Check
    unless: re.Pattern[str] | None


class Checks:
    """The checks of one published version, ready to read texts."""

    def __init__(self, rows: Sequence[Check], lists: Lists) -> None:
        self.rows: Mapping[str, Check] = {row.id: row for row in rows}
        self._raw: list[tuple[_Rule, re.Pattern[str]]] = []
        self._by_anchor: dict[str, list[tuple[_Rule, Pattern]]] = {}
        reader = Reader(lists)
        for row in rows:
            self._add(row, reader)
        self._pairs = frozenset(tuple(one) for one in self._by_anchor if len(one) == 2)
        self._singles = frozenset(one for one in self._by_anchor if len(one) == 1)

    def _add(self, row: Check, reader: Reader) -> None:
        allowed = [pattern.expression for words in row.unless for pattern in reader.patterns(words)]
        rule = _Rule(row, re.compile("|".join(allowed), re.DOTALL) if allowed else None)
        for words in row.words:
            shape = _NUMBER_OF_RAW.fullmatch(words)
            if shape and shape[1] in SHAPES and SHAPES[shape[1]].raw:
                self._raw.append((rule, re.compile(SHAPES[shape[1]].regex)))
                continue
            for pattern in reader.patterns(words):
                pattern.found_by.search("")  # made now: the first message to need it has no time for that
                for anchor in pattern.anchors:
                    self._by_anchor.setdefault(anchor, []).append((rule, pattern))

    def hits(self, text: str, moment: Moment | Callable[[], Moment] = NOWHERE) -> tuple[Hit, ...]:
        """Everything wrong with a text, in its order. What is known is asked for only if there is a suspicion."""
        suspects = self.suspects(text)
        if not suspects:
            return ()
        known = moment() if callable(moment) else moment
        return _told([hit for one in suspects if (hit := _judged(one, text, known)) is not None])

    def suspects(self, text: str) -> list[Suspect]:
        """Where words of a check stand that are not refused; nothing is known yet of what makes them true."""
        found = [Suspect(rule.row, *match.span()) for rule, sign in self._raw for match in sign.finditer(text)]
        folded = Folded.of(text)
        plain = folded.text.replace(" ", "").replace("\n", "")
        for rule, patterns in self._candidates(plain):
            found.extend(_suspects(rule, patterns, folded))
        return found

    def _candidates(self, plain: str) -> Iterable[tuple[_Rule, list[Pattern]]]:
        """The patterns of which at least something is there, by their rule."""
        near = ["".join(pair) for pair in self._pairs.intersection(pairwise(plain))]
        near += self._singles.intersection(plain)
        rules: dict[str, tuple[_Rule, list[Pattern]]] = {}
        for anchor in near:
            for rule, pattern in self._by_anchor[anchor]:
                patterns = rules.setdefault(rule.row.id, (rule, []))[1]
                if pattern not in patterns:
                    patterns.append(pattern)
        return rules.values()


NO_CHECKS = Checks((), {})


def _suspects(rule: _Rule, patterns: Iterable[Pattern], folded: Folded) -> Iterator[Suspect]:
    text: str | None = None
    for pattern in patterns:
        if pattern.found_by.search(folded.text) is None:
            continue
        # Only now is it worth the time to see what is allowed.
        text = text or _blotted(rule.unless, folded.text)
        for match in pattern.finds(folded, text):
            if not (rule.row.refusable and _taken_back(folded, match)):
                yield Suspect(rule.row, *folded.span(*match.span()))


def _blotted(unless: re.Pattern[str] | None, text: str) -> str:
    return text if unless is None else unless.sub(lambda allowed: _BLOTTED * len(allowed[0]), text)


def _taken_back(folded: Folded, match: re.Match[str]) -> bool:
    parts = [match.span(n) for n in range(1, (match.lastindex or 0) + 1)]
    return refused(folded, folded.text, parts) or warned(folded, folded.text, *match.span())


def _judged(suspect: Suspect, text: str, moment: Moment) -> Hit | None:
    row, words = suspect.row, text[suspect.start : suspect.end]
    severity = _severity(row, moment)
    if severity == "off" or (row.fine_while is not None and TRUTHS[row.fine_while](moment, words, text)):
        return None
    return Hit(row.id, row.code, row.name, severity, words, row.reason, row.instead, suspect.start, suspect.end)


def _severity(row: Check, moment: Moment) -> Switch:
    """A platform that switches a check off, or changes it, has the last word; of categories the strictest."""
    if moment.platform in row.platforms:
        return row.platforms[moment.platform]  # type: ignore[index]  # it is one of them
    usual: Switch = (row.in_tables if moment.in_tables else None) or row.severity
    named = [how for key, how in row.categories.items() if any(key in one for one in moment.categories)]
    return min(named, key=_rank) if named else usual


def _rank(severity: Switch) -> int:
    return SEVERITIES.index(severity) if severity != "off" else len(SEVERITIES)


def _told(hits: list[Hit]) -> tuple[Hit, ...]:
    """Of what overlaps under one code the worst, then the longest; not too many of one kind."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (_rank(one.severity), one.start - one.end, one.start)):
        same = [one for one in kept if one.code == hit.code]
        overlaps = any(hit.start < one.end and one.start < hit.end for one in same)
        if not overlaps and sum(one.check == hit.check for one in same) < MOST_OF_ONE:
            kept.append(hit)
    return tuple(sorted(kept, key=lambda one: (one.start, one.end, one.code)))
