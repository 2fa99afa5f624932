"""Everything that files of tables brought, with where it was written, and what must be right between its rows.

Not for reading files (`yaml_tables.py`) and not for what makes one row right inside (`script_checks.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from assistant.domain.check_rows import Check
from assistant.domain.check_tables import list_problems, proof_problems, row_problems, template_hits, text_problem
from assistant.domain.checks import Checks
from assistant.domain.pattern_reading import Lists, Reader
from assistant.domain.problems import Complaint, Place, Problem
from assistant.domain.script_checks import (
    promotion_problems,
    promotion_ties,
    quick_reply_problems,
    situation_problems,
    touchpoint_problems,
)
from assistant.domain.scripts import HandbookEntry, Promotion, QuickReply, Scripts, Situation, Touchpoint
from assistant.domain.yaml_marks import Marked


@dataclass(slots=True)
class Read:
    """Everything read so far; `rows` remembers where each row came from, for checks that need all files."""

    situations: list[tuple[Marked, Place, Situation]] = field(default_factory=list)
    touchpoints: list[tuple[Marked, Place, Touchpoint]] = field(default_factory=list)
    quick_replies: list[tuple[Marked, Place, QuickReply]] = field(default_factory=list)
    promotions: list[tuple[Marked, Place, Promotion]] = field(default_factory=list)
    checks: list[tuple[Marked, Place, Check]] = field(default_factory=list)
    shop: dict[str, tuple[Marked, Place, HandbookEntry]] = field(default_factory=dict)
    small_talk: list[str] = field(default_factory=list)
    synonyms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    check_words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # Where each list of words was written, in the order of writing.
    lists: list[tuple[Marked, Place, str]] = field(default_factory=list)


def check_rows(read: Read, situations: Iterable[Situation], shop: tuple[str, ...], lists: Lists) -> None:
    """Complain about what is wrong inside rows and between them; `lists` are all lists of words of checks."""
    rows = tuple(situations)
    for marked, place, situation in read.situations:
        _complain(marked, place, situation_problems(situation, shop, whole=place not in marked.partial))
    for marked, place, touchpoint in read.touchpoints:
        _complain(marked, place, touchpoint_problems(touchpoint, rows))
    for marked, place, quick in read.quick_replies:
        _complain(marked, place, quick_reply_problems(quick, shop))
    for marked, place, promotion in read.promotions:
        _complain(marked, place, promotion_problems(promotion))
    reader = Reader(lists)
    for marked, place, check in read.checks:
        _complain(marked, place, row_problems(check, reader))
    for marked, place, name in read.lists:
        _complain(marked, place, list_problems(name, reader))
    _check_ties([row for row in read.promotions if row[1] not in row[0].partial])
    _unique("promotion", "id", ((m, p, o.id) for m, p, o in read.promotions))
    _unique("situation", "id", ((m, p, s.id) for m, p, s in read.situations))
    _unique("touchpoint", "id", ((m, p, t.id) for m, p, t in read.touchpoints))
    _unique("check", "id", ((m, p, c.id) for m, p, c in read.checks))
    _unique("quick reply", "id", ((m, p, q.id) for m, p, q in read.quick_replies))
    _unique("quick reply", "shortcut", ((m, p, q.shortcut) for m, p, q in read.quick_replies if q.shortcut))
    _only_one("holding", "Alt+0 inserts one quick reply", ((m, p) for m, p, q in read.quick_replies if q.holding))
    keeping = ((m, p) for m, p, t in read.touchpoints if t.keeps_promises)
    _only_one("on", "one touchpoint keeps promises", keeping)


def _check_ties(rows: list[tuple[Marked, Place, Promotion]]) -> None:
    for at, problem in promotion_ties([promotion for _, _, promotion in rows]):
        marked, place, _ = rows[at]
        _complain(marked, place, [problem])


def _complain(marked: Marked, place: Place, problems: Iterable[Problem]) -> None:
    for problem in problems:
        if marked.full:
            return
        marked.complain(problem.under(*place))


def _only_one(key: str, rule: str, rows: Iterable[tuple[Marked, Place]]) -> None:
    for number, (marked, place) in enumerate(rows):
        if number:
            marked.complain(Problem(f"{rule}, and there is one already", f"leave this `{key}` out", (*place, key)))


def _unique(noun: str, key: str, ids: Iterable[tuple[Marked, Place, str]]) -> None:
    first: dict[str, tuple[Marked, Place]] = {}
    for marked, place, id in ids:
        if id not in first:
            first[id] = (marked, place)
            continue
        other, where = first[id]
        line = other.values[(*where, key)].line + 1
        message = f"the {noun} {key} `{id}` is used twice"
        marked.complain(Problem(message, f"it is already in {other.file}, line {line}: choose another", (*place, key)))


# --- what checks say, their own sentences included ---


def try_checks(read: Read, shipped: Scripts, lists: Lists) -> list[Complaint]:
    """Try each check on its own sentences, and all of them on every text that agents are offered; what blocks is
    complained about, the warnings are returned. Only for checks whose words can be read."""
    checks = Checks([row for _, _, row in read.checks] or shipped.checks, lists)
    for marked, place, row in read.checks:
        _complain(marked, place, proof_problems(row, Checks([row], lists), checks))
    warnings = []
    for marked, place, text in _texts(read):
        for hit in template_hits(checks, text):
            problem = text_problem(hit).under(*place)
            if hit.severity == "block":
                marked.complain(problem)
            elif hit.severity == "warn":
                warnings.append(marked.located(problem))
    return warnings


def _texts(read: Read) -> Iterator[tuple[Marked, Place, str]]:
    """What agents may insert, with its place."""
    for marked, place, row in read.situations:
        for at, reply in enumerate(row.replies):
            yield marked, (*place, "replies", at, "text"), reply.text
    for marked, place, quick in read.quick_replies:
        yield marked, (*place, "text"), quick.text
    for marked, place, entry in read.shop.values():
        yield marked, place, str(entry.value)
