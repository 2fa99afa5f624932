"""Who waits for an agent over all their chats, and where they are led next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from assistant.services import workbench
from assistant.services.queue import Queue, read
from assistant.store.queue import Entry
from tests.services.shop import ASKS, Shop

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)


def waiting(conversation: str, agent: str | None, seconds: float, platform: str = "taobao") -> Entry:
    return Entry(conversation, platform, agent, NOON - timedelta(seconds=seconds))


QUEUE = Queue(
    waiting=(
        waiting("old", "a1", 400),
        waiting("jd", None, 31, "jd"),
        waiting("hers", "a2", 500),
        waiting("new", "a1", 5),
    ),
    due=(waiting("call", "a1", 60), waiting("other", "a2", 90)),
)


def test_an_agent_sees_who_waits_for_them_or_for_nobody_yet() -> None:
    found = QUEUE.of("a1", "elsewhere", NOON)
    assert (found.waiting, found.due) == (3, 1)


def test_late_is_what_each_platform_calls_late() -> None:
    assert QUEUE.of("a1", "elsewhere", NOON).late == 2
    assert QUEUE.of("a1", "elsewhere", NOON - timedelta(seconds=10)).late == 1


def test_the_way_leads_to_who_was_late_first_but_never_to_the_chat_that_is_open() -> None:
    assert QUEUE.of("a1", "elsewhere", NOON).first == "old"
    found = QUEUE.of("a1", "old", NOON)
    assert (found.first, found.first_platform) == ("jd", "jd")
    assert QUEUE.of("a1", "call", NOON).next_due is None


def test_a_chat_that_another_platform_calls_the_same_is_not_the_one_that_is_open() -> None:
    both = Queue(waiting=(waiting("c1", "a1", 400, "taobao"), waiting("c1", "a1", 300, "pdd")))
    found = both.of("a1", "c1", NOON, "taobao")
    assert (found.first, found.first_platform) == ("c1", "pdd")
    assert both.of("a1", "c1", NOON).first is None


def test_whoever_presses_or_wants_a_person_goes_before_those_who_only_wait(shop: Shop) -> None:
    for number in (1, 2, 3):
        shop.buyer_says("能便宜点嘛", at=f"10:00:0{number}", conversation=f"c{number}", buyer=f"b{number}")
    shop.buyer_says("人呢", at="10:00:20", conversation="c2", buyer="b2")
    shop.buyer_says("？？", at="10:00:21", conversation="c2", buyer="b2")
    shop.buyer_says("转人工", at="10:00:22", conversation="c3", buyer="b3")
    found = shop.read(lambda tx: read(tx, "default")).of("a1", "elsewhere", shop.now)
    assert (found.first, found.first_urged, found.first_wants_person) == ("c2", 2, False)
    found = shop.read(lambda tx: read(tx, "default")).of("a1", "c2", shop.now)
    assert (found.first, found.first_urged, found.first_wants_person) == ("c3", 0, True)
    shop.agent_says(conversation="c2", buyer="b2", at="10:01:00")
    assert [e.conversation for e in shop.read(lambda tx: read(tx, "default")).waiting] == ["c3", "c1"]


def test_the_list_of_chats_stands_in_the_order_in_which_one_key_leads(shop: Shop) -> None:
    for number in (1, 2, 3):
        shop.buyer_says("能便宜点嘛", at=f"10:00:0{number}", conversation=f"c{number}", buyer=f"b{number}")
    shop.agent_says(conversation="c1", buyer="b1", at="10:00:10")
    shop.buyer_says("人呢", at="10:00:20", conversation="c3", buyer="b3")
    assert order_of_list(shop) == ["c3", "c2", "c1"]


def test_a_buyer_whose_platform_allows_less_time_goes_first_in_the_list_and_by_the_key(shop: Shop) -> None:
    shop.buyer_says("能便宜点嘛", at="10:00:00", conversation="c1", buyer="b1")
    shop.buyer_says("能便宜点嘛", at="10:01:00", conversation="c2", buyer="b2", platform="jd")
    shop.passes_until("10:01:31")
    assert shop.read(lambda tx: read(tx, "default")).of("a1", "elsewhere", shop.now).first == "c2"
    assert order_of_list(shop) == ["c2", "c1"]


def order_of_list(shop: Shop) -> list[str]:
    view = shop.works(lambda desk: workbench.view(desk.tx, desk.shop, None, shop.now))
    return [row.id for row in view.conversations]


def test_a_shop_where_nobody_waits_leads_nowhere() -> None:
    found = Queue().of("a1", "c1", NOON)
    assert (found.waiting, found.late, found.due, found.first, found.next_due) == (0, 0, 0, None, None)


def test_the_queue_is_read_from_what_was_said_and_from_what_came_up(shop: Shop) -> None:
    shop.buyer_says("在吗")
    shop.buyer_says("在吗", conversation="c2", buyer="b2")
    assert [entry.conversation for entry in shop.read(lambda tx: read(tx, "default")).waiting] == ["c1", "c2"]
    shop.agent_says(ASKS)
    assert [entry.conversation for entry in shop.read(lambda tx: read(tx, "default")).waiting] == ["c2"]
    shop.passes("5m")
    due = shop.read(lambda tx: read(tx, "default")).due
    assert [(entry.conversation, entry.agent) for entry in due] == [("c1", "a1")]
    assert shop.read(lambda tx: read(tx, "elsewhere")) == Queue([], [], [])


def test_who_only_said_thanks_comes_last_and_is_never_late(shop: Shop) -> None:
    shop.agent_says("亲，48小时内发出", conversation="c1", buyer="b1", at="09:59:00")
    shop.buyer_says("好的谢谢", conversation="c1", buyer="b1", at="10:00:00")
    shop.buyer_says("能便宜点嘛", conversation="c2", buyer="b2", at="10:01:00")
    shop.passes_until("10:30:00")
    found = shop.read(lambda tx: read(tx, "default"))
    assert [entry.conversation for entry in found.waiting] == ["c2", "c1"]
    assert found.of("a1", "elsewhere", shop.now).late == 1
    known = shop.desks.library.known("default")
    assert known is not None
    rows = shop.read(lambda tx: workbench.view(tx, known, None, shop.now)).conversations
    assert [row.id for row in rows] == ["c2", "c1"]


def test_thanks_after_a_question_of_the_shop_are_an_answer_that_is_waited_for(shop: Shop) -> None:
    shop.agent_says("亲，要L码吗", conversation="c1", buyer="b1", at="09:59:00")
    shop.buyer_says("好的", conversation="c1", buyer="b1", at="10:00:00")
    (entry,) = shop.read(lambda tx: read(tx, "default")).waiting
    assert not entry.thanks


def test_thanks_are_no_more_only_thanks_when_something_is_asked_after_them(shop: Shop) -> None:
    shop.agent_says("亲，48小时内发出", conversation="c1", buyer="b1", at="09:59:00")
    shop.buyer_says("好的谢谢", conversation="c1", buyer="b1", at="10:00:00")
    assert [entry.thanks for entry in shop.read(lambda tx: read(tx, "default")).waiting] == [True]
    shop.buyer_says("发什么快递呀", conversation="c1", buyer="b1", at="10:00:20")
    assert [entry.thanks for entry in shop.read(lambda tx: read(tx, "default")).waiting] == [False]


def test_late_news_tell_whether_thanks_were_only_thanks(shop: Shop) -> None:
    shop.agent_says("亲，48小时内发出", conversation="c1", buyer="b1", at="09:58:00")
    shop.buyer_says("好的谢谢", conversation="c1", buyer="b1", at="10:00:00")
    shop.agent_says("亲，要L码吗", conversation="c1", buyer="b1", at="09:59:00")
    assert [entry.thanks for entry in shop.read(lambda tx: read(tx, "default")).waiting] == [False]
