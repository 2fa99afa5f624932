"""Every database that was ever made can be brought up to date, with what is in it, and has then the tables we mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, Table, func, inspect, select
from sqlalchemy.engine.reflection import Inspector

from assistant.store import migrations
from assistant.store.engine import open_engine, writing
from assistant.store.tables import metadata
from tests.databases import Databases

STEPS = [
    script.revision for script in reversed(list(ScriptDirectory(str(next(iter(migrations.__path__)))).walk_revisions()))
]


@pytest.fixture
def engine(databases: Databases) -> Iterator[Engine]:
    made = open_engine(databases.bare())
    yield made
    made.dispose()


def described(engine: Engine) -> dict[str, object]:
    found = inspect(engine)
    return {
        table: (
            {str(c["name"]): (str(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(table)},
            found.get_pk_constraint(table)["constrained_columns"],
            sorted(_indexes(found, table)),
            sorted(str((u["name"], u["column_names"])) for u in found.get_unique_constraints(table)),
        )
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def _indexes(found: Inspector, table: str) -> Iterator[str]:
    for index in found.get_indexes(table):
        options: Mapping[str, Any] = index.get("dialect_options", {})
        where = options.get("sqlite_where", options.get("postgresql_where"))
        yield str((index["name"], index["column_names"], bool(index["unique"]), str(where)))


def test_migrations_make_exactly_the_tables_we_work_with(engine: Engine, databases: Databases) -> None:
    migrations.upgrade(engine)
    meant = open_engine(databases.bare())
    with writing(meant) as connection:
        metadata.create_all(connection)
    assert described(engine) == described(meant)
    meant.dispose()


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    migrations.upgrade(engine)
    before = described(engine)
    migrations.upgrade(engine)
    assert described(engine) == before


def test_every_step_keeps_the_rows_of_the_one_before(engine: Engine) -> None:
    kept, numbers = dict[str, int](), count(1)
    for step in STEPS:
        migrations.upgrade(engine, step)
        with writing(engine) as connection:
            now = MetaData()
            now.reflect(connection)
            counts = {name: connection.scalar(select(func.count()).select_from(now.tables[name])) for name in kept}
            assert counts == kept
            for name, table in now.tables.items():
                if name != "alembic_version":
                    connection.execute(table.insert(), [_row(table, next(numbers)) for _ in range(2)])
                    kept[name] = kept.get(name, 0) + 2
    assert set(kept) == set(metadata.tables)


def _row(table: Table, number: int) -> dict[str, object]:
    """A row with something in every column, unlike any other."""
    return {c.name: _value(c, number) for c in table.c if not (c.name == "id" and c.autoincrement is True)}


def _value(column: Any, number: int) -> object:
    kind: type = column.type.python_type
    if kind is bool:
        return True
    if kind is bytes:
        return b"1"
    if kind is str:
        return f"{number}"
    return kind(number)
