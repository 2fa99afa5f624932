"""PostgreSQL: a request is kept whole or leaves nothing, also when it meets another one or the server goes away."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from assistant import store
from assistant.domain.errors import Unavailable
from assistant.store import locks
from tests.postgres import Server
from tests.until import PATIENCE

NOW = datetime(2026, 11, 11, tzinfo=UTC)


@pytest.fixture
def database(postgres_url: str) -> Iterator[store.Store]:
    opened = store.open_store(postgres_url)
    yield opened
    opened.close()


def adds(id: str) -> Callable[[store.Transaction], bool]:
    return lambda tx: store.shops.add(tx, id, NOW)


def shops(database: store.Store) -> list[str]:
    return [shop.id for shop in database.read_now(store.shops.every)]


def test_a_request_that_fails_leaves_nothing(database: store.Store) -> None:
    def fails(tx: store.Transaction) -> None:
        store.shops.add(tx, "half", NOW)
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="in the middle"):
        database.write_now(fails)
    assert shops(database) == []


def test_two_who_wait_for_each_other_both_end_well(database: store.Store) -> None:
    meet, tries = threading.Barrier(2), list[str]()

    def takes(first: str, second: str) -> Callable[[store.Transaction], None]:
        def work(tx: store.Transaction) -> None:
            tries.append(first)
            store.secrets.replace(tx, first, second)
            store.secrets.find(tx, first)  # a statement without an answer may still be on its way
            if len(tries) <= 2:
                meet.wait(PATIENCE)
            store.secrets.replace(tx, second, first)

        return work

    for name in ("a", "b"):
        database.write_now(lambda tx, name=name: store.secrets.kept(tx, name, "none"))  # type: ignore[misc]
    writer = database._writer
    for future in [writer.submit(takes("a", "b")), writer.submit(takes("b", "a"))]:
        future.result(PATIENCE)
    assert len(tries) >= 3  # the one that was ended comes again, and may meet the other once more


def test_a_server_that_was_started_again_is_used_again_at_once(database: store.Store, postgres: Server) -> None:
    meet = threading.Barrier(4)

    def together(tx: store.Transaction) -> None:
        store.shops.every(tx)
        meet.wait(PATIENCE)

    for future in [database._writer.submit(together) for _ in range(4)]:
        future.result(PATIENCE)  # four connections are open now, none of which survives
    postgres.control("restart")
    assert shops(database) == []
    assert database.write_now(adds("after")) is True
    assert shops(database) == ["after"]


def test_a_request_whose_connection_is_cut_in_the_middle_is_carried_out_again(
    database: store.Store, postgres: Server
) -> None:
    cut = list[int]()

    def work(tx: store.Transaction) -> int:
        store.shops.add(tx, "one", NOW)
        if not cut:
            cut.append(tx.driver.info.backend_pid)
            postgres.run(f"SELECT pg_terminate_backend({cut[0]}, 60000)")
        return len(store.shops.every(tx))

    assert database.write_now(work) == 1
    assert shops(database) == ["one"]


def test_a_commit_without_an_answer_is_told_and_not_repeated(database: store.Store, postgres: Server) -> None:
    tries = list[int]()

    def work(tx: store.Transaction) -> None:
        store.shops.add(tx, "one", NOW)
        tries.append(tx.driver.info.backend_pid)
        postgres.run(f"SELECT pg_terminate_backend({tries[0]}, 60000)")

    with pytest.raises(Unavailable):
        database.write_now(work)
    assert len(tries) == 1


def test_a_reader_sees_one_moment(database: store.Store) -> None:
    def reads(tx: store.Transaction) -> tuple[int, int]:
        before = len(store.shops.every(tx))
        database.write_now(adds("meanwhile"))
        return before, len(store.shops.every(tx))

    assert database.read_now(reads) == (0, 0)


def test_work_alone_in_a_shop_waits_for_those_with_its_buyers_and_nobody_elses(database: store.Store) -> None:
    inside, go = threading.Event(), threading.Event()
    one, other = (locks.named(locks.Named(buyers=[("taobao", name)])) for name in ("b1", "b2"))

    def stays(tx: store.Transaction) -> None:
        one(tx, "s1")
        inside.set()
        go.wait(PATIENCE)

    held = database._writer.submit(stays)
    inside.wait(PATIENCE)
    alone = database._writer.submit(lambda tx: locks.whole_shop(tx, "s1"))
    database._writer.submit(lambda tx: locks.whole_shop(tx, "s2")).result(PATIENCE)
    assert not alone.done()
    go.set()
    held.result(PATIENCE)
    alone.result(PATIENCE)
    database._writer.submit(lambda tx: other(tx, "s1")).result(PATIENCE)
