"""PostgreSQL: requests that say what they are about share a transaction, and none is worse off for it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from assistant import store
from assistant.domain.errors import Unavailable
from assistant.store import locks
from assistant.store.locks import About, Named
from assistant.store.messages import Message
from assistant.store.writing.gathering import GATHERERS
from tests.postgres import Server
from tests.until import PATIENCE, until

NOW = datetime(2026, 11, 11, tzinfo=UTC)
Work = Callable[[store.Transaction], Any]


@pytest.fixture
def database(postgres_url: str) -> Iterator[store.Store]:
    opened = store.open_store(postgres_url)
    yield opened
    opened.close()


def about(event: str, buyer: str = "b1") -> About:
    return About("s", NOW, Named(buyers=[("demo", buyer)], conversations=[("demo", buyer)], events=[("demo", event)]))


def takes(event: str, buyer: str = "b1") -> Work:
    """Like an event of a chat: whether it came for the first time, who was known, one more message."""

    def work(tx: store.Transaction) -> tuple[bool, bool]:
        fresh = store.events.first_time(tx, "s", "demo", event, NOW)
        known = tx.kept.rows("conversations").get(("s", "demo", buyer)) or store.conversations.find(
            tx, "s", "demo", buyer
        )
        if fresh:
            chat = known or store.conversations.add(tx, "s", "demo", buyer, store.buyers.add(tx, "s", "demo", buyer).id)
            tx.kept.rows("conversations")["s", "demo", buyer] = chat
            chat.version += 1
            store.messages.add(tx, shop="s", conversation=chat.id, external=event, at=NOW, side="buyer", agent=None,
                               origin="human", text=event, script=None, item=None)  # fmt: skip
            store.conversations.save(tx, chat)
        return fresh, known is not None

    return work


def fails(tx: store.Transaction) -> None:
    takes("lost")(tx)
    raise ValueError("in the middle")


@contextmanager
def queueing(database: store.Store) -> Iterator[Callable[[Work, About], Future[Any]]]:
    """Whatever is submitted inside is in line together, and one gatherer takes it: somebody else holds the buyers for
    whom they wait, and lets go of the others' only when it is stored."""
    go, ends, lined = [threading.Event() for _ in range(GATHERERS)], list[Future[Any]](), list[Future[Any]]()
    for n, event in enumerate(go):
        ends.append(held_until(database, f"busy-{n}", event))
        ends.append(database._writer.submit(takes(f"wait-{n}", f"busy-{n}"), about(f"wait-{n}", f"busy-{n}")))
        asyncio.run(until(lambda n=n: database.waiting()[0] == n + 1))  # type: ignore[misc]  # the holders alone: it is taken

    def submit(work: Work, what: About) -> Future[Any]:
        lined.append(database._writer.submit(work, what))
        return lined[-1]

    try:
        yield submit
    finally:
        go[0].set()
        wait(lined, PATIENCE)
        for event in go:
            event.set()
        for future in ends:
            future.result(PATIENCE)


def held_until(database: store.Store, buyer: str, go: threading.Event) -> Future[Any]:
    """A request that keeps a buyer to itself until it may go."""
    held = threading.Event()

    def hold(tx: store.Transaction) -> None:
        locks.named(Named(buyers=[("demo", buyer)]))(tx, "s")
        held.set()
        go.wait(PATIENCE)

    found = database._writer.submit(hold)
    held.wait(PATIENCE)
    return found


def said(database: store.Store, buyer: str = "b1") -> list[str]:
    def read(tx: store.Transaction) -> list[Message]:
        chat = store.conversations.find(tx, "s", "demo", buyer)
        return store.messages.all_of(tx, chat.id) if chat else []

    return [message.text for message in database.read_now(read)]


def test_requests_in_line_share_a_commit_and_each_sees_what_those_before_it_left(database: store.Store) -> None:
    with queueing(database) as submit:
        commits = database.written.commits
        found = [submit(takes(f"e{n}"), about(f"e{n}")) for n in range(10)]
    assert [future.result(PATIENCE) for future in found] == [(True, False), *[(True, True)] * 9]
    assert said(database) == [f"e{n}" for n in range(10)]
    assert database.written.commits - commits <= GATHERERS + 3  # they, their holders, those in line


def test_an_event_that_comes_twice_in_one_batch_is_taken_once(database: store.Store) -> None:
    with queueing(database) as submit:
        found = [submit(takes("e1"), about("e1")) for _ in range(3)]
    assert [future.result(PATIENCE)[0] for future in found] == [True, False, False]
    assert database.write_now(takes("e1"), about("e1")) == (False, True)
    assert said(database) == ["e1"]


def test_a_failed_request_leaves_nothing_and_its_neighbours_stay(database: store.Store) -> None:
    with queueing(database) as submit:
        works = {"one": takes("one"), "lost": fails, "two": takes("two")}
        before, failed, after = (submit(work, about(event)) for event, work in works.items())
    with pytest.raises(ValueError, match="in the middle"):
        failed.result(PATIENCE)
    assert (before.result(PATIENCE)[0], after.result(PATIENCE)[0]) == (True, True)
    assert said(database) == ["one", "two"]
    assert database.write_now(takes("lost"), about("lost")) == (True, True)


def test_what_a_request_writes_is_seen_by_its_own_reading(database: store.Store) -> None:
    def work(tx: store.Transaction) -> list[str]:
        takes("e1")(tx)
        chat = store.conversations.find(tx, "s", "demo", "b1")
        assert chat is not None
        return [message.text for message in store.messages.all_of(tx, chat.id)]

    assert database.write_now(work, about("e1")) == ["e1"]


def test_rows_of_a_table_with_a_column_called_key_go_together_too(database: store.Store) -> None:
    def work(tx: store.Transaction) -> list[str]:
        for chat, key in enumerate("ab"):
            store.host_sendings.add(
                tx, shop="s", connection=1, conversation=chat, key=key, agent="a1", text="亲", now=NOW
            )
        return [sending.key for sending in store.host_sendings.ready(tx, NOW)]

    assert database.write_now(work, about("e1")) == ["a", "b"]


def test_a_batch_whose_connection_is_cut_is_carried_out_again(database: store.Store, postgres: Server) -> None:
    cut = list[int]()

    def work(tx: store.Transaction) -> tuple[bool, bool]:
        taken = takes("e1")(tx)
        if not cut:
            cut.append(tx.driver.info.backend_pid)
            postgres.run(f"SELECT pg_terminate_backend({cut[0]}, 60000)")
        store.shops.every(tx)
        return taken  # type: ignore[no-any-return]

    assert database.write_now(work, about("e1"))[0] is True
    assert said(database) == ["e1"]


def test_after_closing_nothing_is_taken(postgres_url: str) -> None:
    database = store.open_store(postgres_url)
    database.close()
    with pytest.raises(Unavailable):
        database.write_now(takes("e1"), about("e1"))
