"""Several subscribers are told at once: none waits for another, none is told twice, by however many nodes."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from functools import partial

import pytest

from assistant import store
from assistant.services import subscriptions
from assistant.services.subscriptions import HANDS, TAKEN, WAITS, NotTaken, Telling
from assistant.store.subscriptions import Subscription
from tests.connectors.at_work import SHOP, AtWork
from tests.set_clock import SetClock
from tests.telling import tell
from tests.until import PATIENCE, until


class Post:
    """Takes letters down by address; those to addresses that hang are on their way until they are let go."""

    def __init__(self, *hangs: str) -> None:
        self.hangs, self.let_go = set(hangs), asyncio.Event()
        self.taken, self.on_the_way = defaultdict[str, list[str]](list), set[str]()
        self.refuses = False

    async def carry(self, address: str, secret: str, id: str, body: bytes) -> None:
        assert address not in self.on_the_way
        self.on_the_way.add(address)
        if address in self.hangs:
            await self.let_go.wait()
        self.on_the_way.remove(address)
        if self.refuses:
            raise NotTaken("no")
        self.taken[address].append(id)


class Node:
    """One that tells, at a time of its own."""

    def __init__(self, work: AtWork, post: Post, clock: SetClock, tasks: asyncio.TaskGroup) -> None:
        self.post = post
        self.telling = Telling(work.desks.store, post, clock, tasks)

    async def looks(self) -> int:
        """Begin, and wait until those who do not hang have been told."""
        begun = await self.telling.look()
        await until(self._quiet)
        return begun

    def _quiet(self) -> bool:
        on_the_way = self.post.on_the_way
        return on_the_way <= self.post.hangs and len(self.telling._busy) == len(on_the_way)


class _Over(Exception):
    """The test is."""


@pytest.fixture
def clock(node: AtWork) -> SetClock:
    return SetClock(node.clock.now() + timedelta(minutes=1))


@pytest.fixture
async def tasks() -> AsyncIterator[asyncio.TaskGroup]:
    """They end with the test, however it ends."""
    with pytest.RaisesGroup(_Over):
        async with asyncio.TaskGroup() as made:
            yield made
            raise _Over


async def subscribed(node: AtWork, many: int) -> Sequence[str]:
    addresses = [f"https://example.com/{n:02}" for n in range(many)]
    for address in addresses:
        work = partial(subscriptions.subscribe, shop=SHOP, address=address, facts=(), now=node.clock.now())
        await node.desks.store.write(work)
    return addresses


async def happens(node: AtWork, number: int) -> None:
    said = {"id": f"m{number}", "type": "message", "conversation": "c1", "buyer": "b1", "side": "buyer", "text": "嗯"}
    await node.events(said)


async def rows(node: AtWork) -> list[Subscription]:
    return await node.desks.store.read(store.subscriptions.every)


async def test_one_that_hangs_keeps_nobody_else_waiting(
    node: AtWork, clock: SetClock, tasks: asyncio.TaskGroup
) -> None:
    hangs, other = await subscribed(node, 2)
    here = Node(node, Post(hangs), clock, tasks)
    for number in (1, 2, 3):
        await happens(node, number)
        clock.step(seconds=1)
        await here.looks()
        assert len(here.post.taken[other]) == number
    assert here.post.taken[hangs] == []
    here.post.let_go.set()
    await until(lambda: len(here.post.taken[hangs]) == 1)


async def test_what_one_is_told_comes_in_order_and_once(
    node: AtWork, clock: SetClock, tasks: asyncio.TaskGroup
) -> None:
    (hangs,) = await subscribed(node, 1)
    here = Node(node, Post(hangs), clock, tasks)
    await happens(node, 1)
    assert await here.looks() == 1
    await happens(node, 2)
    assert await here.looks() == 0, "the first letter is on its way"
    here.post.let_go.set()
    await here.telling.rest(PATIENCE)
    here.post.hangs.clear()
    assert await here.looks() == 1
    first, second = (list(map(int, id.split("-"))) for id in here.post.taken[hangs])
    assert first[2] + 1 == second[1]


async def test_no_more_are_told_at_once_than_there_are_hands_and_the_others_are_free_for_other_nodes(
    node: AtWork, clock: SetClock, tasks: asyncio.TaskGroup
) -> None:
    addresses = await subscribed(node, HANDS + 1)
    here, there = Node(node, Post(*addresses), clock, tasks), Node(node, Post(), clock, tasks)
    await happens(node, 1)
    assert await here.looks() == HANDS
    assert (await here.looks(), len(here.post.on_the_way)) == (0, HANDS)
    assert await there.looks() == 1
    assert there.post.taken.keys().isdisjoint(here.post.on_the_way)
    here.post.let_go.set()
    await until(lambda: not here.post.on_the_way)
    assert here.post.taken.keys() | there.post.taken.keys() == set(addresses)


async def test_whoever_took_too_long_does_not_lead_back_to_what_another_node_has_told_since(
    node: AtWork, clock: SetClock, tasks: asyncio.TaskGroup
) -> None:
    (address,) = await subscribed(node, 1)
    here, there = Node(node, Post(address), clock, tasks), Node(node, Post(), clock, tasks)
    await happens(node, 1)
    await here.looks()
    clock.at += TAKEN + timedelta(seconds=1)
    await there.looks()
    await happens(node, 2)
    await there.looks()
    (before,) = await rows(node)
    here.post.refuses = True
    here.post.let_go.set()
    await until(lambda: not here.telling._busy)
    assert await rows(node) == [before]


async def test_one_that_is_removed_while_it_is_told_leaves_nothing(
    node: AtWork, clock: SetClock, tasks: asyncio.TaskGroup
) -> None:
    (address,) = await subscribed(node, 1)
    await happens(node, 1)
    refuses = Post()
    refuses.refuses = True
    for wait in WAITS:
        await tell(node.desks.store, refuses, clock)
        clock.step(seconds=wait + 1)
    here = Node(node, Post(address), clock, tasks)
    here.post.refuses = True
    await here.looks()
    (found,) = await rows(node)
    remove = partial(subscriptions.unsubscribe, shop=SHOP, id=found.id, now=clock.now(), by="operator")
    await node.desks.store.write(remove)
    here.post.let_go.set()
    await until(lambda: not here.telling._busy)
    letters = await node.desks.store.read(lambda tx: tx.driver.execute("SELECT id FROM dead_letters").fetchall())
    assert letters == []


async def test_those_who_know_everything_do_not_stand_before_one_whose_turn_has_come(
    node: AtWork, clock: SetClock
) -> None:
    addresses = await subscribed(node, 20)
    await happens(node, 1)
    post = Post()
    while await tell(node.desks.store, post, clock):
        pass
    assert post.taken.keys() == set(addresses)
    clock.step(seconds=5)

    def one_more(tx: store.Transaction) -> None:
        made = partial(store.subscriptions.add, tx, shop="another", facts=[], cursor=0, now=clock.now())
        made(address="https://example.com/late", sealed=store.subscriptions.every(tx)[0].sealed)

    await node.desks.store.write(one_more)
    clock.at += timedelta(seconds=5)
    while await tell(node.desks.store, post, clock):
        pass
    assert (await rows(node))[-1].cursor == await node.desks.store.read(store.subscriptions.newest_fact)


async def test_a_defect_with_one_does_not_end_the_others(
    node: AtWork, clock: SetClock, tasks: asyncio.TaskGroup
) -> None:
    broken, hangs = await subscribed(node, 2)

    class Breaks(Post):
        async def carry(self, address: str, secret: str, id: str, body: bytes) -> None:
            if address == broken:
                raise ZeroDivisionError
            await super().carry(address, secret, id, body)

    here = Node(node, Breaks(hangs), clock, tasks)
    await happens(node, 1)
    assert await here.looks() == 2
    here.post.let_go.set()
    await until(lambda: len(here.post.taken[hangs]) == 1)
