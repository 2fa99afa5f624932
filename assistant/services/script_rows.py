"""The rows of the trainers' tables as a trainer sees them: the tree with what was changed and what is wrong, one row
opened. Not for writing them (`drafts.py`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from assistant.domain.drafts import Draft, Judgement, State, mark
from assistant.domain.errors import NotFound
from assistant.domain.script_rows import LISTS, ORDER, SMALL_TALK, TABLES, Name, title, value_of, written
from assistant.domain.scripts import STAGES
from assistant.domain.spelling import sound

# More rows than this are found by typing.
MOST_LISTED = 3_000
MOST_USES = 20
_MOST_SYLLABLES = 6


@dataclass(frozen=True, slots=True)
class EntryView:
    """One row in the tree; `faults` and `warnings` count what is wrong with it."""

    name: Name
    title: str
    state: State
    faults: int = 0
    warnings: int = 0
    author: str = ""


@dataclass(frozen=True, slots=True)
class GroupView:
    """The rows of a table under one heading; `group` is a stage or the trainers' own word, or empty."""

    table: str
    group: str
    entries: tuple[EntryView, ...]

    @property
    def changed(self) -> int:
        return sum(entry.state != "published" for entry in self.entries)

    @property
    def faults(self) -> int:
        return sum(bool(entry.faults) for entry in self.entries)


@dataclass(frozen=True, slots=True)
class TreeView:
    """All rows, or those that fit what was typed. Not `judged`: what is wrong is not known yet."""

    groups: tuple[GroupView, ...]
    total: int
    changes: int
    faults: int
    judged: bool
    cut: bool = False


def tree(draft: Draft, judgement: Judgement | None, typed: str = "") -> TreeView:
    """The rows of a draft, found by name, id, phrase or any word of their text. Removed rows are there as well."""
    wanted = typed.strip().lower()
    names = [name for name in dict.fromkeys((*draft.texts, *draft.changed)) if name.table != ORDER]
    entries = [_entry(draft, judgement, name) for name in names if _fits(draft, name, wanted)]
    entries.sort(key=lambda entry: _PLACES[entry.name.table])
    shown = entries[:MOST_LISTED]
    return TreeView(
        groups=_grouped(draft, shown),
        total=len(entries),
        changes=len(draft.changes),
        faults=len(judgement.complaints) if judgement else 0,
        judged=judgement is not None,
        cut=len(shown) < len(entries),
    )


# What trainers change most comes first.
_FIRST = ("situations", "quick_replies", "shop", "promotions", "touchpoints")
_PLACES = {table: at for at, table in enumerate(dict.fromkeys((*_FIRST, *TABLES)))}
_STAGES = (*STAGES, "")


def _grouped(draft: Draft, entries: Iterable[EntryView]) -> tuple[GroupView, ...]:
    """Situations by their stage, others as their first rows come."""
    found: dict[tuple[str, str], list[EntryView]] = {}
    places: dict[tuple[str, str], tuple[int, int]] = {}
    for at, entry in enumerate(entries):
        table, group = entry.name.table, _label(entry.name, _text(draft, entry.name)).group
        staged = table == "situations" and group in _STAGES
        places.setdefault((table, group), (_PLACES[table], _STAGES.index(group) if staged else at))
        found.setdefault((table, group), []).append(entry)
    return tuple(GroupView(*head, tuple(found[head])) for head in sorted(found, key=lambda head: places[head]))


def _text(draft: Draft, name: Name) -> str:
    return draft.text(name) or draft.standing.get(name, "")


def _fits(draft: Draft, name: Name, wanted: str) -> bool:
    return not wanted or wanted in name.id.lower() or wanted in _text(draft, name).lower()


def _entry(draft: Draft, judgement: Judgement | None, name: Name) -> EntryView:
    change = draft.changed.get(name)
    faults = len(judgement.complaints.get(name, ())) if judgement else 0
    warnings = len(judgement.warnings.get(name, ())) if judgement else 0
    author = change.author if change else ""
    return EntryView(name, called(draft, name), draft.state(name), faults, warnings, author)


class _Label(NamedTuple):
    """What a row is called, and what it stands under: a stage, the trainers' own word, or nothing."""

    title: str
    group: str


@lru_cache(maxsize=8192)
def _label(name: Name, text: str) -> _Label:
    value = value_of(text)
    key = {"situations": "stage", "quick_replies": "group"}.get(name.table, "")
    return _Label(title(name, value), str(value.get(key) or "") if key and isinstance(value, Mapping) else "")


def title_of(name: Name, text: str | None) -> str:
    """What people call a row of this text."""
    return _label(name, text or "").title


def called(draft: Draft, name: Name) -> str:
    """What people call a row."""
    return _label(name, _text(draft, name)).title


def listed(draft: Draft, table: str) -> list[tuple[str, str]]:
    """The ids of a table's rows with what people call them: those that stand in the draft, then those it removes."""
    names = [name for name in dict.fromkeys((*draft.texts, *draft.changed)) if name.table == table]
    return [(name.id, called(draft, name)) for name in names]


# --- one row -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RowView:
    """A row opened: its text now and as published, its values (None: it cannot be read), the mark to save it by."""

    name: Name
    title: str
    text: str | None
    value: Any
    published: str | None
    mark: str
    state: State
    author: str = ""
    at: float | None = None


def opened(draft: Draft, name: Name) -> RowView:
    """One row. Raises NotFound."""
    text, published, change = draft.text(name), draft.standing.get(name), draft.changed.get(name)
    if text is None and published is None and change is None:
        raise NotFound(f"there is no row {name.id!r} in {name.table}: somebody may have taken it back")
    return RowView(
        name,
        called(draft, name),
        text,
        None if text is None else value_of(text),
        published,
        mark(text),
        draft.state(name),
        change.author if change else "",
        change.changed_at.timestamp() if change else None,
    )


# What a new row has from the start, in the order people fill it in.
_STARTS: Mapping[str, Mapping[str, Any]] = {
    "situations": {
        "stage": "presale", "name": "", "goal": "", "phrases": [], "replies": [{"id": "usual", "text": ""}],
    },
    "quick_replies": {"title": "", "text": ""},
    "shop": {"label": "", "value": ""},
    "touchpoints": {"name": "", "on": "order.unpaid", "after": "15m", "reply": ""},
    "promotions": {"name": ""},
    "checks": {"name": "", "code": "C01", "severity": "warn", "words": [], "reason": "", "instead": ""},
}  # fmt: skip
_CALLED = {"quick_replies": "title", "shop": "label"}
# Where a row stands among others: what the next one like it has as well.
_SHARED = ("stage", "group", "on", "code")


def begun(name: Name, called: str, like: str | None, *, whole: bool) -> str:
    """The text a new row starts from; `like` is the text of another one, whose place it shares, or all of it."""
    start = _STARTS.get(name.table)
    beside = value_of(like) if like is not None else None
    if start is None:
        return written(name.table, beside if whole and beside is not None else [])
    found = beside if isinstance(beside, Mapping) else {"value": beside} if beside is not None else {}
    value = {**start, **(found if whole else {key: found[key] for key in _SHARED if key in found})}
    # What only one row may have is not copied.
    value = {key: one for key, one in value.items() if key not in ("id", "shortcut", "holding")}
    key = _CALLED.get(name.table, "name")
    own = {"id": name.id} if name.table in LISTS else {}
    return written(name.table, {**own, **value, key: called or value[key]})


def id_of(table: str, called: str) -> str:
    """An id for a row of this name, in letters: 问能不能刻字 → wen-neng-bu-neng-ke-zi; a word keeps itself."""
    if table in ("synonyms", "check_words"):
        return called.strip() or "new"
    spoken = [sound(part) for part in re.findall(r"[\u4e00-\u9fff]|[a-z\d]+", called.lower())]
    joined = ("_" if table == "shop" else "-").join(spoken[:_MOST_SYLLABLES])[:40].strip("-_")
    return joined if joined and (table != "shop" or joined[0].isalpha()) else "new"


def free_id(draft: Draft, table: str, start: str, beside: Iterable[str] = ()) -> str:
    """An id like `start` that no row of the table has yet, nor any of those `beside`."""
    taken = {name.id for name in (*draft.standing, *draft.changed) if name.table == table} | set(beside)
    numbered = (f"{start}-{n}" if table in LISTS else f"{start}_{n}" for n in range(1, len(taken) + 2))
    return SMALL_TALK if table == SMALL_TALK else next(id for id in (start, *numbered) if id not in taken)


def uses(draft: Draft, key: str) -> list[tuple[Name, str]]:
    """The rows that say an entry of the handbook, with what they are called; the first MOST_USES."""
    word = f"shop.{key}"
    found: Iterable[Name] = (name for name, text in draft.texts.items() if word in text and name.table != "shop")
    return [(name, called(draft, name)) for name in list(found)[:MOST_USES]]
