"""Copies of whole databases, by the kind of database: puts the store's two ways behind one name."""

from __future__ import annotations

from pathlib import Path

from assistant.domain.errors import InvalidInput
from assistant.settings import environment
from assistant.store import backups, dumps
from assistant.store.engine import parsed


def back_up(url: str, file: Path, told: backups.Told) -> None:
    """Copy a database into a new file while others write. `told` hears how many pages are done (SQLite)."""
    place = parsed(url)
    if place.get_backend_name() == "sqlite":
        backups.save(Path(place.database or ""), file, told)
    else:
        dumps.save(place, file, environment())


def restore(file: Path, url: str, told: backups.Told, *, overwrite: bool) -> None:
    """Make a database what a file says. Raises InvalidInput if the file is none, or of the other kind of database."""
    place, dumped = parsed(url), _begins(file).startswith(dumps.MARK)
    if dumped is (place.get_backend_name() == "sqlite"):
        kind = "PostgreSQL" if dumped else "SQLite"
        raise InvalidInput(f"{file} is a copy of {kind}, and the database named is none: say which with --database")
    if dumped:
        dumps.put_back(file, place, environment(), overwrite=overwrite)
    else:
        backups.put_back(file, Path(place.database or ""), told, overwrite=overwrite)


def _begins(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(16)
    except OSError as error:
        raise InvalidInput(f"cannot read {file}: {error.strerror or error}") from error
