"""Tables as files for spreadsheets, CSV or XLSX, sent while they are read: however long, one page of rows is in memory.

CSV begins with a mark, so that it opens in Chinese; XLSX has widths, numbers as numbers, a head that stays. What begins
like a formula stays text in both. Not for which rows there are.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from tempfile import TemporaryFile
from typing import IO, Any

from aiohttp import hdrs, web

from assistant.domain.errors import NotFound
from assistant.domain.spreadsheets import cell
from assistant.domain.spreadsheets import width as wide

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A sheet has 1,048,576 rows: one is the head, one says that there would be more.
MOST_ROWS = 1_048_574
LONGEST_CELL = 32_767
CHUNK = 64 * 1024
_FORMATS = {"rate": "0.0%", "seconds": "0.0", "yuan": "#,##0.00", "ratio": "0.00"}
_WIDTHS = {"text": 18, "moment": 20, "long": 48}

Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Column:
    """`kind`: text, long (text), moment (a datetime of the shop's clock), count, seconds, rate, ratio, yuan."""

    head: str
    kind: str = "count"


async def answer(
    request: web.Request, name: str, columns: Sequence[Column], pages: AsyncIterator[Iterable[Row]], *, cut: str = ""
) -> web.StreamResponse:
    """The table as the file the address asks for (`form`). `cut` is said in the last row of a sheet that is full.
    Raises NotFound for a form there is none of."""
    form = request.match_info["form"]
    if form not in TYPES:
        raise NotFound(f"there are no {form} files: ask for csv or xlsx")
    response = web.StreamResponse()
    response.headers[hdrs.CONTENT_TYPE] = TYPES[form]
    response.headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{name}.{form}"'
    if form == "csv":
        await response.prepare(request)
        await response.write(_csv([[column.head for column in columns]]).encode("utf-8-sig"))
        async for rows in pages:
            await response.write(_csv(rows).encode())
        return response
    with TemporaryFile() as file:
        await _workbook(file, name, columns, pages, cut)
        await response.prepare(request)
        while chunk := await asyncio.to_thread(file.read, CHUNK):
            await response.write(chunk)
    return response


async def one_page(rows: Iterable[Row]) -> AsyncIterator[Iterable[Row]]:
    """A table that is in memory anyway."""
    yield rows


# --- CSV -------------------------------------------------------------------------------------------------------------


def _csv(rows: Iterable[Row]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows([_plain(value) for value in row] for row in rows)
    return written.getvalue()


def _plain(value: object) -> object:
    return value.isoformat(sep=" ", timespec="seconds") if isinstance(value, datetime) else cell(value)


# --- XLSX ------------------------------------------------------------------------------------------------------------


async def _workbook(
    file: IO[bytes], name: str, columns: Sequence[Column], pages: AsyncIterator[Iterable[Row]], cut: str
) -> None:
    """Written row by row to the disk, in a thread: a sheet of a million rows takes its time."""
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(name[:31])  # its type knows too little of itself
    sheet.freeze_panes = "A2"
    for number, column in enumerate(columns, 1):
        width = max(_WIDTHS.get(column.kind, 10), wide(column.head) + 2 if column.kind != "long" else 0)
        sheet.column_dimensions[get_column_letter(number)].width = min(width, _WIDTHS["long"])
    sheet.append([_cell(sheet, column.head, "head") for column in columns])
    left = MOST_ROWS
    async for rows in pages:
        left = await asyncio.to_thread(_append, sheet, columns, rows, left)
        if left < 0:
            sheet.append([_cell(sheet, cut, "text")])
            break
    await asyncio.to_thread(book.save, file)
    file.seek(0)


def _append(sheet: Any, columns: Sequence[Column], rows: Iterable[Row], left: int) -> int:
    """How many more rows there is room for; -1: some found none."""
    for row in rows:
        if left == 0:
            return -1
        left -= 1
        sheet.append([_cell(sheet, value, column.kind) for value, column in zip(row, columns, strict=True)])
    return left


def _cell(sheet: Any, value: object, kind: str) -> Any:
    """A value as openpyxl takes it: as it is wherever that is right, since a cell of its own takes its time."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    if isinstance(value, datetime):
        return value.replace(tzinfo=None)  # of the shop's clock: a sheet knows no zones
    if isinstance(value, str):
        text = ILLEGAL_CHARACTERS_RE.sub("", value)[:LONGEST_CELL]
        begins = cell(text) != text
        if kind != "head" and not begins and not text.startswith("#"):
            return text
        made = WriteOnlyCell(sheet, text)
        made.data_type = "s"  # neither a formula nor an error, whatever it begins with
        made.quotePrefix = begins  # nor when somebody edits it
        if kind == "head":
            made.font = Font(bold=True)
        return made
    if value is None or kind not in _FORMATS:
        return value
    made = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]  # a number
    made.number_format = _FORMATS[kind]
    return made
