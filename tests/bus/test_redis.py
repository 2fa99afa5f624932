"""Nodes that tell each other over a real Valkey: what is heard, counted and shown, and what happens without it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import pytest
from redis.asyncio import Redis

from assistant.bus import ears, links
from assistant.bus.redis import RedisBus
from assistant.bus.signals import EVERYTHING, Signal
from assistant.domain.errors import InvalidInput
from assistant.domain.practice import place_of
from tests.bus.valkey import Valkey, joined, moved, valkeys
from tests.until import PATIENCE, until


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on a busy machine may take longer to answer than one that is thought to be there."""
    monkeypatch.setattr(links, "ANSWER_SECONDS", PATIENCE)


class Node:
    """A bus at work, and all it has heard."""

    def __init__(self, url: str, **patience: float) -> None:
        self.bus = RedisBus(url, **patience)
        self.heard: list[Signal] = []
        self.back = 0
        self.bus.listen(self.heard.append)
        self.bus.when_back(self._came_back)

    def _came_back(self) -> None:
        self.back += 1

    async def hears(self, conversation: int | None) -> Signal:
        await until(lambda: any(one.conversation == conversation for one in self.heard))
        return next(one for one in self.heard if one.conversation == conversation)


@asynccontextmanager
async def node(url: str, *shops: str, **patience: float) -> AsyncIterator[Node]:
    made = Node(url, **patience)
    for shop in shops:
        made.bus.follow(shop)
    running = asyncio.create_task(made.bus.run())
    try:
        yield made
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@asynccontextmanager
async def nodes(url: str, *shops: str, count: int = 2, **patience: float) -> AsyncIterator[list[Node]]:
    """So many nodes that follow these shops and are in touch; a server that is slow is not away to them."""
    async with AsyncExitStack() as ends:
        patience = {"quiet_seconds": PATIENCE, **patience}
        made = [await ends.enter_async_context(node(url, *shops, **patience)) for _ in range(count)]
        await until(lambda: all(one.bus.connected for one in made))
        yield made


async def test_what_one_node_tells_the_others_hear_once_and_whole(valkey: Valkey) -> None:
    async with nodes(valkey.url, "a", count=3) as (one, *others):
        await one.bus.publish([Signal("a", 1, frozenset({"orders"})), Signal("a", None)])
        for other in others:
            assert await other.hears(1) == Signal("a", 1, frozenset({"orders"}))
            assert await other.hears(None) == Signal("a", None, EVERYTHING)
            assert len(other.heard) == 2
        assert len(one.heard) == 2


async def test_a_node_hears_only_of_shops_it_follows(valkey: Valkey) -> None:
    async with nodes(valkey.url, "a") as (one, other):
        await one.bus.publish([Signal("b", 1)])
        await one.bus.publish([Signal("a", 2)])
        await other.hears(2)
        assert [signal.conversation for signal in other.heard] == [2]


async def test_a_node_follows_more_shops_while_it_runs(valkey: Valkey) -> None:
    async def heard() -> bool:
        await one.bus.publish([Signal("b", 1)])
        return bool(other.heard)

    async with nodes(valkey.url, "a") as (one, other):
        other.bus.follow("b")
        await until(heard)


async def test_a_practice_is_heard_of_where_its_shop_is_followed(valkey: Valkey) -> None:
    async with nodes(valkey.url, "a") as (one, other):
        await one.bus.publish([Signal(place_of("a", 7), 1)])
        assert (await other.hears(1)).shop == place_of("a", 7)


async def test_signals_of_one_turn_travel_together_and_those_of_one_chat_as_one(valkey: Valkey) -> None:
    async with nodes(valkey.url, "a") as (one, other), Redis.from_url(valkey.url) as client, client.pubsub() as ear:
        await ear.ssubscribe(ears.channel_of("a"))
        assert (await ear.get_message(timeout=PATIENCE) or {})["type"] == "ssubscribe"
        for noun in ("buyer", "orders"):
            for conversation in range(20):
                await one.bus.publish([Signal("a", conversation, frozenset({noun}))])
        await one.bus.publish([Signal("a", 99)])
        await other.hears(99)
        told = await ear.get_message(timeout=PATIENCE)
        assert told is not None
        assert b"99" in told["data"]
        assert await other.hears(7) == Signal("a", 7, frozenset({"buyer", "orders"}))
        assert len(other.heard) == 21


async def test_all_nodes_count_together_within_a_window(valkey: Valkey) -> None:
    async with nodes(valkey.url) as (one, other):
        assert [await one.bus.count("tries", 60), await other.bus.count("tries", 60)] == [1, 2]
        assert await one.bus.count("brief", 0.05) == 1
        await until(partial(counts_one, other, "brief"))


async def test_each_node_hears_once_what_the_others_let_through(valkey: Valkey) -> None:
    async with nodes(valkey.url) as (one, other):
        assert await one.bus.others({"key:a": 5.0}) == {}
        assert await other.bus.others({"key:a": 1.0}) == {}  # new to it: the five may be of a minute ago
        assert await one.bus.others({"key:a": 2.0, "key:b": 0.5}) == {"key:a": 1.0}
        assert await one.bus.others({"key:a": 1.0}) == {}
        assert await other.bus.others({"key:a": 1.5}) == {"key:a": 3.0}


async def counts_one(node: Node, key: str) -> bool:
    return await node.bus.count(key, 0.001) == 1


async def test_who_is_here_is_known_everywhere_and_forgotten_with_the_node(valkey: Valkey) -> None:
    async with nodes(valkey.url) as (one, other):
        one.bus.show({"a": frozenset({"ann", "bob two"})})
        other.bus.show({"a": frozenset({"eve"})})
        await present(other, {"ann", "bob two", "eve"})
        one.bus.show({"a": frozenset({"ann"})})
        await present(other, {"ann", "eve"})
        async with node(valkey.url) as third:
            third.bus.show({"a": frozenset({"zoe"})})
            await present(other, {"ann", "eve", "zoe"})
        await present(other, {"ann", "eve"})
        assert await other.bus.present("b") == frozenset()


async def present(node: Node, agents: set[str]) -> None:
    async def found() -> bool:
        return await node.bus.present("a") == agents

    await until(found)


async def test_while_the_server_is_away_a_node_goes_on_alone_and_is_told_when_it_is_back(valkey: Valkey) -> None:
    async with nodes(valkey.url, "a") as (one, other):
        assert await one.bus.count("away", 60) == 1
        valkey.kill()
        await until(lambda: not one.bus.connected and not other.bus.connected)
        await one.bus.publish([Signal("a", 1)])
        assert [signal.conversation for signal in one.heard] == [1]
        assert [await one.bus.count("away", 60), await one.bus.count("away", 60)] == [1, 2]
        one.bus.show({"a": frozenset({"ann"})})
        assert await one.bus.present("a") == {"ann"}
        before = other.back
        valkey.start()
        await until(lambda: one.bus.connected and other.back == before + 1)
        await one.bus.publish([Signal("a", 2)])
        await other.hears(2)
        assert [signal.conversation for signal in other.heard] == [2]


async def test_a_server_that_answers_nothing_is_away(valkey: Valkey) -> None:
    async with nodes(valkey.url, "a", quiet_seconds=0.1) as (one, other):
        valkey.freeze()
        try:
            await until(lambda: not one.bus.connected)
            assert await one.bus.count("frozen", 60) == 1
        finally:
            valkey.thaw()

        async def heard() -> bool:  # on a busy machine it is soon thought to be away again
            await one.bus.publish([Signal("a", 1)])
            return bool(other.heard)

        await until(heard)


async def test_what_is_no_signal_of_ours_is_left_alone(valkey: Valkey) -> None:
    async with nodes(valkey.url, "a") as (one, other), Redis.from_url(valkey.url) as stranger:
        for text in ("", "7", "[]", '["x", [["a"]]]', '{"a": 1}', "\xff"):
            await stranger.spublish(ears.channel_of("a"), text)
        await one.bus.publish([Signal("a", 1)])
        assert (await other.hears(1)).shop == "a"
        assert other.back == 1


@pytest.fixture
async def cluster(tmp_path: Path) -> AsyncIterator[list[Valkey]]:
    with valkeys(tmp_path, 3, **{"cluster-enabled": "yes", "cluster-node-timeout": 60_000}) as servers:
        await joined(servers)
        yield servers


async def test_a_cluster_serves_as_well_also_when_a_shop_moves_to_another_server(cluster: list[Valkey]) -> None:
    shops = [f"shop-{n}" for n in range(8)]
    async with nodes(cluster[1].url, *shops) as (one, other):
        await one.bus.publish([Signal(shop, n) for n, shop in enumerate(shops)])
        for n, shop in enumerate(shops):
            assert (await other.hears(n)).shop == shop
        assert [await one.bus.count("c", 60), await other.bus.count("c", 60)] == [1, 2]
        back = other.back
        await moved(cluster, ears.channel_of("shop-3"))
        await until(lambda: other.back > back and one.bus.connected and other.bus.connected)
        await one.bus.publish([Signal("shop-3", 99)])
        await other.hears(99)
        one.bus.show({"a": frozenset({"ann"})})
        await present(other, {"ann"})


@pytest.mark.parametrize("url", ["", "localhost", "redis:/nowhere", "http://localhost", "redis://localhost:port"])
def test_an_address_that_is_none_is_refused_with_advice(url: str) -> None:
    with pytest.raises(InvalidInput, match="redis://"):
        RedisBus(url)
