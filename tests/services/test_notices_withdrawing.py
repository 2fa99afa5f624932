"""What a notice says no longer holds: replies go when it is posted and come back when it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from assistant.domain.errors import Conflict
from assistant.domain.scripts import Scripts
from assistant.services import notices, quick_replies
from assistant.services import sidebar as sidebars
from assistant.services.sidebar_view import AgentView
from tests.services.gift_notices import ASKS_GIFT, GIFTS, PLAIN, RULE, end, post, tables, view, withdrawn
from tests.services.shop import TELLS, Shop, moment


@pytest.fixture
def shop(new_shop: Callable[[Scripts], Shop]) -> Shop:
    return new_shop(GIFTS)


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


def test_what_can_be_withdrawn_is_found_by_what_people_call_it(shop: Shop) -> None:
    at = shop.works(lambda desk: desk.shop)
    found = notices.choices(at, "赠品", 6)
    assert {(one.kind, one.name) for one in found.items} >= {
        ("handbook", "gift_rule"), ("situations", "gift"), ("quick_replies", "gift"), ("replies", "gift/rule"),
    }  # fmt: skip
    assert found.total == len(found.items)
    assert notices.choices(at, "", 1).total > len(notices.choices(at, "", 1).items) == 4
    assert notices.choices(at, "没有这样的东西", 6).items == []
