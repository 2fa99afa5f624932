"""Putting away a chat in which the buyer only said thanks: nobody waits, and the platform's figure still counts it."""

from __future__ import annotations

import pytest

from assistant import store
from assistant.domain.errors import InvalidInput
from assistant.services import closing_words
from assistant.services.kpi import rows
from tests.services.shop import Shop, moment


def let_go(shop: Shop, chat: str = "c1", platform: str = "taobao") -> None:
    shop.works(lambda desk: closing_words.let_go(desk, found(desk.conversation(platform, chat)), agent="a1"))


def take_up(shop: Shop) -> None:
    shop.works(lambda desk: closing_words.take_up(desk, found(desk.conversation("taobao", "c1")), agent="a1"))


def found(conversation: store.conversations.Conversation | None) -> store.conversations.Conversation:
    assert conversation is not None
    return conversation


def offered(shop: Shop) -> bool:
    return shop.read(lambda tx: closing_words.offered(tx, shop.conversation()))


def thanked(shop: Shop) -> None:
    shop.buyer_says("什么时候发货", at="10:00:00")
    shop.agent_says("亲，今天就发出哦", at="10:00:20")
    shop.buyer_says("好的", at="10:01:00")
    shop.buyer_says("谢谢", at="10:01:05")


def unanswered(shop: Shop) -> object:
    start, end = moment("00:00:00"), moment("00:00:00", 12)
    (row,) = shop.read(lambda tx: rows(tx, "default", start, end, now=moment("12:00:00")))
    return row["unanswered_buyers"]


def test_nobody_waits_any_more_and_the_fact_says_why(shop: Shop) -> None:
    thanked(shop)
    assert offered(shop)
    let_go(shop)
    kept = shop.conversation()
    assert (kept.waiting_since, kept.state) == (None, "closed")
    (fact,) = shop.facts("conversation.closed")
    assert (fact.agent, fact.data) == ("a1", {"reason": "closing_words"})
    let_go(shop)
    assert shop.names("conversation.closed") == ["conversation.closed"]


def test_the_platforms_figure_counts_it_all_the_same(new_shop: object, shop: Shop) -> None:
    thanked(shop)
    assert unanswered(shop) == 1
    let_go(shop)
    assert unanswered(shop) == 1


def test_the_next_question_is_waited_for_from_its_own_moment(shop: Shop) -> None:
    thanked(shop)
    let_go(shop)
    shop.buyer_says("对了，能换L码吗", at="10:05:00")
    shop.buyer_says("在吗", at="10:05:30")
    assert (shop.conversation().waiting_since, shop.conversation().state) == (moment("10:05:00"), "open")
    assert not offered(shop)
    shop.agent_says("可以的", at="10:06:00")
    assert shop.conversation().waiting_since is None
    shop.buyer_says("好", at="10:07:00")
    assert shop.conversation().waiting_since == moment("10:07:00")


def test_undone_the_buyer_waits_as_before(shop: Shop) -> None:
    thanked(shop)
    let_go(shop)
    take_up(shop)
    assert (shop.conversation().waiting_since, shop.conversation().state) == (moment("10:01:00"), "assigned")
    assert shop.facts("conversation.opened")[-1].data == {"reason": "undone"}
    assert offered(shop)
    take_up(shop)
    assert len(shop.facts("conversation.opened")) == 2


def test_news_that_come_late_leave_it_as_it_was(shop: Shop) -> None:
    thanked(shop)
    shop.now = moment("10:02:00")
    let_go(shop)
    shop.buyer_says("哦哦", at="10:00:50")
    assert shop.conversation().waiting_since is None
    take_up(shop)
    shop.buyer_says("嗯嗯", at="10:00:55")
    assert shop.conversation().waiting_since == moment("10:00:50")


def test_a_buyer_who_asks_something_is_not_put_away(shop: Shop) -> None:
    shop.buyer_says("好的，那什么时候发货", at="10:00:00")
    assert not offered(shop)
    with pytest.raises(InvalidInput):
        let_go(shop)
    assert shop.conversation().waiting_since == moment("10:00:00")


def test_a_platform_that_closes_a_chat_answers_nobody(shop: Shop) -> None:
    shop.buyer_says("好的", at="10:00:00")
    shop.closes(at="10:01:00")
    assert shop.conversation().waiting_since == moment("10:00:00")


def test_a_promise_that_is_open_stays_open(shop: Shop) -> None:
    shop.buyer_says("什么时候发货", at="10:00:00")
    shop.agent_says("亲，我核实下，2分钟内回您", at="10:00:20")
    shop.buyer_says("好的", at="10:00:40")
    before = [row.state for row in shop.active()]
    let_go(shop)
    assert [row.state for row in shop.active()] == before
