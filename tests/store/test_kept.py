"""What the writer remembers between transactions, and what makes it forget."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import bindparam, update

from assistant import store
from assistant.store.engine import open_engine
from assistant.store.kept import MOST, Kept
from assistant.store.migrations import upgrade
from assistant.store.statements import Statement
from assistant.store.tables import buyers
from assistant.store.tags import Tag

NOW = datetime(2026, 11, 11, tzinfo=UTC)
# A statement of somebody who knows nothing of what is kept.
PAST_THE_OBJECTS = Statement[int](update(buyers).values(nickname=bindparam("name")))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "store.db"
    engine = open_engine(f"sqlite:///{found}")
    upgrade(engine)
    engine.dispose()
    return found


@pytest.fixture
def database(path: Path) -> Iterator[store.Store]:
    opened = store.open_store(f"sqlite:///{path}")
    opened.write_now(lambda tx: store.shops.add(tx, "s1", NOW))
    yield opened
    opened.close()


def remembers(tx: store.Transaction) -> bool:
    return bool(tx.kept.rows("notes to self"))


def leave_a_note(tx: store.Transaction) -> None:
    tx.kept.rows("notes to self")["one"] = True


def test_a_transaction_finds_what_the_one_before_has_left(database: store.Store) -> None:
    database.write_now(leave_a_note)
    assert database.write_now(remembers)


def test_readers_remember_nothing(database: store.Store) -> None:
    database.write_now(leave_a_note)
    assert not database.read_now(remembers)


def test_a_write_of_another_process_is_noticed_before_the_next_transaction_begins(
    database: store.Store, path: Path
) -> None:
    database.write_now(leave_a_note)
    other = store.open_store(f"sqlite:///{path}")
    other.write_now(lambda tx: store.shops.add(tx, "s2", NOW))
    other.close()
    assert not database.write_now(remembers)


def test_after_a_failure_everything_is_read_anew(database: store.Store) -> None:
    def fails(tx: store.Transaction) -> None:
        leave_a_note(tx)
        raise ValueError("no")

    database.write_now(leave_a_note)
    with pytest.raises(ValueError, match="no"):
        database.write_now(fails)
    assert not database.write_now(remembers)


def test_a_statement_past_the_objects_empties_the_memory(database: store.Store) -> None:
    def past(tx: store.Transaction) -> bool:
        PAST_THE_OBJECTS.run(tx, name="x")
        return remembers(tx)

    database.write_now(leave_a_note)
    assert not database.write_now(past)


def test_an_answer_is_dropped_by_the_next_write_to_its_table(database: store.Store) -> None:
    def tags(tx: store.Transaction) -> list[list[Tag]]:
        buyer = store.buyers.add(tx, "s1", "taobao", "b1")
        found = [store.tags.of(tx, buyer.id)]
        store.tags.add(tx, buyer.id, Tag("free", "急"), "a1", NOW)
        return [*found, store.tags.of(tx, buyer.id)]

    assert database.write_now(tags) == [[], [Tag("free", "急")]]


def test_what_is_kept_has_a_limit() -> None:
    kept = Kept()
    kept.rows("buyers").update(dict.fromkeys(range(MOST + 1)))
    assert kept.rows("buyers") == {}
