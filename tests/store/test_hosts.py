"""Connections, sendings and subscriptions on each kind of database: held by one, taken by one, moved on once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from assistant import store

NOW = datetime(2026, 11, 11, 2, tzinfo=UTC)
SOON, LATER = NOW + timedelta(seconds=15), NOW + timedelta(seconds=30)


@pytest.fixture
def database(database_url: str) -> Iterator[store.Store]:
    opened = store.open_store(database_url)
    yield opened
    opened.close()


def test_a_connection_is_held_by_one_node_until_its_lease_is_over(database: store.Store) -> None:
    put = partial(
        store.hosts.put, shop="default", host="matrix", settings={"a": 1}, sealed="x", sends=True, cursor="s1", now=NOW
    )
    database.write_now(put)
    (found,) = database.read_now(store.hosts.every)

    def hold(me: str, now: datetime) -> bool:
        return database.write_now(lambda tx: store.hosts.hold(tx, found.id, me, now, now + (SOON - NOW)))

    assert hold("one", NOW)
    assert hold("one", NOW)
    assert not hold("two", NOW)
    assert database.write_now(lambda tx: store.hosts.advance(tx, found.id, "one", "s2"))
    assert not database.write_now(lambda tx: store.hosts.advance(tx, found.id, "two", "s9"))
    assert hold("two", LATER)
    assert not database.write_now(lambda tx: store.hosts.advance(tx, found.id, "one", "s3"))
    database.write_now(lambda tx: store.hosts.heard(tx, found.id, 3, LATER))
    database.write_now(lambda tx: store.hosts.failed(tx, found.id, "away" * 500, LATER))
    row = database.read_now(lambda tx: store.hosts.find(tx, "default", "matrix"))
    assert row is not None
    assert (row.cursor, row.heard, row.held_by, len(row.failure or "")) == ("s2", 3, "two", 500)
    database.write_now(partial(put, cursor="s7", now=LATER))
    again = database.read_now(lambda tx: store.hosts.get(tx, row.id))
    assert again is not None
    assert (again.cursor, again.heard, again.held_by, again.failure) == ("s7", 3, None, None)
    assert database.write_now(lambda tx: store.hosts.remove(tx, "default", "matrix"))
    assert not database.write_now(lambda tx: store.hosts.remove(tx, "default", "matrix"))


def test_messages_of_a_chat_go_out_in_order_each_taken_by_one(database: store.Store) -> None:
    def add(tx: store.Transaction) -> None:
        for key, chat in (("a", 1), ("b", 1), ("c", 2)):
            store.host_sendings.add(
                tx, shop="default", connection=1, conversation=chat, key=key, agent="lin", text=key, now=NOW
            )

    database.write_now(add)

    def ready(now: datetime = NOW) -> list[str]:
        return [one.key for one in database.read_now(lambda tx: store.host_sendings.ready(tx, now))]

    assert ready() == ["a", "c"]
    first = database.read_now(lambda tx: store.host_sendings.ready(tx, NOW))[0]
    assert database.write_now(lambda tx: store.host_sendings.take(tx, first, SOON))
    assert not database.write_now(lambda tx: store.host_sendings.take(tx, first, SOON))
    assert ready() == ["c"]
    assert ready(LATER) == ["c", "a"]  # its taker has given up
    assert database.write_now(lambda tx: store.host_sendings.put(tx, first, "sent", external="m1"))
    assert not database.write_now(lambda tx: store.host_sendings.put(tx, first, "failed"))
    assert ready() == ["b", "c"]
    sent = database.read_now(lambda tx: store.host_sendings.by_key(tx, "default", "a"))
    assert sent is not None
    assert (sent.state, sent.external, sent.text, sent.attempts) == ("sent", "m1", "", 1)
    assert [one.key for one in database.read_now(lambda tx: store.host_sendings.open_in(tx, 1))] == ["b"]


def test_a_subscription_is_taken_by_one_node_and_moves_on(database: store.Store) -> None:
    add = partial(
        store.subscriptions.add,
        shop="default",
        address="https://x",
        facts=["order.paid"],
        sealed="s",
        cursor=0,
        now=NOW,
    )
    id = database.write_now(add)
    (found,) = database.read_now(lambda tx: store.subscriptions.behind(tx, 9, NOW))
    assert database.write_now(lambda tx: store.subscriptions.take(tx, found, SOON))
    assert not database.write_now(lambda tx: store.subscriptions.take(tx, found, SOON))
    assert database.read_now(lambda tx: store.subscriptions.behind(tx, 9, NOW)) == []
    database.write_now(lambda tx: store.subscriptions.failed(tx, id, "away", LATER, NOW))
    database.write_now(lambda tx: store.subscriptions.bury(tx, found, 1, 9, 4, "away", NOW))
    database.write_now(lambda tx: store.subscriptions.go_on(tx, id, 9, NOW))
    database.write_now(lambda tx: store.subscriptions.told(tx, id, 4, NOW))
    row = database.read_now(lambda tx: store.subscriptions.get(tx, "default", id))
    assert row is not None
    assert (row.cursor, row.attempts, row.told, row.failure, row.facts) == (9, 0, 4, None, ["order.paid"])
    assert [(one.first, one.last) for one in database.read_now(lambda tx: store.subscriptions.dead(tx, "default"))] == [
        (1, 9)
    ]
    assert database.write_now(lambda tx: store.subscriptions.remove(tx, "default", id))
    assert database.read_now(lambda tx: store.subscriptions.dead(tx, "default")) == []
    assert database.read_now(store.subscriptions.newest_fact) == 0
