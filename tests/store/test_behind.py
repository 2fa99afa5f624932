"""PostgreSQL: what a transaction writes goes in few journeys, and none of them reads more than it changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant import store

MANY = 10_000


@pytest.fixture
def crowded(postgres_url: str) -> Iterator[store.Store]:
    """A shop with ten thousand chats, which the planner knows of."""
    opened = store.open_store(postgres_url)
    opened.write_now(_fill)
    yield opened
    opened.close()


def _fill(tx: store.Transaction) -> None:
    buyer = store.buyers.add(tx, "s", "demo", "b").id
    tx.driver.execute(
        "INSERT INTO conversations (shop, platform, external, buyer)"
        f" SELECT 's', 'demo', 'c' || n, {buyer} FROM generate_series(1, {MANY}) AS n"
    )
    tx.driver.execute("ANALYZE conversations")


def test_changing_one_chat_of_ten_thousand_reads_no_whole_table(crowded: store.Store) -> None:
    def change(tx: store.Transaction) -> int:
        chat = store.conversations.find(tx, "s", "demo", "c7")
        assert chat is not None
        chat.version += 1
        before = _read_whole(tx)
        with store.without_waiting(tx):
            store.conversations.save(tx, chat)
        return _read_whole(tx) - before

    assert crowded.write_now(change) == 0
    found = crowded.read_now(lambda tx: store.conversations.find(tx, "s", "demo", "c7"))
    assert found is not None
    assert found.version == 1


def _read_whole(tx: store.Transaction) -> int:
    """Rows of the chats that this transaction has read one after another, without an index."""
    query = "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'conversations'"
    return int(tx.driver.execute(query).fetchone()[0])
