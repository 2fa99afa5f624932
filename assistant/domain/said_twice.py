"""What stands twice where once is meant: an example in two situations, a wording in two replies of one.

Warnings, since both work: but between two situations recognition can only guess, and what was meant for some buyers is
said to all. Not for ids (`tables_together.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from assistant.domain.problems import Complaint, Place, Problem
from assistant.domain.scripts import Situation
from assistant.domain.yaml_marks import Marked


def said_twice(rows: Iterable[tuple[Marked, Place, Situation]]) -> Iterator[Complaint]:
    """Complaints at the second place of each, naming the first."""
    examples: dict[str, Situation] = {}
    for marked, place, row in rows:
        problems = [*_examples(row, examples), *_wordings(row)]
        yield from (marked.located(problem.under(*place)) for problem in problems)


def _examples(row: Situation, first: dict[str, Situation]) -> Iterator[Problem]:
    for at, phrase in enumerate(row.phrases):
        other = first.setdefault(phrase.strip(), row)
        if other.id != row.id:
            advice = "leave it where it belongs: between the two one can only guess"
            yield Problem(f"`{phrase}` is an example of `{other.name}`, too", advice, ("phrases", at))


def _wordings(row: Situation) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for at, reply in enumerate(row.replies):
        other = first.setdefault(reply.text.strip(), reply.id)
        if other != reply.id:
            advice = "write what is different for these buyers, or take one of the two away"
            yield Problem(f"the reply `{reply.id}` says the same as `{other}`", advice, ("replies", at, "text"))
