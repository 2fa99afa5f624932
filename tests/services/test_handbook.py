"""The handbook beside a chat: an entry that ends takes its replies with it, at the shop's own midnight."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import pytest

from assistant.domain.scripts import Scripts
from assistant.services import handbook, quick_replies
from assistant.services import sidebar as sidebars
from assistant.services.sidebar_view import LackView, SuggestionView
from tests.services.shop import TABLES, Shop, moment

ASKS_GIFT = "有赠品吗"
TABLES_WITH_GIFT = Scripts.model_validate(
    {
        "situations": [
            {
                "id": "gift",
                "name": "问赠品",
                "goal": "说清赠品",
                "phrases": [ASKS_GIFT, "送不送礼物", "有小礼品吗", "买了送什么", "赠品是什么"],
                "replies": [{"id": "rule", "text": "亲，{{ shop.gift_rule }}，{{ shop.freight }}"}],
            }
        ],
        "small_talk": TABLES.small_talk,
        "quick_replies": [{"id": "gift", "title": "赠品", "text": "{{ shop.gift_rule }}"}],
        "shop": {
            "gift_rule": {"label": "赠品规则", "value": "买一送一", "valid_to": "2026-11-11"},
            "freight": {"value": "包邮", "valid_from": "2026-11-11"},
            "cutoff": {"label": "截单时间", "value": "16:00", "valid_to": "2026-12-31"},
        },
    }
)


@pytest.fixture
def shop(new_shop: Callable[[Scripts], Shop]) -> Shop:
    return new_shop(TABLES_WITH_GIFT)


def card(shop: Shop) -> SuggestionView:
    at = shop.works(lambda desk: desk.shop)
    view = shop.read(lambda tx: sidebars.view(tx, at, shop.conversation(), shop.now))
    (found,) = view.suggestions
    return found


def test_an_entry_is_said_on_its_last_day_until_the_shops_midnight(shop: Shop) -> None:
    shop.buyer_says(ASKS_GIFT, at="23:59:59")
    assert (card(shop).missing, card(shop).text) == ((), "亲，买一送一，包邮")
    shop.passes("1s")
    assert card(shop).missing == ("shop.gift_rule expired 2026-11-11",)
    assert card(shop).lacks == (LackView("shop.gift_rule", "赠品规则", "expired", "2026-11-11"),)


def test_an_entry_that_has_not_begun_says_from_when(shop: Shop) -> None:
    shop.now = moment("23:59:00", 10)
    shop.receives(shop.event(None, type="message", side="buyer", text=ASKS_GIFT))
    assert card(shop).lacks == (LackView("shop.freight", "", "coming", "2026-11-11"),)


def test_a_card_filled_after_the_end_names_the_entry_once(shop: Shop) -> None:
    shop.now = moment("08:00:00", 12)
    shop.receives(shop.event(None, type="message", side="buyer", text=ASKS_GIFT))
    assert card(shop).missing == ("shop.gift_rule expired 2026-11-11",)
    assert card(shop).text == "亲，【shop.gift_rule】，包邮"


def test_a_quick_reply_is_filled_from_the_handbook_even_without_a_chat(shop: Shop) -> None:
    at = shop.works(lambda desk: desk.shop)
    for day, missing in ((11, ()), (12, ("shop.gift_rule expired 2026-11-11",))):
        now = moment("10:00:00", day)
        page = shop.read(partial(quick_replies.search, shop=at, now=now, typed="赠品", conversation=None, limit=8))
        assert [offer.filled.missing for offer in page.items] == [missing]


def test_entries_are_looked_up_with_their_validity(shop: Shop) -> None:
    at = shop.works(lambda desk: desk.shop)
    found = handbook.search(at, moment("10:00:00", 11), "", 8)
    by_key = {one.key: one for one in found.items}
    assert found.total == 3
    assert (by_key["gift_rule"].days_left, by_key["gift_rule"].lack) == (0, None)
    assert (by_key["cutoff"].days_left, by_key["cutoff"].valid_to) == (None, date(2026, 12, 31))
    assert (by_key["freight"].label, by_key["freight"].lack) == ("", None)
    later = handbook.search(at, moment("10:00:00", 12), "赠品", 8).items
    assert [(one.key, one.lack, one.days_left) for one in later] == [("gift_rule", "expired 2026-11-11", None)]
