"""Everything a database holds, read at one moment, for those who check it. Not for judging (`ledger.py`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, select

from assistant import store
from assistant.domain.scripts import Scripts
from assistant.store.tables import metadata

Row = Mapping[str, Any]
# What says nothing of buyers, or would only make reading slow.
_LEFT_OUT = {"scripts", "secrets", "keys", "users", "memberships", "sessions", "practices"}


def grouped(rows: Iterable[Row], *names: str) -> dict[Any, list[Row]]:
    """Rows by the value of a column, or by a tuple of several."""
    found: defaultdict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[names[0]] if len(names) == 1 else tuple(row[name] for name in names)].append(row)
    return dict(found)


@dataclass(frozen=True)
class Books:
    """`tables`: every row by table, in the order of their keys; `scripts`: the published tables of each shop. The
    transaction stays open, so that what is read beside them is of the same moment."""

    tx: store.Transaction
    tables: Mapping[str, list[Row]]
    scripts: Mapping[str, Scripts]
    _ids: dict[str, dict[int, Row]] = field(default_factory=dict)

    def __getitem__(self, table: str) -> list[Row]:
        return self.tables[table]

    def by_id(self, table: str) -> dict[int, Row]:
        if table not in self._ids:
            self._ids[table] = {row["id"]: row for row in self[table]}
        return self._ids[table]


@contextmanager
def opened(engine: Engine) -> Iterator[Books]:
    """The books of a database as they stand now."""
    with engine.connect() as connection, connection.begin():
        tx = store.Transaction(connection)
        tables: dict[str, list[Row]] = {
            table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in metadata.sorted_tables
            if table.name not in _LEFT_OUT
        }
        yield Books(tx, tables, {row["id"]: _scripts(tx, row["id"]) for row in tables["shops"]})


def _scripts(tx: store.Transaction, shop: str) -> Scripts:
    version = store.scripts.newest(tx, shop)
    published = store.scripts.get(tx, shop, version) if version is not None else None
    return Scripts.model_validate_json(published.content) if published is not None else Scripts()
