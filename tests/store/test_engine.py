"""The file itself: how it is opened, whether the migrations make the tables we mean, whether indexes are used."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from assistant.domain.errors import InvalidInput, Unavailable
from assistant.store import conversations, facts, follow_ups, open_store, queue, suggestions
from assistant.store.engine import open_engine
from assistant.store.migrations import upgrade
from assistant.store.statements import Statement, Transaction

NOW = datetime(2026, 11, 11, tzinfo=UTC)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    upgrade(made)
    yield made
    made.dispose()


def test_a_commit_is_on_disk_and_readers_do_not_wait(engine: Engine) -> None:
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "no address"])
def test_addresses_that_keep_nothing_are_refused(url: str) -> None:
    with pytest.raises(InvalidInput):
        open_store(url)


def test_a_read_that_the_driver_refuses_is_a_reason_to_come_back_later(tmp_path: Path) -> None:
    opened = open_store(f"sqlite:///{tmp_path / 'empty.db'}")
    with pytest.raises(Unavailable):
        opened.read_now(lambda tx: follow_ups.next_due(tx))  # nobody has made the tables
    with pytest.raises(ZeroDivisionError):
        opened.read_now(lambda tx: 1 // 0)
    opened.close()


@pytest.mark.parametrize(
    ("statement", "values", "index"),
    [
        (follow_ups._NEXT, {}, "ix_follow_ups_armed"),
        (follow_ups._ACTIVE, {"buyer": 1}, "ix_follow_ups_active"),
        (follow_ups._SENT, {"buyer": 1}, "ix_follow_ups_sent"),
        (queue._HANDED, {"shop": "s"}, "ix_follow_ups_handed"),
        (queue._DUE, {"shop": "s"}, "ix_follow_ups_up"),
        (conversations._OVERVIEW, {"shop": "s"}, "ix_follow_ups_active"),
        (conversations._NAMED, {"shop": "s", "external": "c1"}, "ix_conversations_shop_external"),
        (suggestions._OPEN, {"conversation": 1}, "ix_suggestions_open"),
        (facts._QUICK_REPLIES, {"shop": "s", "agent": "a1", "after": NOW}, "ix_facts_quick_replies"),
    ],
)
def test_what_is_asked_often_is_read_from_its_own_index(
    engine: Engine, statement: Statement[object], values: dict[str, object], index: str
) -> None:
    with engine.connect() as connection:
        tx = Transaction(connection)
        prepared = statement._for(tx)
        plan = tx.driver.execute("EXPLAIN QUERY PLAN " + prepared.sql, prepared.arguments(values)).fetchall()
    assert index in str(plan)
