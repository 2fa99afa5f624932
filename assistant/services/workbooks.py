"""Opens XLSX files that strangers made: what unpacks to more than anybody writes by hand, or is broken, is refused.

Not for what stands in them (`exchange.py`, `personal_reply_files.py`).
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from zipfile import BadZipFile, ZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from assistant.domain.errors import InvalidInput

# A megabyte of file can unpack to a thousand. No entry is read beyond the size it declares.
MOST_UNPACKED = 32 * 1024 * 1024
# A broken file shows it wherever it is broken: in the archive, in its XML (a SyntaxError), in a value.
_BROKEN = (
    InvalidFileException, BadZipFile, LookupError, OSError, ValueError, TypeError, SyntaxError, EOFError, zlib.error,
    NotImplementedError, RuntimeError,
)  # fmt: skip


def typed(cell: object) -> str:
    """A cell as it was typed: Excel makes 7 of "7" and keeps whole numbers as 7.0."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell)


@contextmanager
def opened(content: bytes, name: str, *, formulas: bool) -> Iterator[Workbook]:
    """The workbook, to be read inside; `formulas`: as they were typed, else what they came to. Raises InvalidInput."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > MOST_UNPACKED:
            most = MOST_UNPACKED >> 20
            message = f"{name} unpacks to more than {most} MB: leave only the tables in it"
            raise InvalidInput(message, reason="file_too_large", most=most)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=not formulas)
        try:
            yield book
        finally:
            book.close()
    except _BROKEN as error:
        raise InvalidInput(f"{name} is no XLSX workbook", reason="file_unreadable") from error
