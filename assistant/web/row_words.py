"""Lines of trainers' rows as people read them where rows are compared: keys and closed values have their forms' names.

Not for the YAML that trainers edit: that stays as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Protocol

from assistant.web.form_names import FORMS
from assistant.web.script_forms import value_named
from assistant.web.texts import Catalogue
from assistant.web.value_names import CONDITIONS

_KEYED = re.compile(r"(?P<lead>\s*(?:- )*)'?(?P<key>[a-z_]+(?:\.[a-z_]+)*)'?:(?P<said>| .*)")
_LISTED = re.compile(r"(?P<lead>\s*- )(?P<said>[a-z_]+\.[a-z_]+)")
_KINDS = {
    "stage": "stage", "severity": "switch", "in_tables": "switch", "channel": "channel", "outside": "outside",
    "per": "per", "code": "code", "fine_while": "truth", "on": "fact", "fact": "fact", "returns": "returns",
    "thresholds": "thresholds", "tells": "tells",
}  # fmt: skip
# Less in common than so much of the longer line, and they are two lines rather than one that has changed.
_ALIKE = 0.3


class Differing(Protocol):
    """A line of a difference: `-` was, `+` will be, ` ` stays, `…` leaves some out."""

    @property
    def sign(self) -> str: ...
    @property
    def text(self) -> str: ...


_YES = {"true": "是", "false": "否"}


def line(words: Catalogue, text: str) -> str:
    """One line of a row's YAML in words."""
    if found := _LISTED.fullmatch(text):
        return found["lead"] + words.name("fact", found["said"])
    found = _KEYED.fullmatch(text)
    if found is None or (found["key"] not in CONDITIONS and found["key"] not in FORMS["key"]):
        return text
    key, said = found["key"], found["said"].strip()
    called = words.gettext(CONDITIONS[key]) if key in CONDITIONS else words.name("key", key)
    return f"{found['lead']}{called}: {_value(words, key, said)}".rstrip()


def _value(words: Catalogue, key: str, said: str) -> str:
    if said in _YES:
        return words.gettext(_YES[said])
    if key == "image":
        return f"{said[:8]}…"
    if key in CONDITIONS:
        return value_named(words, key, said)
    return words.name(_KINDS[key], said) if key in _KINDS else said


def lines(words: Catalogue, differing: Sequence[Differing]) -> Iterator[tuple[str, str, str, str]]:
    """(sign, before, changed, after) of each line in words: what has changed within a line that another replaces."""
    runs = [(sign, [line(words, one.text) for one in run]) for sign, run in groupby(differing, lambda one: one.sign)]
    for at, (sign, texts) in enumerate(runs):
        other = {"-": at + 1, "+": at - 1}.get(sign, -1)
        facing = runs[other] if 0 <= other < len(runs) and {sign, runs[other][0]} == {"-", "+"} else ("", [])
        paired = len(facing[1]) == len(texts)
        for nth, text in enumerate(texts):
            yield (sign, *(_apart(text, facing[1][nth]) if paired else (text, "", "")))


def _apart(text: str, other: str) -> tuple[str, str, str]:
    """The text in three: what it has in common with the other at its beginning, what it has not, what at its end."""
    first = _same(text, other)
    most = min(len(text), len(other)) - first
    last = min(most, _same(text[::-1], other[::-1]))
    if first + last < _ALIKE * max(len(text), len(other)):
        return text, "", ""
    return text[:first], text[first : len(text) - last], text[len(text) - last :]


def _same(text: str, other: str) -> int:
    """How many characters both begin with."""
    shorter = min(len(text), len(other))
    return next((n for n in range(shorter) if text[n] != other[n]), shorter)
