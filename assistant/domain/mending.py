"""What a complaint's advice would make of the row's text, where that is one word for another.

Not for finding what is wrong (`script_checks.py` and its neighbours).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.domain.problems import Complaint

_MEANT = re.compile(r"did you mean `(.+)`\?")
_DOUBLED = re.compile(r"write two: (\{\{.+\}\})")
_NAMED = re.compile(r"`([^`]+)`")
# What may stand before the word at the very place a complaint names: the quote of a text, the bracket of a list's name.
_OPENING = ("", "'", '"', "<")
_WIDE_COLON = "："


@dataclass(frozen=True, slots=True)
class Mending:
    """In a row's text: at `at` (characters from 0) stands `wrong`, and `right` should."""

    at: int
    wrong: str
    right: str


def mending(text: str, complaint: Complaint) -> Mending | None:
    """How one press mends what is complained of in a row's text; None where that is for a person to say."""
    at = _offset(text, complaint)
    if at is not None and text.startswith(_WIDE_COLON, at) and _WIDE_COLON in complaint.message:
        return Mending(at, _WIDE_COLON, ": ")
    right = _right(complaint.advice)
    if at is None or right is None:
        return None
    for wrong in reversed(_NAMED.findall(complaint.message)):
        for opening in _OPENING:
            if text.startswith(opening + wrong, at):
                return Mending(at + len(opening), wrong, right)
    return None


def _right(advice: str) -> str | None:
    for pattern in (_MEANT, _DOUBLED):
        if found := pattern.fullmatch(advice):
            return found[1]
    return None


def _offset(text: str, complaint: Complaint) -> int | None:
    lines = text.split("\n")
    if not 1 <= complaint.line <= len(lines):
        return None
    return sum(len(line) + 1 for line in lines[: complaint.line - 1]) + complaint.column - 1
