"""Which words work: what became of cards and quick replies, with denominators, by period, platform and buyer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.scripts import QuickReply, Scripts
from assistant.domain.wording_changes import Change
from assistant.domain.words import Tally
from assistant.services import words
from assistant.services.kpi_scope import Wish
from tests.services.shop import OFFERS, TABLES, Shop

ASKS = QuickReply(id="asks", title="问身高", text="亲，您告诉我身高和体重，我帮您看看")
CARD = "price/bundle"


@pytest.fixture
def shop(new_shop: Callable[[Scripts], Shop]) -> Shop:
    made = new_shop(TABLES.model_copy(update={"quick_replies": (ASKS,)}))
    made.works(lambda desk: None)
    return made


def asks_price(shop: Shop, n: int, **more: Any) -> None:
    shop.buyer_says("能便宜点嘛", buyer=f"b{n}", conversation=f"c{n}", **more)


def answers(shop: Shop, n: int, text: str, **more: Any) -> None:
    shop.agent_says(text, buyer=f"b{n}", conversation=f"c{n}", **more)


def seen(shop: Shop, purchases: str | None = None, platform: str | None = None, day: int = 11) -> words.WordsView:
    known = shop.desks.library.known(shop.id)
    assert known is not None
    wish = Wish(date(2026, 11, day), date(2026, 11, day), platform=platform)
    return shop.read(lambda tx: words.view(tx, known, words.asked(known, wish, purchases, shop.now)))


def card(shop: Shop, **more: Any) -> Tally:
    (situation,) = seen(shop, **more).situations
    (line,) = situation.replies
    assert (situation.id, line.name, line.text) == ("price", CARD, OFFERS)
    return line.tally


def test_each_card_is_counted_by_what_became_of_it(shop: Shop) -> None:
    for n in range(1, 5):
        asks_price(shop, n)
    answers(shop, 1, OFFERS)
    answers(shop, 2, OFFERS.replace("亲，", "您好，"))
    (passed,) = shop.cards("c3")
    shop.act_on_card(passed, "inserted")
    (away,) = shop.cards("c4")
    shop.act_on_card(away, "dismissed")
    assert card(shop) == Tally(shown=4, inserted=1, unchanged=1, edited=1, dismissed=1)
    assert (card(shop).sent_rate, card(shop).answered_rate) == (0.5, None)
    assert seen(shop, day=12).situations == ()


def test_what_buyers_did_is_counted_only_of_those_whose_time_is_over(shop: Shop) -> None:
    for n in range(1, 4):
        asks_price(shop, n)
        answers(shop, n, OFFERS)
    shop.passes("10m")
    shop.buyer_says("好的", buyer="b1", conversation="c1")
    assert card(shop).answerable == 0
    shop.passes("21m")
    shop.buyer_says("再看看", buyer="b2", conversation="c2")  # too late by then
    shop.order("o1", "paid", buyer="b3")
    assert (card(shop).answered, card(shop).answerable, card(shop).orderable) == (1, 3, 0)
    shop.passes("24h")
    assert (card(shop).ordered, card(shop).orderable, card(shop).payable) == (1, 3, 0)
    shop.passes("48h")
    assert (card(shop).paid, card(shop).payable) == (1, 3)


def test_buyers_are_new_or_not_as_they_were_then(shop: Shop) -> None:
    shop.order("old", "paid", buyer="b2")
    shop.passes("1m")
    for n in (1, 2):
        asks_price(shop, n)
        answers(shop, n, OFFERS)
    shop.passes("1m")
    shop.order("fresh", "paid", buyer="b1")
    assert card(shop, purchases="new").shown == 1
    assert card(shop, purchases="second").shown == 1
    assert seen(shop, purchases="repeat").situations == ()
    assert card(shop, platform="taobao").shown == 2
    assert seen(shop, platform="jd").situations == ()
    with pytest.raises(InvalidInput):
        seen(shop, purchases="rich")


def test_quick_replies_are_counted_without_what_nobody_knows(shop: Shop) -> None:
    shop.buyer_says("我穿什么码")
    shop.agent_says(ASKS.text)
    shop.agent_says(ASKS.text + "哦")
    (line,) = seen(shop).quick_replies
    assert (line.name, line.title) == ("asks", "问身高")
    assert (line.tally.shown, line.tally.dismissed, line.tally.unchanged, line.tally.edited) == (None, None, 1, 1)
    assert (line.tally.sent_rate, line.tally.unchanged_rate) == (None, 0.5)


def test_a_figure_leads_to_the_chats_and_to_what_is_commonly_changed(shop: Shop) -> None:
    for n in range(1, 4):
        asks_price(shop, n)
        answers(shop, n, OFFERS if n == 1 else OFFERS.removeprefix("亲，"))
    known = shop.desks.library.known(shop.id)
    assert known is not None
    what = words.asked(known, Wish(date(2026, 11, 11), date(2026, 11, 11)), None, shop.now)
    found = shop.read(lambda tx: words.behind(tx, known, what, CARD, "edited"))
    assert [(row.conversation, row.edited, row.buyer) for row in found.rows] == [
        ("c3", True, "b***"),
        ("c2", True, "b***"),
    ]
    assert [(one.change, one.count) for one in found.changes] == [(Change("亲，", "", "start"), 2)]
    assert (found.cut, found.compared, found.situation) == (False, 2, "觉得贵")
    assert len(shop.read(lambda tx: words.behind(tx, known, what, CARD, "shown")).rows) == 3
    with pytest.raises(NotFound):
        shop.read(lambda tx: words.behind(tx, known, what, "price/other", "shown"))
