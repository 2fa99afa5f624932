"""Shared commits: a request is kept whole or leaves nothing, and its answer comes after the commit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant import store
from assistant.domain.errors import Unavailable
from assistant.store.engine import open_engine
from assistant.store.migrations import upgrade
from assistant.store.writing import line
from assistant.store.writing.sqlite import SharedCommitWriter
from tests.until import PATIENCE

NOW = datetime(2026, 11, 11, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[store.Store]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    engine = open_engine(url)
    upgrade(engine)
    writer = SharedCommitWriter(engine)
    opened = store.Store(engine, writer)
    yield opened
    opened.close()


def adds(id: str) -> Callable[[store.Transaction], bool]:
    return lambda tx: store.shops.add(tx, id, NOW)


def shops(database: store.Store) -> list[str]:
    return [shop.id for shop in database.read_now(store.shops.every)]


def together(database: store.Store, *works: Callable[[store.Transaction], object]) -> list[Future[object]]:
    """Queue all of them while the writer is busy: they share its commit."""
    busy, go = threading.Event(), threading.Event()

    def hold(tx: store.Transaction) -> None:
        busy.set()
        go.wait(PATIENCE)

    writer = database._writer
    first = writer.submit(hold)
    busy.wait(PATIENCE)
    found = [writer.submit(work) for work in works]
    go.set()
    first.exception(PATIENCE)
    return found


def fails(tx: store.Transaction) -> None:
    store.shops.add(tx, "half", NOW)
    raise ValueError("in the middle")


def fills_the_disk(tx: store.Transaction) -> None:
    tx.driver.execute("PRAGMA max_page_count=1")
    try:
        store.secrets.kept(tx, "big", "x" * 5_000_000)
    finally:
        tx.driver.execute("PRAGMA max_page_count=1073741823")


def test_a_failed_request_leaves_nothing_and_its_neighbours_stay(database: store.Store) -> None:
    before, failed, after = together(database, adds("one"), fails, adds("two"))
    assert before.result(PATIENCE) is True
    with pytest.raises(ValueError, match="in the middle"):
        failed.result(PATIENCE)
    assert after.result(PATIENCE) is True
    assert shops(database) == ["one", "two"]


def test_nothing_is_seen_before_the_commit(database: store.Store) -> None:
    seen: list[list[str]] = []

    def looks(tx: store.Transaction) -> None:
        reader = threading.Thread(target=lambda: seen.append(shops(database)))
        reader.start()
        reader.join(PATIENCE)

    for future in together(database, adds("one"), looks):
        future.result(PATIENCE)
    assert seen == [[]]
    assert shops(database) == ["one"]


def test_after_a_full_disk_every_answer_agrees_with_what_is_stored(database: store.Store) -> None:
    one, full, two = together(database, adds("one"), fills_the_disk, adds("two"))
    with pytest.raises(Unavailable):
        full.result(PATIENCE)
    told = [id for id, future in (("one", one), ("two", two)) if future.exception(PATIENCE) is None]
    assert shops(database) == told
    assert database.write_now(adds("zz-later")) is True
    assert shops(database) == [*told, "zz-later"]


def test_commits_are_counted_and_the_requests_that_shared_one(database: store.Store) -> None:
    for future in together(database, adds("one"), adds("two")):
        future.result(PATIENCE)
    written = database.written
    assert (written.commits, written.requests, written.shared) == (1, 3, 3)  # with the one that held the others up
    database.write_now(adds("three"))
    assert (written.commits, written.requests, written.shared) == (2, 4, 3)


def test_a_full_queue_is_refused_at_once(database: store.Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line, "QUEUE", 2)
    small = SharedCommitWriter(database.engine)
    busy, go = threading.Event(), threading.Event()

    def hold(tx: store.Transaction) -> None:
        busy.set()
        go.wait(PATIENCE)

    held = small.submit(hold)
    busy.wait(PATIENCE)
    kept = [small.submit(adds("one")), small.submit(adds("two"))]
    with pytest.raises(Unavailable):
        small.submit(adds("three"))
    go.set()
    assert [future.result(PATIENCE) for future in kept] == [True, True]
    held.result(PATIENCE)
    small.close()


def test_a_request_taken_back_in_time_is_not_carried_out(database: store.Store) -> None:
    busy, go = threading.Event(), threading.Event()

    def hold(tx: store.Transaction) -> None:
        busy.set()
        go.wait(PATIENCE)

    first = database._writer.submit(hold)
    busy.wait(PATIENCE)
    gone, stays = database._writer.submit(adds("gone")), database._writer.submit(adds("stays"))
    assert gone.cancel()
    go.set()
    first.result(PATIENCE)
    stays.result(PATIENCE)
    assert shops(database) == ["stays"]


def test_after_closing_nothing_is_taken_and_what_was_queued_is_stored(tmp_path: Path, database: store.Store) -> None:
    writer = SharedCommitWriter(database.engine)
    queued = writer.submit(adds("one"))
    writer.close()
    assert queued.result(PATIENCE) is True
    with pytest.raises(Unavailable):
        writer.submit(adds("two"))


async def test_many_who_wait_on_one_loop_are_answered_each_with_their_own(database: store.Store) -> None:
    async def add(n: int) -> tuple[int, bool]:
        return n, await database.write(adds(f"shop-{n:02}"))

    assert await asyncio.gather(*map(add, range(40))) == [(n, True) for n in range(40)]
    assert len(shops(database)) == 40


async def test_who_stops_waiting_leaves_the_others_their_answers(database: store.Store) -> None:
    busy, go = threading.Event(), threading.Event()

    def hold(tx: store.Transaction) -> None:
        busy.set()
        go.wait(PATIENCE)

    held = database._writer.submit(hold)
    busy.wait(PATIENCE)
    impatient = asyncio.create_task(database.write(adds("gone")))
    patient = asyncio.create_task(database.write(adds("stays")))
    await asyncio.sleep(0)
    impatient.cancel()
    await asyncio.sleep(0)
    go.set()
    assert await patient is True
    assert held.exception(PATIENCE) is None
    assert shops(database) == ["stays"]


def test_a_defect_met_alone_leaves_nothing_and_is_told_as_it_is(database: store.Store) -> None:
    with pytest.raises(ValueError, match="in the middle"):
        database.write_now(fails)
    assert shops(database) == []
