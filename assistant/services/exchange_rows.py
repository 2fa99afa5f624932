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
from assistant.domain.scripts import Scripts

# Columns by table, in the order people read them. A reply names its situation; it belongs to the one above it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "situations": ("id", "stage", "name", "goal", "phrases", "when", "record"),
    "replies": ("situation", "id", "text", "for", "tells"),
    "touchpoints": (
        "id", "name", "on", "every", "after", "before_deadline", "audience", "restart_on", "until", "window", "cap",
        "merge", "channel", "reply", "goal", "holdout",
    ),
    "quick_replies": ("id", "title", "text", "group", "shortcut", "stage", "when", "holding"),
    "shop": ("id", "label", "value", "valid_from", "valid_to"),
    "promotions": (
        "id", "name", "for", "valid_from", "valid_to", "returns", "per_piece", "tiers", "every", "coupon", "freight",
        "not_stackable", "thresholds",
    ),
    "small_talk": ("text",),
    "synonyms": ("id", "phrases"),
}  # fmt: skip
_JSON = {
    "situations": {"when", "record"},
    "replies": {"for"},
    "touchpoints": {"every", "audience", "restart_on", "until", "window", "cap", "goal", "holdout"},
    "promotions": {"for", "per_piece", "tiers", "every", "coupon", "freight", "not_stackable"},
    "quick_replies": {"when", "holding"},
}
# What YAML does not allow as it is inside quotes.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; `line` is where it stood in the file, for complaints."""

    table: str
    cells: Mapping[str, str]
    line: int = 0


# --- out -----------------------------------------------------------------------------------------------------------


def plain(scripts: Scripts) -> dict[str, Any]:
    """The tables as YAML writes them, without what is as usual."""
    found = scripts.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    found.pop("spare", None)
    return found


def rows_of(scripts: Scripts) -> Iterator[Row]:
    """Every row of every table, in order."""
    found = plain(scripts)
    for situation in found.get("situations", ()):
        yield _row("situations", situation)
        for reply in situation["replies"]:
            yield _row("replies", {"situation": situation["id"], **reply})
    for table in ("touchpoints", "quick_replies", "promotions"):
        yield from (_row(table, one) for one in found.get(table, ()))
    for key, entry in found.get("shop", {}).items():
        yield _row("shop", {"id": key, **entry})
    yield from (Row("small_talk", {"text": text}) for text in found.get("small_talk", ()))
    for word, others in found.get("synonyms", {}).items():
        yield _row("synonyms", {"id": word, "phrases": others})


def _row(table: str, values: Mapping[str, Any]) -> Row:
    return Row(table, {name: _written(table, name, values[name]) for name in COLUMNS[table] if name in values})


def _written(table: str, name: str, value: Any) -> str:
    if name == "phrases":
        text = "\n".join(value)
        return text if _phrases(text) == value else json.dumps(value, ensure_ascii=False)
    if name in _JSON.get(table, ()):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


# --- in ------------------------------------------------------------------------------------------------------------


def yaml_of(rows: Iterable[Row]) -> tuple[str, list[int]]:
    """The rows as YAML, one row a line, so that a complaint's line says which row is meant; and those rows' lines."""
    tables: dict[str, list[tuple[int, str, Any]]] = {}
    for row in rows:
        values = _values(row)
        if row.table == "replies":
            _add_reply(tables.get("situations", ()), row.line, values)
        else:
            tables.setdefault(row.table, []).append(_entry(row, values))
    written, lines = [], []
    for table, entries in tables.items():
        for line, text in [(0, f"{table}:"), *((line, _line(key, value)) for line, key, value in entries)]:
            written.append(text)
            lines.append(line)
    return "\n".join(written) + "\n", lines


def _values(row: Row) -> dict[str, Any]:
    known = COLUMNS.get(row.table)
    if known is None:
        raise InvalidInput(f"line {row.line}: there is no table {row.table!r}; write one of {', '.join(COLUMNS)}")
    wrong = [name for name, cell in row.cells.items() if cell != "" and name not in known]
    if wrong:
        raise InvalidInput(f"line {row.line}: {row.table} has no column {wrong[0]!r}; it has {', '.join(known)}")
    return {name: _read(row, name, cell) for name, cell in row.cells.items() if cell != ""}


def _read(row: Row, name: str, cell: str) -> Any:
    if name == "phrases":
        return _phrases(cell)
    if name not in _JSON.get(row.table, ()):
        return cell
    try:
        return json.loads(cell)
    except ValueError as error:
        raise InvalidInput(
            f"line {row.line}, {name}: write JSON such as {_SAMPLE.get(name, '[]')} ({error})"
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


def _add_reply(situations: Sequence[tuple[int, str, Any]], line: int, reply: dict[str, Any]) -> None:
    owner = reply.pop("situation", None)
    found = next((values for _, _, values in situations if values.get("id") == owner), None)
    if found is None:
        raise InvalidInput(f"line {line}: the reply belongs to {owner!r}, and no situation above has this id")
    found.setdefault("replies", []).append(reply)


def _entry(row: Row, values: dict[str, Any]) -> tuple[int, str, Any]:
    """(line, key, value); without a key it is a list's entry."""
    if row.table == "small_talk":
        return row.line, "", values.get("text", "")
    if row.table == "synonyms":
        return row.line, values.get("id", ""), values.get("phrases", [])
    if row.table == "shop":
        return row.line, values.pop("id", ""), values
    return row.line, "", values


def _line(key: str, value: Any) -> str:
    return f"  {_quoted(key)}: {_quoted(value)}" if key else f"  - {_quoted(value)}"


def _quoted(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found.group()):04x}", text)
