"""The trainers' tables as flat rows of text, for spreadsheets: nothing is lost on the way there and back.

Text stays text, several phrases stand one a line, everything else is JSON. Not for file formats (`exchange.py`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.domain.errors import InvalidInput
from assistant.domain.script_rows import plain
from assistant.domain.scripts import Scripts

# Columns by table, in the order people read them. A reply names its situation; it belongs to the one above it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "situations": ("id", "stage", "name", "goal", "phrases", "when", "record"),
    "replies": ("situation", "id", "text", "for", "tells"),
    "touchpoints": (
        "id", "name", "on", "every", "after", "before_deadline", "audience", "restart_on", "until", "window", "cap",
        "merge", "channel", "reply", "goal", "holdout",
    ),
    "quick_replies": ("id", "title", "text", "group", "shortcut", "stage", "when", "holding", "image"),
    "shop": ("id", "label", "value", "valid_from", "valid_to"),
    "promotions": (
        "id", "name", "for", "valid_from", "valid_to", "returns", "per_piece", "tiers", "every", "coupon", "freight",
        "not_stackable", "thresholds",
    ),
    "small_talk": ("text",),
    "synonyms": ("id", "phrases"),
    "checks": (
        "id", "code", "name", "severity", "words", "unless", "reason", "instead", "refusable", "fine_while",
        "platforms", "categories", "in_tables", "catches", "passes",
    ),
    "check_words": ("id", "phrases"),
}  # fmt: skip
_JSON = {
    "situations": {"when", "record"},
    "replies": {"for"},
    "touchpoints": {"every", "audience", "restart_on", "until", "window", "cap", "goal", "holdout"},
    "promotions": {"for", "per_piece", "tiers", "every", "coupon", "freight", "not_stackable"},
    "quick_replies": {"when", "holding"},
    "checks": {"refusable", "platforms", "categories"},
}
# Several, one a line.
_LINES = ("phrases", "words", "unless", "catches", "passes")
# What YAML does not allow as it is inside quotes.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; `line` is where it stood in the file, for complaints."""

    table: str
    cells: Mapping[str, str]
    line: int = 0


# --- out -----------------------------------------------------------------------------------------------------------


def rows_of(scripts: Scripts) -> Iterator[Row]:
    """Every row of every table, in order."""
    found = plain(scripts)
    for situation in found.get("situations", ()):
        yield _row("situations", situation)
        for reply in situation["replies"]:
            yield _row("replies", {"situation": situation["id"], **reply})
    for table in ("touchpoints", "quick_replies", "promotions", "checks"):
        yield from (_row(table, one) for one in found.get(table, ()))
    for key, entry in found.get("shop", {}).items():
        yield _row("shop", {"id": key, **entry})
    yield from (Row("small_talk", {"text": text}) for text in found.get("small_talk", ()))
    for table in ("synonyms", "check_words"):
        for word, others in found.get(table, {}).items():
            yield _row(table, {"id": word, "phrases": others})


def _row(table: str, values: Mapping[str, Any]) -> Row:
    return Row(table, {name: _written(table, name, values[name]) for name in COLUMNS[table] if name in values})


def _written(table: str, name: str, value: Any) -> str:
    if name in _LINES:
        text = "\n".join(value)
        return text if _phrases(text) == value else json.dumps(value, ensure_ascii=False)
    if name in _JSON.get(table, ()):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


# --- in ------------------------------------------------------------------------------------------------------------


def yaml_of(rows: Iterable[Row]) -> tuple[str, list[tuple[str, int]]]:
    """The rows as YAML, one row a line, so that a complaint's line says which row is meant; and those rows' tables and
    lines."""
    tables: dict[str, list[tuple[int, str, Any]]] = {}
    replies: dict[str, list[tuple[int, Any]]] = {}
    above = ""
    for row in rows:
        values = _values(row)
        if row.table == "replies":
            above = _owner(tables.get("situations", ()), row, values, above)
            replies.setdefault(above, []).append((row.line, values))
        else:
            above = ""
            tables.setdefault(row.table, []).append(_entry(row, values))
    written = [
        (text, place)
        for table, entries in tables.items()
        for text, place in [(f"{table}:", (table, 0)), *_written_out(table, entries, replies)]
    ]
    return "\n".join(text for text, _ in written) + "\n", [place for _, place in written]


def _written_out(
    table: str, entries: Iterable[tuple[int, str, Any]], replies: Mapping[str, Sequence[tuple[int, Any]]]
) -> Iterator[tuple[str, tuple[str, int]]]:
    for line, key, value in entries:
        own = replies.get(str(value.get("id"))) if table == "situations" else None
        if not own:
            yield _line(key, value), (table, line)
            continue
        yield f'{_line(key, value)[:-1]}, "replies": [', (table, line)
        for at, (place, reply) in enumerate(own, 1):
            yield f"    {_quoted(reply)}{',' if at < len(own) else ']}'}", ("replies", place)


def _values(row: Row) -> dict[str, Any]:
    known = COLUMNS.get(row.table)
    if known is None:
        message = f"line {row.line}: there is no table {row.table!r}; write one of {', '.join(COLUMNS)}"
        raise InvalidInput(message, reason="file_table", line=row.line, table=row.table)
    wrong = [name for name, cell in row.cells.items() if cell != "" and name not in known]
    if wrong:
        message = f"line {row.line}: {row.table} has no column {wrong[0]!r}; it has {', '.join(known)}"
        raise InvalidInput(message, reason="file_column", line=row.line, table=row.table, column=wrong[0])
    return {name: _read(row, name, cell) for name, cell in row.cells.items() if cell != ""}


def _read(row: Row, name: str, cell: str) -> Any:
    if name in _LINES:
        return _phrases(cell)
    if name not in _JSON.get(row.table, ()):
        return cell
    try:
        return json.loads(cell)
    except ValueError as error:
        sample = _SAMPLE.get(name, "[]")
        message = f"line {row.line}, {name}: write JSON such as {sample} ({error})"
        raise InvalidInput(
            message, reason="file_json", line=row.line, table=row.table, column=name, sample=sample
        ) from error


_SAMPLE = {
    "tiers": '[{"reach": 300, "minus": 40}]',
    "when": '{"order.state": "none"}',
    "for": '{"buyer.purchases": "new"}',
    "holdout": "0.1",
    "holding": "true",
}


def _phrases(cell: str) -> list[str]:
    if cell.startswith("["):
        try:
            found = json.loads(cell)
        except ValueError:
            found = None
        if isinstance(found, list) and all(isinstance(one, str) for one in found):
            return found
    return [line.strip() for line in cell.split("\n") if line.strip()]


def _owner(situations: Sequence[tuple[int, str, Any]], row: Row, reply: dict[str, Any], above: str) -> str:
    """The situation a reply belongs to: where none is named that of the reply `above`, since merged cells of a
    spreadsheet hold their text in the first alone."""
    owner = str(reply.pop("situation", "") or above)
    if not any(values.get("id") == owner for _, _, values in situations):
        message = f"line {row.line}: the reply belongs to {owner!r}, and no situation above has this id"
        raise InvalidInput(message, reason="file_owner", line=row.line, owner=owner)
    return owner


def _entry(row: Row, values: dict[str, Any]) -> tuple[int, str, Any]:
    """(line, key, value); without a key it is a list's entry."""
    if row.table == "small_talk":
        return row.line, "", values.get("text", "")
    if row.table in ("synonyms", "check_words"):
        return row.line, values.get("id", ""), values.get("phrases", [])
    if row.table == "shop":
        return row.line, values.pop("id", ""), values
    return row.line, "", values


def _line(key: str, value: Any) -> str:
    return f"  {_quoted(key)}: {_quoted(value)}" if key else f"  - {_quoted(value)}"


def _quoted(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
