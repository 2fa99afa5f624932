"""Whole copies of an SQLite database: taken while others write to it, checked, and put back. PostgreSQL: `dumps.py`."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from assistant.domain.errors import Conflict, InvalidInput
from assistant.store.migrations import steps

# Pages between two reports of how far it is; a reader of one moment never keeps the writer waiting.
AT_A_TIME = 2_000
Told = Callable[[int], None]


def save(database: Path, file: Path, told: Told) -> None:
    """Copy a database as it is at one moment. `told` hears how many pages are done. Raises Conflict if `file` is there
    already or the copy does not pass SQLite's check."""
    with new_file(file) as part, _copied(database, part, told) as copy:
        _check(copy, database)


def put_back(file: Path, database: Path, told: Told, *, overwrite: bool) -> None:
    """Make `database` what was saved in `file`. Raises InvalidInput if that is no sound copy, and Conflict if there is
    a database that may not be overwritten or that somebody uses."""
    if database.exists() and not overwrite:
        raise Conflict(f"{database} is there already: name another database, or add --overwrite, by which it is lost")
    part = database.with_name(f"{database.name}.restoring")
    with _removed_in_the_end(part):
        with _copied(file, part, told) as copy:
            _check(copy, file)
            refuse_if_newer(_revision(copy, file))
        if database.exists():
            _refuse_if_used(database)
        for beside in ("-wal", "-shm", "-journal"):
            # What belonged to the old file would be taken for the new one's.
            database.with_name(database.name + beside).unlink(missing_ok=True)
        part.replace(database)
    _keep_names(database.parent)


def refuse_if_newer(revision: str) -> None:
    """Raises InvalidInput for a step of the migrations that this program does not know."""
    if revision not in steps():
        raise InvalidInput(f"this copy is of a newer version (its step is {revision}): install that version first")


@contextmanager
def new_file(file: Path) -> Iterator[Path]:
    """A file of this name, which is there only once all of it is; only its owner may read it."""
    part = file.with_name(f"{file.name}.part")
    with _removed_in_the_end(part):
        _refuse_if_there(file)
        yield part
        _refuse_if_there(file)
        part.replace(file)
    _keep_names(file.parent)


def _refuse_if_there(file: Path) -> None:
    if file.exists():
        raise Conflict(f"{file} is there already: name another file")


@contextmanager
def _removed_in_the_end(part: Path) -> Iterator[None]:
    """Make an empty file that others may not read, and leave nothing of it under this name."""
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield
    except OSError as error:
        raise InvalidInput(f"cannot write {part}: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)


def _keep_names(folder: Path) -> None:
    """A file that was renamed is there after a loss of power only once its folder is on disk."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


@contextmanager
def _copied(source: Path, target: Path, told: Told) -> Iterator[sqlite3.Connection]:
    """The copy of a whole database as a single file, open."""
    if not source.is_file():
        raise InvalidInput(f"there is no file {source}")
    try:
        with closing(_opened(source)) as read, closing(_opened(target)) as written:
            # One moment for all of it: otherwise the copying begins anew whenever somebody writes.
            read.execute("BEGIN")
            read.execute("SELECT count(*) FROM sqlite_master").fetchone()
            read.backup(written, pages=AT_A_TIME, progress=lambda _, left, pages: told(pages - left))
            written.execute("PRAGMA journal_mode=DELETE")
            yield written
    except sqlite3.DatabaseError as error:
        raise InvalidInput(f"{source} cannot be copied: {error}") from error


def _opened(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=10)


def _check(copy: sqlite3.Connection, source: Path) -> None:
    found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise InvalidInput(f"{source} is damaged ({found}): use another copy")


def _revision(copy: sqlite3.Connection, source: Path) -> str:
    try:
        return str(copy.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    except (sqlite3.OperationalError, TypeError) as error:
        raise InvalidInput(f"{source} is no database of this service") from error


def _refuse_if_used(database: Path) -> None:
    """Whoever has read a database in WAL mode holds a lock on it until they close it."""
    try:
        with closing(_opened(database)) as alone:
            alone.execute("PRAGMA busy_timeout=500")
            alone.execute("PRAGMA locking_mode=EXCLUSIVE")
            alone.execute("BEGIN EXCLUSIVE")
            alone.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        raise Conflict(f"somebody uses {database} ({error}): stop the service first") from error
    except sqlite3.DatabaseError as error:
        raise Conflict(f"{database} is no database ({error}): remove it, or name another one") from error
