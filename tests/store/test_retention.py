"""What is old is found by an index on both databases: each table grows for years, and is asked every day."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant import store
from assistant.store.retention import TEXTS, TRACES, Kind, finding


def plan(tx: store.Transaction, kind: Kind) -> str:
    """How the database means to look for what is old, were its tables large."""
    dialect = tx.connection.dialect
    compiled = finding(kind, datetime(2026, 11, 11, tzinfo=UTC)).compile(dialect=dialect)
    values = {name: value if isinstance(value, int) else 0 for name, value in compiled.params.items()}
    if dialect.name == "sqlite":
        ordered = tuple(values[name] for name in compiled.positiontup or ())
        return str(tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", ordered).all())
    tx.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    return str(tx.connection.exec_driver_sql(f"EXPLAIN {compiled}", values).all())


@pytest.mark.parametrize("kind", [*TEXTS, *TRACES], ids=lambda kind: kind.table.name)
def test_what_is_old_is_found_by_its_index(database_url: str, kind: Kind) -> None:
    opened = store.open_store(database_url)
    try:
        found = opened.write_now(lambda tx: plan(tx, kind))
    finally:
        opened.close()
    assert f"ix_{kind.table.name}_{'held' if kind.still else kind.time}" in found
    assert "SCAN" not in found.replace("Index Scan", "").replace("Index Only Scan", "")
