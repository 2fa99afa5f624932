"""A newer release proposes its rows to a shop that began with an older one: nothing comes by itself."""

from __future__ import annotations

import pytest

from assistant import store
from assistant.domain.drafts import Draft, mark
from assistant.domain.errors import Conflict
from assistant.domain.script_rows import Name
from assistant.domain.scripts import QuickReply, Scripts
from assistant.domain.shipped import News, news
from assistant.services import drafts, shipped
from assistant.services.exchange import publish_all
from assistant.services.scripts import prepare
from tests.services.shop import TABLES, Shop

A, B = (Name("quick_replies", id) for id in "ab")
CHECK, OTHER_CHECK = (Name("checks", id) for id in "ab")
NEW = Name("quick_replies", "new-in-release")
PRICE = Name("situations", "price")


@pytest.mark.parametrize(
    ("base", "ours", "now", "told"),
    [
        ({A: "1"}, {A: "1"}, {A: "1"}, []),
        ({A: "1"}, {A: "1"}, {A: "2"}, [News(A, "2", own=False)]),
        ({A: "1"}, {A: "2"}, {A: "2"}, []),
        ({A: "1"}, {A: "3"}, {A: "2"}, [News(A, "2", own=True)]),
        ({A: "1"}, {B: "x"}, {A: "2"}, [News(A, "2", own=True)]),
        ({A: "1"}, {B: "x"}, {A: "1"}, []),
        ({}, {B: "x"}, {A: "1"}, [News(A, "1", own=False)]),
        ({}, {}, {A: "1"}, [News(A, "1", own=False)]),
        ({}, {A: "1"}, {CHECK: "1"}, []),
        ({}, {OTHER_CHECK: "1"}, {CHECK: "1"}, [News(CHECK, "1", own=False)]),
        ({A: "1"}, {A: "1"}, {}, []),
        ({A: "[1]"}, {A: "- 1"}, {A: "[2]"}, [News(A, "[2]", own=False)]),
    ],
)
def test_what_is_new_is_told_with_whether_the_shop_wrote_it_itself(
    base: dict[Name, str], ours: dict[Name, str], now: dict[Name, str], told: list[News]
) -> None:
    assert list(news(base, ours, now)) == told


def released() -> Scripts:
    """The tables of the next release: a quick reply more, and another goal of a situation."""
    situations = [
        row.model_copy(update={"goal": "换一种说法"}) if row.id == "price" else row for row in TABLES.situations
    ]
    more = QuickReply(id=NEW.id, title="新的", text="亲，新的")
    return TABLES.model_copy(update={"situations": tuple(situations), "quick_replies": (*TABLES.quick_replies, more)})


def take(shop: Shop) -> Draft:
    return shop.read(lambda tx: drafts.take(tx, shop.id))


def told(shop: Shop, tables: Scripts) -> list[tuple[Name, bool]]:
    draft = take(shop)
    return [(one.name, one.own) for one in shop.read(lambda tx: shipped.news(tx, shop.id, draft, tables))]


def test_the_same_release_has_no_news(shop: Shop) -> None:
    assert told(shop, TABLES) == []


def test_new_rows_become_a_draft_when_they_are_chosen_and_are_not_told_of_again(shop: Shop) -> None:
    tables = released()
    assert told(shop, tables) == [(PRICE, False), (NEW, False)]
    assert take(shop).changes == []
    seen = take(shop).mark
    assert shop.works(lambda desk: shipped.take(desk, tables, {NEW}, seen, author="t1")) == 1
    assert {change.name for change in take(shop).changes} == {NEW}
    assert told(shop, tables) == [(PRICE, False)]
    with pytest.raises(Conflict):
        shop.works(lambda desk: shipped.take(desk, tables, {PRICE}, seen, author="t1"))


def test_a_row_the_shop_changed_itself_is_told_as_such(shop: Shop) -> None:
    text = take(shop).texts[PRICE]
    shop.works(lambda desk: drafts.write(desk, PRICE, text + "record: [item]\n", seen=mark(text), author="t1"))
    assert told(shop, released()) == [(PRICE, True), (NEW, False)]


def test_what_was_put_away_comes_back_with_the_release_after_it(shop: Shop) -> None:
    tables = released()
    shop.works(lambda desk: shipped.put_away(desk, tables))
    assert told(shop, tables) == []
    later = tables.model_copy(update={"small_talk": (*tables.small_talk, "新的闲聊")})
    assert NEW in dict(told(shop, later))


def test_a_shop_that_began_with_tables_of_its_own_is_left_alone(shop: Shop) -> None:
    prepared = prepare(Scripts(situations=TABLES.situations))

    def begin(tx: store.Transaction) -> None:
        publish_all(tx, "own", prepared, shop.now, author="t1", note="")

    shop.desks.store.write_now(begin)
    draft = shop.read(lambda tx: drafts.take(tx, "own"))
    assert shop.read(lambda tx: shipped.news(tx, "own", draft, released())) == []
