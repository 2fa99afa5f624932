"""Brings the trainers' tables in from files and out to files: YAML, CSV, XLSX. Not for checking them (`domain`)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import PurePath
from zipfile import BadZipFile

import yaml
from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from assistant import store
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.problems import Complaint
from assistant.domain.replies import completed
from assistant.domain.scripts import Scripts
from assistant.domain.yaml_tables import read_tables
from assistant.services.exchange_rows import COLUMNS, Row, plain, rows_of, yaml_of
from assistant.services.scripts import Prepared, prepare, publish

FORMATS = (".yaml", ".yml", ".csv", ".xlsx")
ALL_COLUMNS = ("table", *dict.fromkeys(name for names in COLUMNS.values() for name in names))


def published(tx: store.Transaction, shop: str) -> Scripts:
    """The newest tables of a shop. Raises NotFound if it has none yet."""
    version = store.scripts.newest(tx, shop)
    found = None if version is None else store.scripts.get(tx, shop, version)
    if found is None:
        raise NotFound(f"the shop {shop!r} has no tables yet: they come with its first event")
    return Scripts.model_validate_json(found.content)


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
    ending = _format(name)
    if ending in (".csv", ".xlsx"):
        rows = list(_csv_rows(content, name) if ending == ".csv" else _xlsx_rows(content, name))
        text, lines = yaml_of(rows)
    else:
        text, lines = _decoded(content, name), []
    scripts, complaints = read_tables({"exchange.yaml": text}, shipped)
    found = [_placed(complaint, PurePath(name).name, lines) for complaint in complaints]
    return completed(scripts, shipped) if not found else scripts, found


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
        raise InvalidInput(f"{name} is of no format known here: name it …{', …'.join(FORMATS)}")
    return ending


def _placed(complaint: Complaint, name: str, lines: list[int]) -> Complaint:
    """Where it is in the file that people see: the row of a spreadsheet has no columns of text."""
    if not lines:
        return Complaint(name, complaint.line, complaint.column, complaint.message, complaint.advice)
    line = lines[min(complaint.line, len(lines)) - 1]
    return Complaint(name, line, 1, complaint.message, complaint.advice)


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{name} is not UTF-8: save it as UTF-8 (in Excel: CSV UTF-8)") from error


# --- CSV: one sheet for all tables -----------------------------------------------------------------------------------


def _csv(scripts: Scripts) -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, ALL_COLUMNS, restval="")
    writer.writeheader()
    writer.writerows({"table": row.table, **row.cells} for row in rows_of(scripts))
    # Excel takes a file for UTF-8 only when it begins with this mark.
    return written.getvalue().encode("utf-8-sig")


def _csv_rows(content: bytes, name: str) -> Iterator[Row]:
    reader = csv.DictReader(io.StringIO(_decoded(content, name), newline=""))
    if "table" not in (reader.fieldnames or ()):
        raise InvalidInput(f"{name} has no column `table`: `assistant scripts export` shows the form")
    try:
        for cells in reader:
            given = {key: cell or "" for key, cell in cells.items() if isinstance(key, str)}
            if any(given.values()):
                yield Row(given.pop("table"), given, reader.line_num)
    except csv.Error as error:
        raise InvalidInput(f"{name}, line {reader.line_num}: {error}") from error


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
                    cell = sheet.cell(number, place, row.cells[name])
                    # A text that begins with = is a text.
                    cell.data_type = "s"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _by_table(scripts: Scripts) -> list[Row]:
    order = list(COLUMNS)
    return sorted(rows_of(scripts), key=lambda row: order.index(row.table))


def _xlsx_rows(content: bytes, name: str) -> Iterator[Row]:
    try:
        book = load_workbook(io.BytesIO(content), read_only=True)
    except (InvalidFileException, BadZipFile, KeyError, OSError) as error:
        raise InvalidInput(f"{name} is no XLSX workbook ({error})") from error
    for table in (table for table in COLUMNS if table in book.sheetnames):
        lines = book[table].iter_rows(values_only=True)
        names = [str(name or "") for name in next(lines, ())]
        for number, values in enumerate(lines, 2):
            cells = {key: _text(value) for key, value in zip(names, values, strict=False) if key}
            if any(cells.values()):
                yield Row(table, cells, number)
    book.close()


def _text(value: object) -> str:
    """A cell as it was typed: Excel makes 7 of "7" and keeps whole numbers as 7.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
