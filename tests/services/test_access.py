"""Who may come in first, where several nodes start at once on an empty database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from assistant import store
from assistant.services.staff import first_administrator

NOW = datetime(2026, 11, 11, tzinfo=UTC)


def test_nodes_that_start_at_once_make_one_administrator(postgres_url: str) -> None:
    opened = store.open_store(postgres_url)
    try:
        with ThreadPoolExecutor(4) as nodes:
            told = nodes.map(lambda _: opened.write_now(lambda tx: first_administrator(tx, "default", NOW)), range(4))
            assert sum(password is not None for password in told) == 1
        assert opened.read_now(_added) == ["admin"], "and the audit tells of it"
    finally:
        opened.close()


def _added(tx: store.Transaction) -> list[str]:
    found = tx.driver.execute("SELECT data::json ->> 'of' FROM facts WHERE name = 'person.added'").fetchall()
    return [of for (of,) in found]
