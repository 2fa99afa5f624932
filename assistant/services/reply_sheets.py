"""Spreadsheets of quick replies as other tools write them: what each column is taken for can be seen and changed before
anything is kept, each faulty row is named. Whose they become is for `personal_reply_files.py` and
`quick_reply_files.py` to say."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import PurePath

from assistant.domain import personal_replies as rules
from assistant.domain.errors import InvalidInput
from assistant.domain.personal_replies import Wanted
from assistant.domain.reply_columns import FIELDS, NOTHING, Columns, guess
from assistant.domain.spreadsheets import uncell
from assistant.services import workbooks

MOST_ROWS, MOST_COLUMNS = 2_000, 30
SAMPLES = 3
# How spreadsheets in China write CSV: Excel's own, and what it calls Unicode text.
_ENCODINGS = ("utf-8-sig", "gb18030")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file with its number there, the first is 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column: its head, if the first row is one; what it is taken for; what stands in it."""

    head: str
    means: str
    samples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that cannot be kept, and why."""

    line: int
    error: InvalidInput


@dataclass(frozen=True, slots=True)
class Looked:
    """A file looked through: `wanted` are the rows that may be kept, `same` counts those there are already."""

    columns: tuple[ColumnView, ...]
    head: bool
    wanted: tuple[Wanted, ...]
    faults: tuple[Fault, ...]
    same: int

    @property
    def rows(self) -> int:
        return len(self.wanted) + len(self.faults) + self.same


# Whether a row is new, False where it is there already. Raises InvalidInput for one that may not be kept.
Judge = Callable[[Wanted], bool]


def looked(lines: Sequence[Line], columns: Columns | None, judge: Judge) -> Looked:
    """What a file would bring, its rows judged one after the other; without `columns` they are guessed. Raises
    InvalidInput for columns that do not fit."""
    columns = _fitting(columns) if columns is not None else guess([line.cells for line in lines])
    wanted, faults, same = list[Wanted](), list[Fault](), 0
    for line in lines[1:] if columns.head else lines:
        try:
            one = rules.cleaned(_read(line, columns))
            if judge(one):
                wanted.append(one)
            else:
                same += 1
        except InvalidInput as error:
            faults.append(Fault(line.number, error))
    return Looked(_shown(lines, columns), columns.head, tuple(wanted), tuple(faults), same)


def _fitting(columns: Columns) -> Columns:
    given = [one for one in columns.means if one != NOTHING]
    if "text" not in given:
        raise InvalidInput("say which column holds the text", reason="file_no_text")
    if len(set(given)) != len(given) or not set(given) <= set(FIELDS):
        raise InvalidInput("each column is another field, or left out", reason="file_twice")
    return columns


def _shown(lines: Sequence[Line], columns: Columns) -> tuple[ColumnView, ...]:
    body = lines[1:] if columns.head else lines
    heads = lines[0].cells if columns.head and lines else ()
    return tuple(
        ColumnView(
            heads[at] if at < len(heads) else "",
            means,
            tuple(line.cells[at] if at < len(line.cells) else "" for line in body[:SAMPLES]),
        )
        for at, means in enumerate(columns.means)
    )


def _read(line: Line, columns: Columns) -> Wanted:
    pairs = zip(columns.means, line.cells, strict=False)
    return replace(Wanted(), **{means: cell for means, cell in pairs if means != NOTHING})


# --- reading ---------------------------------------------------------------------------------------------------------


def read(content: bytes, name: str) -> list[Line]:
    """The rows of a CSV or XLSX file that hold anything. Raises InvalidInput."""
    ending = PurePath(name).suffix.lower()
    if ending not in (".csv", ".txt", ".tsv", ".xlsx"):
        raise InvalidInput(f"{name} is no CSV or XLSX file", reason="file_sheet_format")
    rows = _xlsx(content, name) if ending == ".xlsx" else _csv(content, name)
    held = list(islice(((n, cells) for n, cells in rows if any(cells)), MOST_ROWS + 1))
    width = max((at + 1 for _, cells in held for at, cell in enumerate(cells) if cell), default=0)
    lines = [Line(n, cells[:width]) for n, cells in held]
    if not lines:
        raise InvalidInput(f"{name} is empty", reason="file_empty")
    if len(lines) > MOST_ROWS:
        message = f"{name} has more than {MOST_ROWS} rows: split it"
        raise InvalidInput(message, reason="file_too_long", most=MOST_ROWS)
    return lines


def _csv(content: bytes, name: str) -> Iterable[tuple[int, tuple[str, ...]]]:
    text = _decoded(content, name)
    first = text.partition("\n")[0]
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, before = list[tuple[int, tuple[str, ...]]](), 0
    try:
        for row in reader:
            rows.append((before + 1, _cells(map(uncell, row))))
            before = reader.line_num  # a text may go over several lines: it is named by the first
        return rows
    except csv.Error as error:
        message = f"{name}, line {reader.line_num}: {error}"
        raise InvalidInput(message, reason="file_unreadable") from error


def _decoded(content: bytes, name: str) -> str:
    for encoding in ("utf-16",) if content.startswith(_UTF16) else _ENCODINGS:
        try:
            return content.decode(encoding).replace("\x00", "")
        except UnicodeDecodeError:
            continue
    raise InvalidInput(f"{name} is neither UTF-8 nor GB18030", reason="file_encoding")


def _xlsx(content: bytes, name: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    with workbooks.opened(content, name, formulas=False) as book:
        rows = book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS)
        for number, row in enumerate(rows, 1):
            yield number, _cells(row)


def _cells(row: Iterable[object]) -> tuple[str, ...]:
    return tuple(workbooks.typed(cell).strip() for cell in row)[:MOST_COLUMNS]
