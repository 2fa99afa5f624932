"""Brings the trainers' tables in from files and out to files: YAML, CSV, XLSX. Not for checking them (`domain`)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from pathlib import PurePath

import yaml
from openpyxl import Workbook

from assistant import store
from assistant.domain.errors import InvalidInput
from assistant.domain.problems import Complaint
from assistant.domain.replies import completed
from assistant.domain.script_rows import plain
from assistant.domain.scripts import Scripts
from assistant.domain.spreadsheets import cell, uncell
from assistant.domain.yaml_tables import look_over
from assistant.services import workbooks
from assistant.services.exchange_rows import COLUMNS, Row, rows_of, yaml_of
from assistant.services.scripts import Prepared, content_of, prepare, publish
from assistant.services.sheet_looks import lay_out

# Between a file's name and the table in it, where complaints say both.
SHEET = "#"
FORMATS = (".yaml", ".yml", ".csv", ".xlsx")
ALL_COLUMNS = ("table", *dict.fromkeys(name for names in COLUMNS.values() for name in names))


def published(tx: store.Transaction, shop: str, version: int | None = None) -> Scripts:
    """A version of a shop's tables, without a number the newest. Raises NotFound."""
    return Scripts.model_validate_json(content_of(tx, shop, version)[1])


def write(scripts: Scripts, name: str) -> bytes:
    """The tables as a file's content; the ending of `name` says in which format. Raises InvalidInput."""
    ending = _format(name)
    if ending == ".csv":
        return _csv(scripts)
    if ending == ".xlsx":
        return _xlsx(scripts)
    return yaml.safe_dump(plain(scripts), allow_unicode=True, sort_keys=False, width=110).encode()


def read(content: bytes, name: str, shipped: Scripts) -> tuple[Scripts, list[Complaint]]:
    """The tables in a file, completed by the shipped ones, and what is wrong with them. Raises InvalidInput."""
    scripts, found = read_as_it_is(content, name, shipped)
    found = [replace(complaint, file=complaint.file.partition(SHEET)[0]) for complaint in found]
    return completed(scripts, shipped) if not found else scripts, found


def read_as_it_is(content: bytes, name: str, shipped: Scripts) -> tuple[Scripts, list[Complaint]]:
    """Nothing but the tables in a file, and what is wrong with them; a spreadsheet's complaints name the table after
    the file: `scripts.xlsx#replies`. Raises InvalidInput."""
    ending = _format(name)
    if ending in (".csv", ".xlsx"):
        rows = list(_csv_rows(content, name) if ending == ".csv" else _xlsx_rows(content, name))
        text, lines = yaml_of(rows)
    else:
        text, lines = _decoded(content, name), []
    scripts, complaints, _ = look_over({"exchange.yaml": text}, shipped, tried=True)
    return scripts, [_placed(complaint, PurePath(name).name, lines) for complaint in complaints]


def is_ours(content: bytes, name: str) -> bool:
    """Whether a file has the form that `write` gives: spreadsheets of other tools have not. Raises InvalidInput."""
    ending = PurePath(name).suffix.lower()
    if ending == ".csv":
        head = content.partition(b"\n")[0].decode("latin-1").lstrip("\u00ef\u00bb\u00bf")
        return "table" in {cell.strip().strip('"') for cell in head.split(",")}
    if ending == ".xlsx":
        with workbooks.opened(content, name, formulas=True) as book:
            return any(table in COLUMNS for table in book.sheetnames)
    return ending in FORMATS


def publish_all(tx: store.Transaction, shop: str, prepared: Prepared, now: datetime, *, author: str, note: str) -> int:
    """Make these tables the newest version of a shop, which is made if it is new; returns the version's number."""
    store.shops.add(tx, shop, now)
    return publish(tx, shop, prepared, now, author=author, note=note)


def adopt(database: store.Store, scripts: Scripts, now: datetime, *, note: str) -> None:
    """Publish these tables in every shop that has others; a shop without any takes them when it opens."""
    prepared = prepare(scripts)

    def work(tx: store.Transaction) -> None:
        for shop in store.shops.every(tx):
            version = store.scripts.newest(tx, shop.id)
            standing = store.scripts.get(tx, shop.id, version) if version is not None else None
            if standing is not None and standing.content != prepared.content:
                publish(tx, shop.id, prepared, now, author="replay", note=note)

    database.write_now(work)


def _format(name: str) -> str:
    ending = PurePath(name).suffix.lower()
    if ending not in FORMATS:
        raise InvalidInput(f"{name} is of no format known here: name it …{', …'.join(FORMATS)}", reason="file_format")
    return ending


def _placed(complaint: Complaint, name: str, lines: list[tuple[str, int]]) -> Complaint:
    """Where it is in the file that people see: the row of a spreadsheet has no columns of text."""
    if not lines:
        return Complaint(name, complaint.line, complaint.column, complaint.message, complaint.advice)
    table, line = lines[min(complaint.line, len(lines)) - 1]
    return Complaint(f"{name}{SHEET}{table}", line, 1, complaint.message, complaint.advice)


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{name} is not UTF-8: save it as UTF-8 (in Excel: CSV UTF-8)", reason="file_encoding"
        ) from error


# --- CSV: one sheet for all tables -----------------------------------------------------------------------------------


def _csv(scripts: Scripts) -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, ALL_COLUMNS, restval="")
    writer.writeheader()
    for row in rows_of(scripts):
        writer.writerow({"table": row.table, **{name: cell(said) for name, said in row.cells.items()}})
    # Excel takes a file for UTF-8 only when it begins with this mark.
    return written.getvalue().encode("utf-8-sig")


def _csv_rows(content: bytes, name: str) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(_decoded(content, name), newline=""))
    if "table" not in (reader.fieldnames or ()):
        raise InvalidInput(
            f"{name} has no column `table`: `assistant scripts export` shows the form", reason="file_no_table"
        )
    try:
        for cells in reader:
            given = {key: uncell(said or "") for key, said in cells.items() if isinstance(key, str)}
            if any(given.values()):
                yield Row(given.pop("table"), given, reader.line_num)
    except csv.Error as error:
        raise InvalidInput(f"{name}, line {reader.line_num}: {error}", reason="file_unreadable") from error


# --- XLSX: a sheet for each table -----------------------------------------------------------------------------------


def _xlsx(scripts: Scripts) -> bytes:
    book = Workbook()
    if book.active is not None:
        book.remove(book.active)
    sheets = {table: list(rows) for table, rows in groupby(_by_table(scripts), lambda row: row.table)}
    for table, names in COLUMNS.items():
        sheet = book.create_sheet(table)
        sheet.append(names)
        for number, row in enumerate(sheets.get(table, ()), 2):
            for place, name in enumerate(names, 1):
                if name in row.cells:
                    # A text that begins with = is a text.
                    sheet.cell(number, place, row.cells[name]).data_type = "s"
        lay_out(sheet)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _by_table(scripts: Scripts) -> list[Row]:
    order = list(COLUMNS)
    return sorted(rows_of(scripts), key=lambda row: order.index(row.table))


def _xlsx_rows(content: bytes, name: str) -> Iterator[Row]:
    with workbooks.opened(content, name, formulas=True) as book:
        for table in (table for table in COLUMNS if table in book.sheetnames):
            lines = book[table].iter_rows(values_only=True)
            names = [str(name or "") for name in next(lines, ())]
            for number, values in enumerate(lines, 2):
                cells = {key: workbooks.typed(value) for key, value in zip(names, values, strict=False) if key}
                if any(cells.values()):
                    yield Row(table, cells, number)
