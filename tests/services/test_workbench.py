"""The list of conversations: the most urgent first, at a double-11's number of chats."""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant import store
from assistant.services import workbench
from tests.services.shop import ASKS, Shop, moment


def order_of(shop: Shop) -> list[str]:
    found = shop.read(lambda tx: workbench.view(tx, shop.desks.library.known("default"), None, shop.now))  # type: ignore[arg-type]  # it is known
    return [row.id for row in found.conversations]


def test_who_has_waited_too_long_comes_first_then_what_is_due_then_who_waits(shop: Shop) -> None:
    shop.buyer_says("在吗", conversation="due", buyer="due", at="10:00:00")
    shop.agent_says(ASKS, conversation="due", buyer="due", at="10:00:10")
    shop.agent_says("在的", conversation="calm", buyer="calm", at="10:03:00")
    shop.agent_says("在的", conversation="calmer", buyer="calmer", at="10:02:00")
    shop.buyer_says("在吗", conversation="waits", buyer="waits", at="10:05:00")
    shop.buyer_says("在吗", conversation="waits-longer", buyer="waits-longer", at="10:04:00")
    shop.passes_until("10:05:30")
    assert order_of(shop) == ["due", "waits-longer", "waits", "calm", "calmer"]
    shop.passes_until("10:07:30")
    assert order_of(shop) == ["waits-longer", "due", "waits", "calm", "calmer"]


def test_time_alone_moves_a_row(shop: Shop) -> None:
    shop.buyer_says("在吗", conversation="due", buyer="due", at="10:00:00")
    shop.agent_says(ASKS, conversation="due", buyer="due", at="10:00:10")
    shop.buyer_says("在吗", conversation="waits", buyer="waits", at="10:05:00")
    shop.passes_until("10:06:00")
    rows = shop.read(lambda tx: workbench.view(tx, shop.desks.library.known("default"), None, shop.now)).conversations  # type: ignore[arg-type]  # it is known
    assert workbench.by_urgency(rows, shop.now) == rows
    moved = workbench.by_urgency(rows, moment("10:08:01"))
    assert [row.id for row in moved] == ["waits", "due"]


def test_a_chat_of_another_day_says_so(shop: Shop) -> None:
    shop.buyer_says("在吗", at="10:00:00")
    known = shop.desks.library.known("default")
    assert known is not None

    def earlier(now: datetime) -> bool:
        (row,) = shop.read(lambda tx: workbench.view(tx, known, None, now)).conversations
        return row.earlier

    assert not earlier(moment("23:59:59"))
    assert earlier(moment("23:59:59") + timedelta(seconds=1))


def test_a_buyer_without_a_nickname_has_one_name_in_the_list_and_above_the_chat(shop: Shop) -> None:
    shop.buyer_says("在吗", conversation="c9", buyer="tb8273", at="10:00:00")
    found = opened(shop, "c9")
    assert found.chat is not None
    assert (found.conversations[0].nickname, found.chat.nickname) == ("tb8273", "tb8273")


def test_a_chat_says_when_more_was_said_than_is_shown(shop: Shop) -> None:
    for n in range(workbench.SHOWN):
        shop.buyer_says(f"第{n}句", conversation="long", buyer="long", at=f"10:{n // 60:02}:{n % 60:02}")
    whole = opened(shop, "long").chat
    assert whole is not None
    assert (len(whole.messages), whole.earlier) == (workbench.SHOWN, False)
    shop.buyer_says("还有一句", conversation="long", buyer="long", at="10:30:00")
    cut = opened(shop, "long").chat
    assert cut is not None
    assert (len(cut.messages), cut.earlier, cut.messages[-1].text) == (workbench.SHOWN, True, "还有一句")


def opened(shop: Shop, id: str) -> workbench.WorkbenchView:
    known = shop.desks.library.known("default")
    assert known is not None

    def read(tx: store.Transaction) -> workbench.WorkbenchView:
        return workbench.view(tx, known, store.conversations.find(tx, "default", "taobao", id), shop.now)

    return shop.read(read)
