"""What the sidebar says of promises, and of follow-ups that the night kept back."""

from __future__ import annotations

from datetime import datetime

from assistant import store
from assistant.services import sidebar
from assistant.services.sidebar_view import AgentView, SidebarView
from tests.services.shop import ASKS, HOLDS, Shop, moment


def seen(shop: Shop, viewer: str = "a1") -> SidebarView:
    """The sidebar beside c1 as an agent sees it now."""
    at = shop.works(lambda desk: desk.shop)
    chat = shop.conversation()
    return shop.read(lambda tx: sidebar.view(tx, at, chat, shop.now, AgentView(viewer)))


def again(shop: Shop, before: SidebarView, changed: set[str]) -> SidebarView:
    """The same after news, read as far as it may have changed."""
    at = shop.works(lambda desk: desk.shop)

    def look(tx: store.Transaction) -> SidebarView:
        chat = store.conversations.find(tx, shop.id, "taobao", "c1")
        assert chat is not None
        return sidebar.brought_up_to_date(tx, at, chat, shop.now, before, AgentView("a1"), changed)

    return shop.read(look)


def test_a_running_promise_says_who_promised_what(shop: Shop) -> None:
    shop.agent_says(HOLDS, at="10:00:00")
    (mine,), (theirs,) = seen(shop).follow_ups, seen(shop, "a2").follow_ups
    assert (mine.promised, mine.promised_by, mine.mine) == ("2分钟内回您", "a1", True)
    assert (theirs.promised_by, theirs.mine) == ("a1", False)
    assert datetime.fromtimestamp(mine.due_at, shop.now.tzinfo) == moment("10:02:00")


def test_what_the_night_kept_back_is_named_with_its_hour(shop: Shop) -> None:
    shop.agent_says(ASKS, at="22:10:00")
    shop.passes("5m")
    view = seen(shop)
    assert view.follow_ups == ()
    (row,) = view.withheld
    assert row.name == "无应答"
    assert datetime.fromtimestamp(row.again_at, shop.now.tzinfo) == moment("08:00:00", 12)


def test_it_is_named_until_somebody_speaks(shop: Shop) -> None:
    shop.agent_says(ASKS, at="22:10:00")
    shop.passes("5m")
    before = seen(shop)
    shop.buyer_says("修身的", at="23:00:00")
    assert again(shop, before, set()).withheld == ()
    assert again(shop, before, {"follow_ups"}).withheld == ()
    assert seen(shop).withheld == ()


def test_it_is_named_for_a_day_at_most(shop: Shop) -> None:
    shop.agent_says(ASKS, at="22:10:00")
    shop.passes("5m")
    shop.passes("23h59m")
    assert len(seen(shop).withheld) == 1
    shop.passes("1m")
    assert seen(shop).withheld == ()


def test_what_was_withheld_for_another_reason_is_not_laid_on_the_night(shop: Shop) -> None:
    shop.hears(type="order", order="o1", status="unpaid", amount="59.00", platform="pdd", at="10:00:00")
    shop.buyer_says("在吗", at="10:00:01", platform="pdd")
    shop.order("o2", at="10:00:02")
    shop.agent_says("在的", at="10:00:03")
    shop.passes("16m")
    assert "withheld" in [row.state for row in shop.follow_ups("unpaid")]
    assert seen(shop).withheld == ()


def test_one_that_waits_for_the_morning_says_that_it_rests(shop: Shop) -> None:
    shop.agent_says("在的", at="21:49:00")
    shop.order("o1", at="21:50:00")
    assert [row.resting for row in seen(shop).follow_ups] == [False]
    shop.passes("20m")
    assert [row.resting for row in seen(shop).follow_ups] == [True]
    shop.passes_until("08:00:00", day=12)
    assert [(row.state, row.resting) for row in seen(shop).follow_ups] == [("due", False)]


def test_the_shop_may_have_no_holding_reply(shop: Shop) -> None:
    shop.agent_says("在的")
    assert seen(shop).holding == ""
