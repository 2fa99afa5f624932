"""What a writer need not read again: rows as its own transactions have left them, while nobody else has written.

Only the single writer of SQLite keeps anything from one transaction to the next. It forgets everything when another
process has written, when something of its own failed, and when a statement changes one of these tables past the
objects kept here. Whose objects they are is the callers' matter (`services/desk.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

T = TypeVar("T")

# Tables whose rows are kept as objects: a statement that writes to them does so from such an object
# (`Statement(…, keeps=True)`), or empties the memory.
OBJECTS = frozenset({"buyers", "conversations", "follow_ups", "messages", "suggestions"})
# Tables of which only answers are kept: every statement that writes to one of them drops its answers.
ANSWERS = frozenset({"orders", "promotions", "tags"})
# Entries of a kind. When there are more, all are forgotten: reading one again costs what it always did.
MOST = 8_000


@dataclass(slots=True)
class Kept:
    """Objects by kind and key. `generation` grows whenever something is forgotten: who began before that has read
    what may have changed since, and leaves nothing here."""

    generation: int = 0
    _version: int | None = None
    _rows: defaultdict[str, dict[Any, Any]] = field(default_factory=lambda: defaultdict(dict))

    def seen(self, version: int) -> None:
        """How many commits of other connections the database counts, as read in this transaction."""
        if version != self._version:
            self._version = version
            self.forget()

    def forget(self) -> None:
        """Read everything anew from here on."""
        self.generation += 1
        self._rows.clear()

    def written(self, table: str) -> None:
        """A statement that knows nothing of what is kept has changed a table."""
        if table in ANSWERS:
            self._rows.pop(table, None)
        elif table in OBJECTS:
            self.forget()

    def answer(self, table: str, key: Any, read: Callable[[], T]) -> T:
        """What was read from a table, as long as nobody writes to it; whoever gets it leaves it as it is."""
        rows = self.rows(table)
        if key not in rows:
            rows[key] = read()
        found: T = rows[key]
        return found

    def rows(self, kind: str) -> dict[Any, Any]:
        """Objects of a kind by key; the caller may add to them."""
        rows = self._rows[kind]
        if len(rows) > MOST:
            self.forget()
            rows = self._rows[kind]
        return rows
