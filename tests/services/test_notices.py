"""Notices at work: replies go when one is posted and come back when it ends, receipts are kept once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from assistant import store
from assistant.domain.errors import Conflict, InvalidInput, NotFound
from assistant.domain.notices import MOST_STANDING, NOTHING, Withdraws
from assistant.domain.scripts import Scripts
from assistant.services import notices, quick_replies
from assistant.services import sidebar as sidebars
from assistant.services.intake import read, receive
from assistant.services.sidebar_view import AgentView, NoticeView, SidebarView
from tests.services.shop import TABLES, TELLS, Shop, moment

ASKS_GIFT = "有赠品吗"
PHRASES = [ASKS_GIFT, "送不送礼物", "有小礼品吗", "买了送什么", "赠品是什么"]
RULE, PLAIN = "亲，{{ shop.gift_rule }}", "亲，我去问一下仓库"


def tables(*replies: dict[str, object]) -> Scripts:
    gift = {"id": "gift", "name": "问赠品", "goal": "说清赠品", "phrases": PHRASES, "replies": list(replies)}
    others = [row.model_dump(by_alias=True) for row in TABLES.situations]
    return Scripts.model_validate(
        {
            "situations": [gift, *others],
            "small_talk": TABLES.small_talk,
            "touchpoints": TABLES.touchpoints,
            "quick_replies": [
                {"id": "gift", "title": "赠品", "text": RULE},
                {"id": "hello", "title": "你好", "text": "亲，在的"},
            ],
            "shop": {"gift_rule": {"label": "赠品规则", "value": "买一送一"}},
        }
    )


@pytest.fixture
def shop(new_shop: Callable[[Scripts], Shop]) -> Shop:
    return new_shop(tables({"id": "rule", "text": RULE}))


def post(shop: Shop, text: str = "赠品已送完", ends_at: datetime | None = None, **gone: Any) -> int:
    withdraws = Withdraws.model_validate(gone)
    return shop.works(lambda desk: notices.post(desk, text, author="店长", ends_at=ends_at, withdraws=withdraws))


def end(shop: Shop, id: int) -> None:
    shop.works(lambda desk: notices.end(desk, id, by="店长"))


def view(shop: Shop, agent: str = "a1") -> SidebarView:
    at = shop.works(lambda desk: desk.shop)
    viewer = AgentView(agent, notices=notices.views(at, agent, shop.now))
    return shop.read(lambda tx: sidebars.view(tx, at, shop.conversation(), shop.now, viewer))


def withdrawn(shop: Shop) -> list[str | None]:
    return [card.withdrawn for card in view(shop).suggestions]


@pytest.mark.parametrize(
    "gone", [{"handbook": ["gift_rule"]}, {"situations": ["gift"]}, {"replies": ["gift/rule"]}], ids=str
)
def test_a_card_that_is_up_is_taken_back_and_comes_back_when_the_notice_ends(shop: Shop, gone: dict[str, Any]) -> None:
    shop.buyer_says(ASKS_GIFT)
    assert withdrawn(shop) == [None]
    id = post(shop, **gone)
    assert withdrawn(shop) == ["赠品已送完"]
    end(shop, id)
    assert withdrawn(shop) == [None]


def test_what_is_withdrawn_cannot_be_inserted_by_whatever_way_but_can_be_put_away(shop: Shop) -> None:
    shop.buyer_says(ASKS_GIFT)
    (card,) = shop.cards()
    id = post(shop, handbook=["gift_rule"])
    for action in ("inserted", "edited"):
        with pytest.raises(Conflict, match="赠品已送完") as refused:
            shop.act_on_card(card, action)
        assert (refused.value.reason, refused.value.values) == ("withdrawn", {"words": "赠品已送完"})
    assert shop.names("suggestion") == ["suggestion.shown"]
    end(shop, id)
    shop.act_on_card(card, "inserted")
    assert shop.names("suggestion") == ["suggestion.shown", "suggestion.inserted"]
    post(shop, handbook=["gift_rule"])
    shop.act_on_card(card, "dismissed")
    assert [one.state for one in shop.cards()] == ["dismissed"]


def test_the_next_reply_that_can_be_said_is_offered_instead(new_shop: Callable[[Scripts], Shop]) -> None:
    shop = new_shop(
        tables({"id": "plain", "text": PLAIN}, {"id": "rule", "for": {"buyer.purchases": "new"}, "text": RULE})
    )
    id = post(shop, handbook=["gift_rule"])
    shop.buyer_says(ASKS_GIFT)
    assert ([card.reply for card in shop.cards()], withdrawn(shop)) == (["plain"], [None])
    end(shop, id)
    shop.buyer_says("买了送什么", at="10:00:30")
    assert [card.reply for card in shop.cards()] == ["rule"]


def test_a_reply_withdrawn_before_it_is_asked_for_is_shown_with_the_reason(shop: Shop) -> None:
    post(shop, replies=["gift/rule"])
    shop.buyer_says(ASKS_GIFT)
    assert withdrawn(shop) == ["赠品已送完"]


def test_a_follow_up_that_is_up_is_taken_back_too(shop: Shop) -> None:
    shop.buyer_says("在吗")
    shop.agent_says(TELLS, tells="promotion")
    shop.passes("15m")
    (due,) = view(shop).follow_ups
    assert (due.state, due.withdrawn) == ("due", None)
    id = post(shop, "活动提前结束", situations=["explain"])
    assert [row.withdrawn for row in view(shop).follow_ups] == ["活动提前结束"]
    end(shop, id)
    assert [row.withdrawn for row in view(shop).follow_ups] == [None]


def test_quick_replies_are_taken_back_by_key_and_by_name(shop: Shop) -> None:
    def found() -> dict[str, str | None]:
        at = shop.works(lambda desk: desk.shop)
        page = shop.read(lambda tx: quick_replies.search(tx, at, shop.now, "", None, 8))
        return {offer.reply.id: offer.withdrawn for offer in page.items}

    assert found() == {"gift": None, "hello": None}
    first, second = post(shop, handbook=["gift_rule"]), post(shop, "今天不问好", quick_replies=["hello"])
    assert found() == {"gift": "赠品已送完", "hello": "今天不问好"}
    end(shop, first)
    end(shop, second)
    assert found() == {"gift": None, "hello": None}


def test_a_notice_is_over_at_the_shops_midnight_without_anybody_doing_anything(shop: Shop) -> None:
    shop.now = moment("23:59:00")
    post(shop, handbook=["gift_rule"])
    shop.buyer_says(ASKS_GIFT, at="23:59:30")
    assert (withdrawn(shop), len(view(shop).notices)) == (["赠品已送完"], 1)
    shop.passes_until("00:00:00", day=12)
    assert (withdrawn(shop), view(shop).notices) == ([None], ())


def test_whether_a_sidebar_is_out_of_date_is_known_without_asking_the_tables(shop: Shop) -> None:
    shop.buyer_says(ASKS_GIFT)
    at = shop.works(lambda desk: desk.shop)
    shown = view(shop)
    assert not notices.out_of_date(at, shown, "a1", shop.now)
    id = post(shop, handbook=["gift_rule"])
    at = shop.works(lambda desk: desk.shop)
    assert notices.out_of_date(at, shown, "a1", shop.now)
    mine, theirs = view(shop), view(shop, "a2")
    shop.works(lambda desk: notices.read(desk, id, agent="a1"))
    at = shop.works(lambda desk: desk.shop)
    assert notices.out_of_date(at, mine, "a1", shop.now)
    assert not notices.out_of_date(at, theirs, "a2", shop.now)
    assert notices.out_of_date(at, view(shop), "a1", shop.now + timedelta(days=1))


def test_an_event_that_comes_between_takes_the_card_back_as_well(shop: Shop) -> None:
    """The view is brought up to date for something else: the notice must not get lost."""
    shop.buyer_says(ASKS_GIFT)
    before = view(shop)
    post(shop, handbook=["gift_rule"])
    at = shop.works(lambda desk: desk.shop)
    viewer = AgentView("a1", notices=notices.views(at, "a1", shop.now))
    now_shown = shop.read(
        lambda tx: sidebars.brought_up_to_date(
            tx, at, shop.conversation(), shop.now, before, viewer, frozenset({"queue"})
        )
    )
    assert [card.withdrawn for card in now_shown.suggestions] == ["赠品已送完"]


# --- receipts --------------------------------------------------------------------------------------------------------


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


def test_what_can_be_withdrawn_is_found_by_what_people_call_it(shop: Shop) -> None:
    at = shop.works(lambda desk: desk.shop)
    found = notices.choices(at, "赠品", 6)
    assert {(one.kind, one.name) for one in found.items} >= {
        ("handbook", "gift_rule"), ("situations", "gift"), ("quick_replies", "gift"), ("replies", "gift/rule"),
    }  # fmt: skip
    assert found.total == len(found.items)
    assert notices.choices(at, "", 1).total > len(notices.choices(at, "", 1).items) == 4
    assert notices.choices(at, "没有这样的东西", 6).items == []


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
