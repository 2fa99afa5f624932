"""Notices at work: who has read them, when they end, what they cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from assistant import store
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.notices import MOST_STANDING, NOTHING
from assistant.domain.scripts import Scripts
from assistant.services import notices
from assistant.services.intake import read, receive
from assistant.services.sidebar_view import NoticeView
from tests.services.gift_notices import ASKS_GIFT, GIFTS, end, post
from tests.services.shop import Shop, moment


@pytest.fixture
def shop(new_shop: Callable[[Scripts], Shop]) -> Shop:
    return new_shop(GIFTS)


def page(shop: Shop) -> notices.NoticesView:
    at = shop.works(lambda desk: desk.shop)
    return shop.read(lambda tx: notices.page(tx, at, shop.now))


def employ(shop: Shop, login: str, role: str, name: str) -> None:
    def work(tx: store.Transaction) -> None:
        store.users.join(tx, store.users.add(tx, login, name, "x", shop.now), shop.id, role)

    shop.desks.store.write_now(work)


def test_the_first_reading_counts_and_is_shown_to_who_posts(shop: Shop) -> None:
    employ(shop, "a1", "agent", "小林")
    employ(shop, "a2", "agent", "小王")
    employ(shop, "boss", "leader", "店长")
    id = post(shop)
    for clock in ("10:05:00", "11:00:00"):
        shop.now = moment(clock)
        shop.works(lambda desk: notices.read(desk, id, agent="a1"))
    (row,) = page(shop).rows
    assert [(reader.name, reader.at) for reader in row.read] == [("小林", moment("10:05:00").timestamp())]
    assert [reader.name for reader in row.unread] == ["小王"]
    assert [(one.text, one.read) for one in view_of_notices(shop, "a1")] == [("赠品已送完", True)]
    assert [one.read for one in view_of_notices(shop, "a2")] == [False]


def view_of_notices(shop: Shop, agent: str) -> tuple[NoticeView, ...]:
    return notices.views(shop.works(lambda desk: desk.shop), agent, shop.now)


def test_who_holds_a_chat_today_is_asked_to_read_as_well(shop: Shop) -> None:
    shop.buyer_says("在吗")
    shop.agent_says("在的", by="from-the-platform")
    post(shop)
    assert [reader.agent for reader in page(shop).rows[0].unread] == ["from-the-platform"]
    shop.now += timedelta(days=2)
    assert page(shop).rows[0].unread == ()


def test_unread_ones_come_first_and_each_newest_first(shop: Shop) -> None:
    first, second, third = (post(shop, f"第{n}条") for n in (1, 2, 3))
    shop.works(lambda desk: notices.read(desk, third, agent="a1"))
    at = shop.works(lambda desk: desk.shop)
    assert [one.id for one in notices.views(at, "a1", shop.now)] == [second, first, third]


def test_ending_twice_changes_nothing_and_the_page_says_how_it_ended(shop: Shop) -> None:
    taken_back, over = post(shop, "提前结束"), post(shop, "到点结束", ends_at=shop.now + timedelta(hours=1))
    end(shop, taken_back)
    before = page(shop).rows
    end(shop, taken_back)
    assert page(shop).rows == before
    shop.now += timedelta(hours=1)
    end(shop, over)
    assert [(row.text, row.state) for row in page(shop).rows] == [("到点结束", "over"), ("提前结束", "ended")]


def test_what_is_wrong_is_refused_and_nothing_is_stored(shop: Shop) -> None:
    wrong: tuple[tuple[str, dict[str, Any], str], ...] = (
        ("", {}, "empty"),
        ("赠品", {"handbook": ["nothing"]}, "unknown_name"),
    )
    for text, gone, reason in wrong:
        with pytest.raises(InvalidInput) as refused:
            post(shop, text, **gone)
        assert refused.value.reason == reason
    assert page(shop).rows == ()
    with pytest.raises(NotFound):
        end(shop, 99)
    with pytest.raises(NotFound):
        shop.works(lambda desk: notices.read(desk, 99, agent="a1"))


def test_more_notices_than_anybody_reads_are_refused(shop: Shop) -> None:
    for n in range(MOST_STANDING):
        post(shop, f"第{n}条")
    with pytest.raises(InvalidInput) as refused:
        post(shop)
    assert refused.value.reason == "too_many_notices"


def test_another_shop_neither_sees_nor_ends_a_notice(shop: Shop) -> None:
    id = post(shop, situations=["gift"])
    other = Shop.__new__(Shop)
    other.__dict__.update(shop.__dict__, id="other-shop")
    assert view_of_notices(other, "a1") == ()
    for work in (
        lambda desk: notices.end(desk, id, by="x"),
        lambda desk: notices.read(desk, id, agent="x"),
    ):
        with pytest.raises(NotFound):
            other.works(work)
    assert len(view_of_notices(shop, "a1")) == 1


def test_another_process_learns_of_every_change(shop: Shop) -> None:
    """Posting, reading, ending and running out are each noticed by comparing a few numbers."""

    def changed() -> bool:
        found = shop.read(lambda tx: shop.desks.library.outdated(tx, shop.now))
        for one in found:
            shop.desks.library.keep(one)
        return bool(found)

    shop.works(lambda desk: None)
    changed()
    assert not changed()
    ids = []

    def elsewhere(work: Callable[[store.Transaction], object]) -> None:
        shop.desks.store.write_now(work)
        assert changed()
        assert not changed()

    end_of = shop.now + timedelta(hours=1)
    elsewhere(lambda tx: ids.append(store.notices.add(tx, "default", "一", "x", shop.now, end_of, NOTHING)))
    assert len(view_of_notices(shop, "a1")) == 1
    elsewhere(lambda tx: store.notices.read(tx, ids[0], "a1", "小林", shop.now))
    elsewhere(lambda tx: ids.append(store.notices.add(tx, "default", "二", "x", shop.now, end_of, NOTHING)))
    elsewhere(lambda tx: store.notices.end(tx, ids[0], shop.now, "x"))
    assert len(view_of_notices(shop, "a1")) == 1
    shop.now = end_of
    assert changed()
    assert view_of_notices(shop, "a1") == ()


class Counting:
    """A cursor that counts its statements."""

    def __init__(self, cursor: Any) -> None:
        self.cursor, self.statements = cursor, 0

    def __getattr__(self, name: str) -> Any:
        self.statements += name in ("execute", "executemany")
        return getattr(self.cursor, name)


def test_an_event_costs_no_statement_more_while_notices_stand(shop: Shop) -> None:
    def statements(chat: str) -> int:
        event = shop.event(None, type="message", side="buyer", text=ASKS_GIFT, conversation=chat, buyer=chat)

        def work(tx: store.Transaction) -> int:
            tx.cursor = Counting(tx.cursor)
            shop.desks.sit(tx, shop.id, shop.now, lambda desk: receive(desk, read([event], None, shop.id)))
            return int(tx.cursor.statements)

        return shop.desks.store.write_now(work)

    statements("c0")  # the shop's tables and promotions are in memory from here on
    without = statements("c1")
    post(shop, handbook=["gift_rule"], situations=["price"])
    assert statements("c2") == without > 5
