"""An agent's own quick replies brought in from a spreadsheet and out to one: what each column is taken for can be seen
and changed before anything is kept, each faulty row is named, and of a file with faults nothing is."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from assistant import store
from assistant.domain import personal_replies as rules
from assistant.domain.errors import InvalidInput
from assistant.domain.personal_replies import PersonalReply, Wanted
from assistant.domain.personal_reply_columns import FIELDS, NOTHING, Columns, guess
from assistant.domain.practice import real_shop
from assistant.domain.spreadsheets import cell, uncell
from assistant.services import personal_replies, workbooks
from assistant.services.desk import Desk, Shop

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
    """A file looked through: `wanted` are the rows that may be kept, `same` counts those the agent has already."""

    columns: tuple[ColumnView, ...]
    head: bool
    wanted: tuple[Wanted, ...]
    faults: tuple[Fault, ...]
    same: int

    @property
    def rows(self) -> int:
        return len(self.wanted) + len(self.faults) + self.same


def look_through(
    tx: store.Transaction, shop: Shop, agent: str, lines: Sequence[Line], columns: Columns | None = None
) -> Looked:
    """What a file would bring; without `columns` they are guessed. Raises InvalidInput for columns that do not fit."""
    return _looked(shop, store.personal_replies.of_agent(tx, real_shop(shop.id), agent), lines, columns)


def take_in(desk: Desk, agent: str, lines: Sequence[Line], columns: Columns | None = None) -> tuple[Looked, int]:
    """Keep what a file brings, if nothing in it is faulty; returns also how many were kept. Raises InvalidInput,
    NotAllowed."""
    shop, own = personal_replies.opened(desk, agent)
    found = _looked(desk.shop, own, lines, columns)
    if found.faults:
        return found, 0
    for place, one in enumerate(found.wanted, personal_replies.next_place(own)):
        store.personal_replies.add(desk.tx, shop, agent, one, place, desk.now)
    return found, len(found.wanted)


def _looked(shop: Shop, own: Sequence[PersonalReply], lines: Sequence[Line], columns: Columns | None) -> Looked:
    columns = _fitting(columns, lines) if columns is not None else guess([line.cells for line in lines])
    body = lines[1:] if columns.head else lines
    return _judged(shop, own, body, _shown(lines, columns), columns)


def _fitting(columns: Columns, lines: Sequence[Line]) -> Columns:
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


def _judged(
    shop: Shop, own: Sequence[PersonalReply], body: Iterable[Line], shown: tuple[ColumnView, ...], columns: Columns
) -> Looked:
    wanted, faults, same = list[Wanted](), list[Fault](), 0
    texts, taken = {(one.title, one.text) for one in own}, rules.taken(own, shop.quick_replies.replies)
    for line in body:
        try:
            one = rules.cleaned(_read(line, columns))
            if (one.title, one.text) in texts:
                same += 1
                continue
            if len(own) + len(wanted) >= rules.MOST:
                raise InvalidInput(f"you can have {rules.MOST}", reason="too_many_replies", most=rules.MOST)
            rules.refuse_clash(one.shortcut, taken)
            rules.judged(one, shop.checks, shop.scripts.shop)
        except InvalidInput as error:
            faults.append(Fault(line.number, error))
            continue
        wanted.append(one)
        texts.add((one.title, one.text))
        taken |= rules.taken([one], ())
    return Looked(shown, columns.head, tuple(wanted), tuple(faults), same)


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
    held = [(n, cells) for n, cells in rows if any(cells)]
    width = max((at + 1 for _, cells in held for at, cell in enumerate(cells) if cell), default=0)
    lines = [Line(n, cells[:width]) for n, cells in held]
    if not lines:
        raise InvalidInput(f"{name} is empty", reason="file_empty")
    if len(lines) > MOST_ROWS:
        message = f"{name} has {len(lines)} rows, at most {MOST_ROWS} are read"
        raise InvalidInput(message, reason="file_too_long", most=MOST_ROWS, n=len(lines))
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


def _xlsx(content: bytes, name: str) -> list[tuple[int, tuple[str, ...]]]:
    with workbooks.opened(content, name, formulas=False) as book:
        rows = book.worksheets[0].iter_rows(values_only=True, max_row=MOST_ROWS * 2, max_col=MOST_COLUMNS)
        return [(n, _cells(row)) for n, row in enumerate(rows, 1)]


def _cells(row: Iterable[object]) -> tuple[str, ...]:
    return tuple(_text(cell) for cell in row)[:MOST_COLUMNS]


def _text(value: object) -> str:
    """A cell as it was typed: Excel keeps whole numbers as 7.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


# --- writing ---------------------------------------------------------------------------------------------------------


def write(replies: Iterable[PersonalReply], ending: str, heads: Sequence[str]) -> bytes:
    """All of an agent's as a file, `csv` or `xlsx`; `heads` name FIELDS as the reader does. Raises InvalidInput."""
    rows = [tuple(heads), *(tuple(getattr(one, field) for field in FIELDS) for one in replies)]
    if ending == "csv":
        written = io.StringIO()
        csv.writer(written).writerows(map(cell, row) for row in rows)
        return written.getvalue().encode("utf-8-sig")  # Excel takes a file for UTF-8 only when it begins with this mark
    if ending == "xlsx":
        return _workbook(rows)
    raise InvalidInput(f"there is no format {ending!r}: csv or xlsx", reason="file_sheet_format")


def _workbook(rows: Iterable[Sequence[str]]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row, 1):
            text = ILLEGAL_CHARACTERS_RE.sub("", value)
            sheet.cell(number, place, text).data_type = "s"  # a text that begins with = is a text
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
