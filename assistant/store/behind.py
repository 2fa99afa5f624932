"""Writes that nobody waits for: collected in a transaction and sent together, before the next reading or the commit.

On PostgreSQL each statement is a journey there and back, and each row of a batch a message of its own: so all rows of a
statement go as one value. SQLite has nobody to wait for and does without.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from sqlalchemy import ARRAY, JSON, BigInteger, Table, TableValuedAlias, Update, bindparam, column, func, select, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.types import TypeEngine

from assistant.store.columns import to_json

# At most so many new keys are asked for at once; what is left over is lost, which only leaves gaps.
KEYS = 64

Row = Mapping[str, Any]


class Behind:
    """What is still to be sent. New rows go first, then the last state of each changed row: no row is changed before it
    is there, and of a row that is changed twice only the end matters."""

    __slots__ = ("_changed", "_keys", "_new", "_requests")

    def __init__(self, requests: int = 1) -> None:
        self._requests = requests
        self._new: dict[str, list[Row]] = {}
        self._changed: dict[str, dict[Hashable, Row]] = {}
        self._keys: dict[str, list[int]] = {}

    def add(self, sql: str, row: Row) -> None:
        """A new row for a statement that takes many."""
        self._new.setdefault(sql, []).append(row)

    def change(self, sql: str, key: Hashable, row: Row) -> None:
        """All that a statement, which takes many, writes to the row with this key."""
        self._changed.setdefault(sql, {})[key] = row

    def key(self, table: str, fetch: Callable[[str, int], list[int]]) -> int:
        """A key for a new row. They are fetched inside the transaction that holds the buyer, so that of one buyer's
        rows the later has the greater key, whichever node wrote it."""
        if not self._keys.get(table):
            self.expect(table, fetch(table, self.wanted))
        return self._keys[table].pop()

    @property
    def wanted(self) -> int:
        """How many keys of a table are fetched at once."""
        return min(KEYS, 2 * self._requests)

    def expect(self, table: str, keys: list[int]) -> None:
        """The keys that the next new rows of a table get, in this order."""
        self._keys[table] = keys[::-1]

    def send(self, driver: Any, cursor: Any) -> None:
        """Raises what the database says of any of them."""
        if not (self._new or self._changed):
            return
        groups = [*self._new.items(), *((sql, list(rows.values())) for sql, rows in self._changed.items())]
        self._new, self._changed = {}, {}
        with driver.pipeline():
            for sql, rows in groups:
                cursor.execute(sql, {"rows": to_json(rows), "keys": [row.get("key") for row in rows]})


def inserting(table: Table, *names: str) -> Insert:
    """INSERT of these columns of all rows in one JSON value, `rows`."""
    rows = _rows({name: table.c[name].type for name in names})
    return insert(table).from_select(names, select(*(rows.c[name] for name in names)))


def updating(table: Table, *names: str) -> Update:
    """UPDATE of these columns of all rows in one JSON value, each found by its `key`.

    `keys` are the same once more: the planner takes any JSON for a hundred rows, and would read a whole table of ten
    thousand to change one."""
    rows = _rows({"key": table.c.id.type, **{name: table.c[name].type for name in names}})
    named = table.c.id == func.any(bindparam("keys", type_=ARRAY(BigInteger)))
    return update(table).where(table.c.id == rows.c.key, named).values({name: rows.c[name] for name in names})


def _rows(types: Mapping[str, TypeEngine[Any]]) -> TableValuedAlias:
    given = func.json_to_recordset(bindparam("rows", type_=JSON))
    return given.table_valued(*(column(name, type) for name, type in types.items())).render_derived(
        name="given", with_types=True
    )
