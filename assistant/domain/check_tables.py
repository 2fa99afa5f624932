"""What is wrong with checks as trainers wrote them, and what checks find in the other tables' texts.

Not for reading files (`yaml_tables.py`): places start at the row, so that a page can use this too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.domain.blanks import BLANK
from assistant.domain.check_rows import Check
from assistant.domain.check_shapes import SHAPES
from assistant.domain.check_truths import Moment
from assistant.domain.checks import Checks, Hit
from assistant.domain.pattern_reading import BadPattern, Reader
from assistant.domain.problems import Place, Problem
from assistant.domain.template_checks import variables

# Variables, statements and blanks stand for words nobody knows yet; signs that are not seen keep the places right.
_HOLES = re.compile(rf"\{{\{{.*?\}}\}}|\{{%.*?%\}}|{BLANK.pattern}", re.DOTALL)
_UNSEEN = "\u200b"


def row_problems(row: Check, reader: Reader) -> Iterator[Problem]:
    """Words that cannot be read."""
    for key, written in (("words", row.words), ("unless", row.unless)):
        for at, words in enumerate(written):
            yield from _unreadable(words, reader, (key, at))


def _unreadable(words: str, reader: Reader, place: Place) -> Iterator[Problem]:
    try:
        reader.patterns(words)
    except BadPattern as error:
        yield Problem(str(error), error.advice, place, words=error.words)


def list_problems(name: str, reader: Reader) -> Iterator[Problem]:
    """Words of a list that cannot be read; of several mistakes the first."""
    if name in SHAPES:
        yield Problem(f"`{name}` is a shape that is known already", "choose another name", (name,), at_key=True)
    try:
        reader.list_of(name)
    except BadPattern as error:
        yield Problem(str(error), error.advice, (name,), words=error.words)


def proof_problems(row: Check, alone: Checks, checks: Checks) -> Iterator[Problem]:
    """What the row's own sentences say against it; `alone` are checks of this row only, `checks` all of them."""
    for at, sentence in enumerate(row.catches):
        if not alone.suspects(sentence):
            yield Problem("this sentence is not caught", "write more `words`, or fewer `unless`", ("catches", at))
    for at, sentence in enumerate(row.passes):
        for suspect in alone.suspects(sentence):
            found = sentence[suspect.start : suspect.end]
            advice = f"`{found}` is found: write an `unless`, or narrower `words`"
            yield Problem("this sentence should pass and is caught", advice, ("passes", at), words=found)
    for hit in checks.hits(row.instead):
        if hit.severity == "block":
            message = f"what to say instead is itself stopped by `{hit.check}` ({hit.code})"
            yield Problem(message, f"say it without `{hit.words}`", ("instead",), words=hit.words)


def template_hits(checks: Checks, text: str) -> tuple[Hit, ...]:
    """What must not stand in a reply that trainers write; places are those in the template."""
    plain = _HOLES.sub(lambda hole: "某" + _UNSEEN * (len(hole[0]) - 1), text)
    return checks.hits(plain, lambda: Moment(in_tables=True, variables=variables(text)))


def text_problem(hit: Hit) -> Problem:
    """A hit in the words of a complaint."""
    return Problem(f"{hit.code} {hit.name}: `{hit.words}` ({hit.reason})", f"e.g. {hit.instead}", words=hit.words)
