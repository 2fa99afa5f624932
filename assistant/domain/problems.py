"""What is wrong with a trainer's table and what to do about it: problems in rows, complaints in files.

Not for errors of requests (`errors.py`): a complaint is a value that is listed, never raised.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at `place`: keys and list positions from the row down.

    `words` narrow it inside a text; `at_key` means the key itself, not its value.
    """

    message: str
    advice: str = ""
    place: Place = ()
    words: str = ""
    at_key: bool = False

    def under(self, *place: str | int) -> Problem:
        """The same problem, seen from further up."""
        return Problem(self.message, self.advice, (*place, *self.place), self.words, self.at_key)


@dataclass(frozen=True, slots=True, order=True)
class Complaint:
    """Something wrong in a file. `line` and `column` count from 1."""

    file: str
    line: int
    column: int
    message: str
    advice: str = ""

    def __str__(self) -> str:
        advice = f" — {self.advice}" if self.advice else ""
        return f"{self.file}:{self.line}:{self.column}: {self.message}{advice}"


def nearest(word: str, known: Iterable[str], at_least: float = 55) -> str | None:
    """The known name most like `word`, or None when nothing is alike."""
    names = list(known)
    found = process.extractOne(word.lower(), names, scorer=fuzz.ratio, score_cutoff=at_least)
    if found:
        return found[0]
    begun = [name for name in names if len(word) > 2 and name.startswith(word.lower())]
    return begun[0] if len(begun) == 1 else None


# Nobody reads a longer list where one word is wrong.
MOST_NAMED = 30


def proposal(word: str, known: Iterable[str]) -> str:
    """An advice: the nearest known name, or all of them when nothing is alike; of very many the first."""
    names = sorted(known)
    near = nearest(word, names)
    if near:
        return f"did you mean `{near}`?"
    return "use one of: " + ", ".join([*names[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])])
