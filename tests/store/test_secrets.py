"""Secrets that are kept: the first one stays, and whoever only asks for it waits for nobody."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant import store


@pytest.fixture
def database(database_url: str) -> Iterator[store.Store]:
    opened = store.open_store(database_url)
    yield opened
    opened.close()


def test_a_kept_secret_is_told_to_readers_while_somebody_writes(database: store.Store) -> None:
    def ask(tx: store.Transaction) -> str:
        return store.secrets.kept(tx, "sealing", "another")

    def write(tx: store.Transaction) -> str:
        store.secrets.kept(tx, "signing", "s")
        return database.read_now(ask)

    assert database.write_now(lambda tx: store.secrets.kept(tx, "sealing", "first")) == "first"
    assert database.write_now(write) == "first"
