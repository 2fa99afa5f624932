"""Tables are published while something else goes on: each request works by one version from beginning to end, whoever
publishes, and what was shown before keeps its words."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest

from assistant import store
from assistant.bus.memory import MemoryBus
from assistant.domain.notices import Board, Withdraws
from assistant.domain.scripts import Scripts
from assistant.services import notices
from assistant.services.desk import Desk
from assistant.services.desks import Desks
from assistant.services.intake import read, receive, whom
from assistant.services.scripts import Library, prepare, publish
from assistant.web.server import follow_scripts
from tests.services.shop import OFFERS, TABLES, Shop
from tests.until import until

OLD = {reply.text for row in TABLES.situations for reply in row.replies}
NEW = {f"{text}（新版）" for text in OLD}


def reworded(tables: Scripts = TABLES) -> Scripts:
    """Every reply says the same with 「新版」 at its end."""
    held = tables.model_dump()
    for reply in [reply for row in held["situations"] for reply in row["replies"]]:
        reply["text"] += "（新版）"
    return Scripts.model_validate(held)


@pytest.fixture
def other(shop: Shop) -> Iterator[Desks]:
    """Another process of the same shop, with connections of its own."""
    shop.works(lambda desk: None)
    made = Desks(store.open_store(shop.url), Library(TABLES))
    yield made
    made.store.close()


def publishes(desks: Desks, shop: Shop) -> None:
    prepared = prepare(reworded())
    desks.store.write_now(lambda tx: publish(tx, shop.id, prepared, shop.now, author="t1", note="换说法"))


def posts(desk: Desk) -> None:
    notices.post(desk, "赠品已送完", author="店长", ends_at=None, withdraws=Withdraws())


def hears(shop: Shop, desks: Desks) -> None:
    for fresh in desks.store.read_now(lambda tx: desks.library.outdated(tx, shop.now)):
        desks.library.keep(fresh)


def asks(shop: Shop, *texts: str, before: Callable[[], Any] = lambda: None) -> list[str]:
    """One request of several chats, in the middle of which something happens; the words of all its cards."""
    told = read(
        [shop.event(None, type="message", side="buyer", text=t, conversation=f"c{n}", buyer=f"b{n}")
         for n, t in enumerate(texts)], None, shop.id,
    )  # fmt: skip

    def work(desk: Desk) -> None:
        receive(desk, told[:1])
        before()
        receive(desk, told[1:])

    shop.desks.write_now(shop.id, shop.now, work, whom(told))
    return [card.text or "" for n in range(len(texts)) for card in shop.cards(f"c{n}")]


@contextmanager
def beside(work: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Something another process does: begun in the middle of a request, and finished when both have ended."""
    thread = threading.Thread(target=work)
    yield thread.start
    thread.join(timeout=60)
    assert not thread.is_alive()


def test_a_request_in_the_middle_of_which_tables_are_published_mixes_no_versions(shop: Shop, other: Desks) -> None:
    shop.works(lambda desk: None)
    with beside(lambda: publishes(other, shop)) as begin:
        words = asks(shop, "能便宜点嘛", "打个折吧", "有点小贵", before=begin)
    assert len(words) == 3
    assert set(words) <= OLD
    hears(shop, shop.desks)
    assert set(asks(shop, "最低什么价", "可以再优惠些吗")) <= NEW


def test_what_is_kept_in_memory_changes_for_the_next_request_and_not_within_one(shop: Shop, other: Desks) -> None:
    shop.works(lambda desk: None)
    publishes(other, shop)
    library = shop.desks.library
    (newest,) = shop.read(lambda tx: library.outdated(tx, shop.now))
    words = asks(shop, "能便宜点嘛", "打个折吧", before=lambda: library.keep(newest))
    assert set(words) <= OLD
    assert shop.works(lambda desk: desk.shop.version) == 2


def test_a_further_question_in_the_chat_brings_cards_of_the_new_version_alone(shop: Shop, other: Desks) -> None:
    asks(shop, "能便宜点嘛")
    publishes(other, shop)
    hears(shop, shop.desks)
    shop.buyer_says("是纯棉的吗", conversation="c0", buyer="b0")
    words = {card.text for card in shop.cards("c0") if card.text}
    assert words
    assert not words & OLD


def test_a_chat_goes_on_by_the_new_words_and_its_card_keeps_the_old(shop: Shop, other: Desks) -> None:
    (before,) = asks(shop, "能便宜点嘛")
    publishes(other, shop)
    assert [card.text for card in shop.cards("c0")] == [before]
    hears(shop, shop.desks)
    assert [card.text for card in shop.cards("c0")] == [before]
    shop.agent_says(before, conversation="c0", buyer="b0")
    assert shop.facts("suggestion.sent")
    shop.passes("1m")
    assert set(asks(shop, "打个折吧")) <= NEW


def test_what_was_read_of_another_nodes_notice_and_then_lost_is_read_again(shop: Shop, other: Desks) -> None:
    shop.works(lambda desk: None)
    library, boards = shop.desks.library, list[Board]()
    hears(shop, shop.desks)
    other.write_now(shop.id, shop.now, posts)
    for _ in range(2):  # the database goes away before the answer is there, and the reading begins again
        boards += [one.notices for one in shop.read(lambda tx: library.outdated(tx, shop.now))]
    assert [[notice.text for notice in board.notices] for board in boards] == [["赠品已送完"]] * 2
    hears(shop, shop.desks)
    assert shop.read(lambda tx: library.outdated(tx, shop.now)) == []


def test_what_was_read_before_another_nodes_notice_does_not_hide_it_for_long(shop: Shop, other: Desks) -> None:
    shop.works(lambda desk: None)
    library = shop.desks.library
    before = shop.read(lambda tx: library.as_it_stands(tx, shop.id, shop.now))
    other.write_now(shop.id, shop.now, posts)
    hears(shop, shop.desks)
    library.keep(before)  # this node's own reading was overtaken
    hears(shop, shop.desks)
    found = library.known(shop.id)
    assert found is not None
    assert [notice.text for notice in found.notices.notices] == ["赠品已送完"]


async def test_the_other_node_hears_of_it_over_the_bus_and_works_by_it_from_the_next_event_on(
    shop: Shop,
) -> None:
    shop.works(lambda desk: None)
    bus, told = MemoryBus(), asyncio.Event()
    nodes = [Desks(store.open_store(shop.url), Library(TABLES), bus) for _ in range(2)]
    for node in nodes:
        await node.shop(shop.id, shop.now)
    bus.listen(lambda signal: told.set())
    clock, screens = SimpleNamespace(now=lambda: shop.now), SimpleNamespace(look_again=lambda noun: None)
    following = asyncio.create_task(follow_scripts(cast(Any, screens), nodes[1], cast(Any, clock), told))
    try:
        await nodes[0].write(shop.id, shop.now, published)
        await until(lambda: known(nodes[1], shop) == 2)
        event = read([shop.event(None, type="message", side="buyer", text="能便宜点嘛")], None, shop.id)
        await nodes[1].write(shop.id, shop.now, lambda desk: receive(desk, event), whom(event))
        assert [card.text for card in shop.cards()] == [text for text in NEW if text.startswith(OFFERS)]
    finally:
        following.cancel()
        await asyncio.wait([following])
        for node in nodes:
            node.store.close()


def published(desk: Desk) -> None:
    publish(desk.tx, desk.shop.id, prepare(reworded()), desk.now, author="t1", note="换说法")
    desk.announce()


def known(node: Desks, shop: Shop) -> int:
    found = node.library.known(shop.id)
    return found.version if found else 0
