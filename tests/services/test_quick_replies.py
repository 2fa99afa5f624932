"""Quick replies in a conversation: which come first for this agent, and how it is known what an agent uses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from assistant import store
from assistant.domain.scripts import QuickReply, Scripts
from assistant.services import quick_replies
from assistant.services.quick_replies import Habits
from tests.services.shop import OFFERS, TABLES, Shop

STAYS, ASKS, THANKS = "亲，我在的，您接着说", "亲，您告诉我身高和体重___，我帮您看", "亲，谢谢您的信任"
ROWS = (
    QuickReply(id="stays", title="我在的", text=STAYS),
    QuickReply(id="asks", title="问身高", text=ASKS, stage="presale"),
    QuickReply(id="thanks", title="感谢", text=THANKS),
    # The same id as a situation of this shop: the two must not be taken for each other.
    QuickReply(id="price", title="报价格", text="亲，这款的价格以页面为准"),
    QuickReply(id="pay", title="付款遇到问题", text="亲，页面提示什么？", when={"order.state": "unpaid"}),
)


@pytest.fixture
def shop(new_shop: Callable[[Scripts], Shop]) -> Shop:
    made = new_shop(TABLES.model_copy(update={"quick_replies": ROWS}))
    made.works(lambda desk: None)
    return made


def first(shop: Shop, agent: str = "a1", habits: Habits | None = None, typed: str = "", chat: str = "") -> list[str]:
    """Ids as this agent sees them."""
    known = shop.desks.library.known(shop.id)
    assert known is not None

    def look(tx: store.Transaction) -> list[str]:
        uses = (habits or Habits()).of(tx, shop.id, agent, shop.now)
        conversation = shop.conversation(chat) if chat else None
        page = quick_replies.search(tx, known, shop.now, typed, conversation, 8, uses)
        return [reply.id for reply, *_ in page.items]

    return shop.read(look)


def sent(shop: Shop) -> list[tuple[str | None, str]]:
    return [(fact.agent, str(fact.data["script"])) for fact in shop.facts("quick_reply.sent")]


def test_a_quick_reply_that_was_sent_is_known_by_its_words(shop: Shop) -> None:
    shop.buyer_says("在吗")
    shop.agent_says(STAYS)
    shop.agent_says(ASKS.replace("___", "都行"))
    shop.agent_says("亲，什么颜色都有的")
    shop.agent_says(THANKS, origin="auto")
    assert sent(shop) == [("a1", "stays"), ("a1", "asks")]


def test_a_card_goes_before_a_quick_reply_of_the_same_words_and_an_id_is_no_situation(shop: Shop) -> None:
    shop.buyer_says("能便宜点嘛")
    (card,) = shop.cards()
    assert card.situation == "price"
    shop.agent_says(ROWS[3].text)
    assert sent(shop) == [("a1", "price")]
    assert shop.facts("suggestion.sent") == []
    shop.passes("1m")
    shop.buyer_says("能便宜点嘛")
    shop.agent_says(OFFERS)
    assert len(shop.facts("suggestion.sent")) == 1
    assert len(sent(shop)) == 1


def test_what_an_agent_uses_comes_first_for_this_agent_only(shop: Shop) -> None:
    assert first(shop) == ["stays", "asks", "thanks", "price", "pay"]
    shop.buyer_says("在吗")
    for _ in range(2):
        shop.agent_says(THANKS, by="a2")
    shop.agent_says(STAYS, by="a2")
    assert first(shop, "a2") == ["thanks", "stays", "asks", "price", "pay"]
    assert first(shop, "a1") == ["stays", "asks", "thanks", "price", "pay"]
    assert first(shop, "") == first(shop, "a1")


def test_the_order_goes_before_the_habit(shop: Shop) -> None:
    shop.buyer_says("在吗")
    for _ in range(3):
        shop.agent_says(THANKS)
    assert first(shop, chat="c1") == ["thanks", "asks", "stays", "price", "pay"]
    shop.order()
    assert first(shop, chat="c1")[:2] == ["pay", "thanks"]


def test_a_habit_is_forgotten_after_a_month(shop: Shop) -> None:
    shop.buyer_says("在吗")
    shop.agent_says(THANKS)
    assert first(shop)[0] == "thanks"
    shop.now += timedelta(days=31)
    assert first(shop)[0] == "stays"


def test_a_habit_is_looked_up_once_a_minute_and_not_with_every_letter(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    habits, looked = Habits(), 0
    really = store.facts.quick_replies_of

    def count(tx: store.Transaction, shop: str, agent: str, after: datetime) -> list[tuple[str, datetime]]:
        nonlocal looked
        looked += 1
        return really(tx, shop, agent, after)

    monkeypatch.setattr(store.facts, "quick_replies_of", count)
    for _ in range(5):
        first(shop, habits=habits)
    assert looked == 1
    first(shop, "a2", habits)
    assert looked == 2
    shop.now += timedelta(minutes=2)
    first(shop, habits=habits)
    assert looked == 3
