"""The composition root: knows every concrete class and puts them together. Here what every command needs: the store
and the desks on it. The web service is put together in `service.py`, which takes longer to import."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from assistant import store
from assistant.domain.errors import InvalidInput
from assistant.domain.practice import Cast
from assistant.domain.problems import Complaint
from assistant.domain.replies import completed
from assistant.domain.scripts import Scripts
from assistant.services.desks import Desks
from assistant.services.scripts import Library, read_folder, read_practice_folder
from assistant.settings import Settings
from assistant.store.migrations import migrate


def database_url(settings: Settings) -> str:
    """Where data is kept: as set, else the demo's file."""
    return settings.database or f"sqlite:///{settings.data / 'demo.db'}"


@contextmanager
def opened_store(url: str) -> Iterator[store.Store]:
    """A migrated, open database; what is queued is stored before it closes."""
    migrate(url)
    opened = store.open_store(url)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def opened_desks(settings: Settings, url: str, scenarios: Path | None = None) -> Iterator[Desks]:
    """Desks on a database, without a bus; `scenarios` replaces the shipped tables of new shops."""
    with opened_store(url) as opened:
        yield Desks(opened, Library(tables(settings, scenarios)))


def tables(settings: Settings, scenarios: Path | None = None) -> Scripts:
    """The shipped tables, or a folder's completed by the shipped ones. Raises InvalidInput if they do not pass."""
    shipped = _passing(settings.scenarios, settings.quick_replies)
    return shipped if scenarios is None else completed(_passing(scenarios, shipped=shipped), shipped)


def cast(settings: Settings, shipped: Scripts) -> Cast:
    """The buyers to practise with. Raises InvalidInput if their files do not pass."""
    found, complaints = read_practice_folder(settings.scenarios, [row.id for row in shipped.situations])
    if complaints:
        raise _refused(settings.scenarios, complaints)
    return found


def _passing(*folders: Path, shipped: Scripts | None = None) -> Scripts:
    scripts, complaints = read_folder(*folders, shipped=shipped)
    if complaints:
        raise _refused(folders[0], complaints)
    return scripts


def _refused(folder: Path, complaints: Sequence[Complaint]) -> InvalidInput:
    listed = "\n".join(map(str, complaints[:20]))
    return InvalidInput(f"{folder} does not pass `assistant check` ({len(complaints)} complaints):\n{listed}")
