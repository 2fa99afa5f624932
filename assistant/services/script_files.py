"""Files of tables taken in as drafts: what they would change, nothing at once. Not for reading them (`exchange.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assistant.domain.drafts import Difference, Draft, differences
from assistant.domain.script_rows import Name, reordered, rows, value_of
from assistant.domain.scripts import Scripts
from assistant.services import drafts
from assistant.services.desk import Desk


@dataclass(frozen=True, slots=True)
class Upload:
    """What a file would change of a draft: texts by row (None: the row is not in the file), and how they differ."""

    texts: Mapping[Name, str | None]
    differences: tuple[Difference, ...]


def compared(draft: Draft, brought: Scripts) -> Upload:
    """A file beside a draft. Tables that the file lacks as a whole stay as they are; of the others the file is all."""
    new = rows(brought)
    tables = _tables(new)
    texts: dict[Name, str | None] = {
        name: text for name, text in new.items() if not _says_the_same(draft.text(name), text)
    }
    texts |= {name: None for name in draft.texts if name.table in tables and name not in new}
    order = _order(draft, new, texts)
    return Upload({**texts, **order}, (*differences(draft.texts, texts), *differences(_now(draft, order), order)))


def _order(draft: Draft, new: Mapping[Name, str], texts: Mapping[Name, str | None]) -> dict[Name, str]:
    """How the file orders tables, where its rows would not stand so by themselves: new ones come last."""
    stay = [name for name in draft.texts if texts.get(name, "") is not None]
    by_themselves = dict.fromkeys((*stay, *(name for name in new if name not in draft.texts)), "")
    return {name: after for name, (_, after) in reordered(by_themselves, new).items() if name.id in _tables(new)}


def _tables(texts: Iterable[Name]) -> set[str]:
    return {name.table for name in texts}


def _now(draft: Draft, order: Iterable[Name]) -> dict[Name, str]:
    return {name: draft.text(name) or "" for name in order}


def _says_the_same(before: str | None, after: str) -> bool:
    return before == after or (before is not None and value_of(before) == value_of(after))


def take(desk: Desk, draft: Draft, upload: Upload, *, author: str) -> int:
    """Keep what a file changes as a draft; returns how many rows. Raises Conflict if the draft was changed since."""
    drafts.write_over(desk, draft, upload.texts, author=author)
    return len(upload.texts)
