"""What trainers have changed since the last published version: the rows as they would be, what is wrong with them,
and how they differ. Not for keeping changes (`store/drafts.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from functools import cached_property
from hashlib import sha256
from typing import Literal, NamedTuple

from assistant.domain.check_tables import template_hits, text_problem
from assistant.domain.checks import Checks
from assistant.domain.problems import Complaint, Place
from assistant.domain.script_rows import ORDER, Name, arranged, document, order_of
from assistant.domain.scripts import Scripts
from assistant.domain.yaml_marks import read_yaml
from assistant.domain.yaml_tables import look_over

State = Literal["published", "changed", "added", "removed"]
# Whoever writes more into one row has pasted a file.
LONGEST_ROW = 64 * 1024


@dataclass(frozen=True, slots=True)
class Change:
    """A row as somebody left it; `text` is None where it is to go."""

    name: Name
    text: str | None
    author: str
    changed_at: datetime


def mark(text: str | None) -> str:
    """Tells two states of a row apart: whoever saves says which one they had before them. "" is no row at all."""
    return "" if text is None else sha256(text.encode()).hexdigest()[:16]


# So many lines that stay are shown around those that do not.
AROUND = 2


class Line(NamedTuple):
    """One line of a difference: "-" was, "+" will be, " " stays, "…" stands for some that stay."""

    sign: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """How one row differs from what it was."""

    name: Name
    state: State
    lines: tuple[Line, ...]


def differences(before: Mapping[Name, str], after: Mapping[Name, str | None]) -> list[Difference]:
    """The rows of `after` that are not as they were; None: a row is gone."""
    changed = ((name, before.get(name), text) for name, text in after.items() if before.get(name) != text)
    return [_difference(name, was, text) for name, was, text in changed]


def _difference(name: Name, before: str | None, after: str | None) -> Difference:
    state: State = "added" if before is None else "removed" if after is None else "changed"
    return Difference(name, state, tuple(_lines(before or "", after or "")))


@dataclass(frozen=True, eq=False)
class Draft:
    """A shop's published tables (`version` of them) with the changes on top, latest first in `changes`; `standing` are
    the published rows' texts."""

    version: int
    published: Scripts
    standing: Mapping[Name, str]
    changes: Sequence[Change]

    @cached_property
    def changed(self) -> Mapping[Name, Change]:
        """The changes by row."""
        return {change.name: change for change in self.changes}

    @cached_property
    def texts(self) -> Mapping[Name, str]:
        """The rows as they would be, in the tables' order; new ones come last."""
        named = (name for name in reversed(tuple(self.changed)) if name.table != ORDER)
        merged = {name: self.text(name) for name in dict.fromkeys((*self.standing, *named))}
        texts = {name: text for name, text in merged.items() if text is not None}
        orders = {name.id: change.text or "" for name, change in self.changed.items() if name.table == ORDER}
        return arranged(texts, orders) if orders else texts

    def text(self, name: Name) -> str | None:
        """One row as it would be; None if there is none, or it is to go."""
        change = self.changed.get(name)
        return self.published_text(name) if change is None else change.text

    def published_text(self, name: Name) -> str | None:
        """One row as it is published; None if there is none."""
        return order_of(self.standing, name.id) if name.table == ORDER else self.standing.get(name)

    def state(self, name: Name) -> State:
        """What publishing would do to a row."""
        change = self.changed.get(name)
        if change is None:
            return "published"
        if change.text is None:
            return "removed"
        return "added" if self.published_text(name) is None else "changed"

    @cached_property
    def mark(self) -> str:
        """Tells two drafts apart."""
        lines = sorted(f"{c.name.table}/{c.name.id} {mark(c.text)}" for c in self.changes)
        return mark("\n".join([str(self.version), *lines]))

    def differences(self) -> list[Difference]:
        """What publishing would change, the latest change first."""
        return [_difference(change.name, self.published_text(change.name), change.text) for change in self.changes]


def _lines(before: str, after: str) -> Iterable[Line]:
    old, new = before.splitlines(), after.splitlines()
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from _near(old[a:b], first=a == 0, last=b == len(old))
        else:
            yield from (Line("-", text) for text in old[a:b])
            yield from (Line("+", text) for text in new[c:d])


def _near(same: Sequence[str], *, first: bool, last: bool) -> Iterable[Line]:
    """Of lines that stay the ones beside others that do not."""
    head, tail = 0 if first else AROUND, 0 if last else AROUND
    if len(same) <= head + tail:
        yield from (Line(" ", text) for text in same)
        return
    yield from (Line(" ", text) for text in same[:head])
    yield Line("…", "")
    yield from (Line(" ", text) for text in same[len(same) - tail :])


# --- what is wrong -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judgement:
    """The tables as they would be, with what is wrong in each row and what a trainer should know besides; lines and
    columns are those of the row's own text. Tables with any complaint are not to be published."""

    scripts: Scripts
    complaints: Mapping[Name, tuple[Complaint, ...]]
    warnings: Mapping[Name, tuple[Complaint, ...]]

    @property
    def passes(self) -> bool:
        """Whether these tables may be published."""
        return not self.complaints


def judge(draft: Draft, shipped: Scripts, today: date) -> Judgement:
    """What `assistant check` would say of these rows. Takes tenths of a second: not where somebody waits."""
    unreadable = {change.name: found for change in draft.changes if (found := _unreadable(change))}
    # A row that is no YAML would hide what is wrong with all others: it is left as it was published.
    texts = {name: draft.standing.get(name) if name in unreadable else text for name, text in draft.texts.items()}
    whole = document({name: text for name, text in texts.items() if text is not None})
    scripts, complaints, warnings = look_over({"draft.yaml": whole.text}, shipped, today, tried=True)
    placed = _by_row(whole.at_row(complaint) for complaint in complaints)
    return Judgement(scripts, {**placed, **unreadable}, _by_row(whole.at_row(warning) for warning in warnings))


def judge_row(name: Name, text: str, scripts: Scripts, checks: Checks, today: date) -> Judgement:
    """What is wrong with one row among the others as they are; quick enough to ask with every key. What only shows
    beside other rows of its table, such as an id used twice, is for `judge` to find."""
    marked = read_yaml(name.id, text)
    if marked.complaints:
        return Judgement(scripts, {name: tuple(marked.complaints)}, {})
    whole = document({name: text})
    read, complaints, warnings = look_over({"row.yaml": whole.text}, scripts, today, tried=name.table == "checks")
    found = {"block": list(map(whole.at_row, complaints)), "warn": list(map(whole.at_row, warnings)), "note": []}
    for place, said in spoken(name.table, marked.value):
        for hit in template_hits(checks, said):
            found[hit.severity].append((name, marked.located(text_problem(hit).under(*place))))
    return Judgement(read, _by_row(found["block"]), _by_row(found["warn"]))


def spoken(table: str, value: object) -> Iterable[tuple[Place, str]]:
    """What of a row's values may be said to buyers, with its place."""
    if table == "situations" and isinstance(value, Mapping):
        replies = value.get("replies")
        for at, reply in enumerate(replies if isinstance(replies, list) else ()):
            if isinstance(reply, Mapping):
                yield ("replies", at, "text"), str(reply.get("text") or "")
    elif table == "quick_replies" and isinstance(value, Mapping):
        yield ("text",), str(value.get("text") or "")
    elif table == "shop":
        entry = value.get("value") if isinstance(value, Mapping) else value
        yield ("value",) if isinstance(value, Mapping) else (), str(entry or "")


def _unreadable(change: Change) -> tuple[Complaint, ...]:
    return tuple(read_yaml(change.name.id, change.text).complaints) if change.text is not None else ()


def _by_row(placed: Iterable[tuple[Name, Complaint]]) -> dict[Name, tuple[Complaint, ...]]:
    found: dict[Name, list[Complaint]] = {}
    for name, complaint in placed:
        found.setdefault(name, []).append(complaint)
    return {name: tuple(about) for name, about in found.items()}
