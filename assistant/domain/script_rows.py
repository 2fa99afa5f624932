"""The trainers' tables row by row, each as the YAML a trainer reads, and the whole again as one text of which every
line is known to belong to a row. Not for judging what rows say (`yaml_tables.py`)."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml

from assistant.domain.problems import Complaint, Place
from assistant.domain.scripts import Scripts
from assistant.domain.yaml_marks import read_yaml

LISTS = ("situations", "touchpoints", "quick_replies", "promotions", "checks")
MAPPINGS = ("shop", "synonyms", "check_words")
# Small talk is a list of short texts: one row holds them all.
SMALL_TALK = "small_talk"
TABLES = (*LISTS, *MAPPINGS, SMALL_TALK)
# A draft may say in which order a table's rows stand: a row of this "table", named after the table, lists their ids.
ORDER = "order"
# A situation is read from how it is recognised to what is said to it.
_FIRST = ("id", "stage", "name", "goal", "phrases", "when", "replies", "record")
_WIDTH = 100
_Dumper: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class Name(NamedTuple):
    """Which row: its table, and its id there (a handbook entry's key, a synonym's plain word)."""

    table: str
    id: str


def plain(scripts: Scripts) -> dict[str, Any]:
    """The tables as YAML writes them, without what is as usual."""
    found = scripts.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    found.pop("spare", None)
    return found


def rows(scripts: Scripts) -> dict[Name, str]:
    """Every row as YAML text, in the order of the tables."""
    return {name: text_of(value) for name, value in _values(plain(scripts))}


def _values(tables: Mapping[str, Any]) -> Iterator[tuple[Name, Any]]:
    for table in LISTS:
        yield from ((Name(table, row["id"]), _in_order(row)) for row in tables.get(table, ()))
    for table in MAPPINGS:
        yield from ((Name(table, key), value) for key, value in tables.get(table, {}).items())
    if SMALL_TALK in tables:
        yield Name(SMALL_TALK, SMALL_TALK), tables[SMALL_TALK]


def _in_order(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: row[key] for key in (*_FIRST, *(key for key in row if key not in _FIRST)) if key in row}


def order_of(texts: Iterable[Name], table: str) -> str:
    """The ids of a table's rows as they stand, as the text of a row of ORDER."""
    return text_of([name.id for name in texts if name.table == table])


def arranged(texts: Mapping[Name, str], orders: Mapping[str, str]) -> dict[Name, str]:
    """The rows in the order that is said for their table; those of which nothing is said come last."""
    places = {table: {str(id): at for at, id in enumerate(_listed(text))} for table, text in orders.items()}
    names = sorted(texts, key=lambda name: places.get(name.table, {}).get(name.id, len(texts)))
    # Sorting keeps what is equal in its place, so tables without an order stay as they are among themselves.
    return {name: texts[name] for name in names}


def _listed(text: str) -> list[Any]:
    value = value_of(text)
    return value if isinstance(value, list) else []


def reordered(before: Mapping[Name, str], after: Mapping[Name, str]) -> dict[Name, tuple[str, str]]:
    """The tables whose rows that are in both stand in another order: their rows of ORDER, before and after."""
    found = {}
    for table in (*LISTS, *MAPPINGS):
        old, new = [n for n in before if n.table == table], [n for n in after if n.table == table]
        if [n for n in old if n in after] != [n for n in new if n in before]:
            found[Name(ORDER, table)] = order_of(old, table), order_of(new, table)
    return found


def text_of(value: Any) -> str:
    """A row's value as YAML text; reading it gives the value back."""
    text: str = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH)
    return text


def value_of(text: str) -> Any:
    """A row's text as plain values; None if it cannot be read."""
    marked = read_yaml("row", text)
    return None if marked.complaints else marked.value


def written(table: str, value: Any) -> str:
    """Values as the text a row of this table is kept as."""
    return text_of(_in_order(value) if table in LISTS and isinstance(value, Mapping) else value)


def title(name: Name, value: Any) -> str:
    """What people call a row: what it says of itself, else its name."""
    said = value if isinstance(value, Mapping) else {}
    found = next((said[key] for key in ("name", "title", "label") if said.get(key)), None)
    return str(found) if found is not None else name.id


def field_at(text: str, line: int, column: int) -> Place:
    """Which part of a row stands at this line and column (from 1): keys and list positions."""
    marked = read_yaml("row", text)
    # A key stands before its value: what is wrong with the key is wrong there.
    marks = {place: marked.keys.get(place, mark) for place, mark in marked.values.items()}
    before = [place for place, mark in marks.items() if (mark.line + 1, mark.column + 1) <= (line, column)]
    on_line = [place for place, mark in marks.items() if mark.line + 1 == line]
    return max(before or on_line or [()], key=lambda place: (marks[place].begin, len(place))) if marks else ()


@dataclass(frozen=True, slots=True)
class Document:
    """All rows as one YAML text. `starts` are the lines (from 0) where the rows' own texts begin, `indents` the columns
    these were moved to the right by."""

    text: str
    names: tuple[Name, ...]
    starts: tuple[int, ...]
    indents: tuple[int, ...]

    def at_row(self, complaint: Complaint) -> tuple[Name, Complaint]:
        """Which row a complaint is about, and the complaint with line and column in that row's own text."""
        at = max(0, bisect_right(self.starts, complaint.line - 1) - 1)
        line = max(1, complaint.line - self.starts[at])
        column = max(1, complaint.column - self.indents[at])
        return self.names[at], Complaint(self.names[at].id, line, column, complaint.message, complaint.advice)


def document(texts: Mapping[Name, str]) -> Document:
    """The rows as one text; each must be YAML that can be read by itself."""
    lines: list[str] = []
    places: list[tuple[Name, int, int]] = []
    for table in TABLES:
        mine = [(name, text) for name, text in texts.items() if name.table == table]
        if mine:
            lines.append(f"{table}:")
        for name, text in mine:
            indent = 2 if table in LISTS or table == SMALL_TALK else 4
            if table in MAPPINGS:
                lines.append(f"  {_key(name.id)}:")
            places.append((name, len(lines), indent))
            lines += _moved(text, indent, "- " if table in LISTS else "  ")
    names, starts, indents = zip(*places, strict=True) if places else ((), (), ())
    return Document("\n".join(lines) + "\n", names, starts, indents)


def _key(id: str) -> str:
    """A key as it stands before its colon; a long one would be written on a line of its own."""
    plain = text_of({id: 0}).rpartition(":")[0]
    return json.dumps(id, ensure_ascii=False) if plain.startswith("? ") else plain


def _moved(text: str, indent: int, first: str) -> Iterator[str]:
    """A row's lines moved to the right, the first behind the sign of its table."""
    for number, line in enumerate(text.rstrip("\n").split("\n")):
        margin = first.rjust(indent) if number == 0 else " " * indent
        yield margin + line if line else line
