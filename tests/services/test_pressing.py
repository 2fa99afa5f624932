"""A buyer presses: the question keeps its card, the chat moves up, the next answer ends it."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from tests.services.shop import Shop

ASKS_PRICE = "能便宜点嘛"


def pressed(shop: Shop, chat: str = "c1") -> tuple[int, bool]:
    found = shop.conversation(chat)
    return found.urged, found.wants_person


def test_pressing_does_not_replace_the_question(shop: Shop) -> None:
    shop.buyer_says(ASKS_PRICE)
    (card,) = shop.cards()
    for second, text in enumerate(["人呢", "？？", "转人工", "[图片]", "在嘛"], 10):
        shop.buyer_says(text, at=f"10:00:{second}")
        assert [(c.id, c.situation, c.why) for c in shop.cards()] == [(card.id, "price", "买家说「能便宜点嘛」")]
    assert pressed(shop) == (3, True)


def test_a_first_word_presses_for_nothing_yet_but_may_want_a_person(shop: Shop) -> None:
    shop.buyer_says("在吗")
    assert pressed(shop) == (0, False)
    shop.buyer_says("转人工", conversation="c2", buyer="b2")
    assert pressed(shop, "c2") == (0, True)


def test_a_human_answer_ends_the_pressing_and_a_robots_does_not(shop: Shop) -> None:
    shop.buyer_says(ASKS_PRICE)
    shop.buyer_says("人呢", at="10:00:20")
    shop.agent_says("亲，请稍等", at="10:00:21", origin="robot")
    assert pressed(shop) == (1, False)
    shop.agent_says("在的亲", at="10:00:30")
    assert pressed(shop) == (0, False)
    shop.buyer_says("人呢", at="10:00:40")
    assert pressed(shop) == (0, False)


def test_what_was_pressed_for_is_noted_with_the_message(shop: Shop) -> None:
    for text in (ASKS_PRICE, "人呢", "转人工"):
        shop.buyer_says(text)
    assert [fact.data.get("pressed") for fact in shop.facts("buyer.spoke")] == [None, "answer", "person"]


STORY: tuple[tuple[str, dict[str, Any]], ...] = (
    ("10:00:01", {"side": "buyer", "text": ASKS_PRICE}),
    ("10:00:02", {"side": "agent", "text": "在的", "agent": "a1"}),
    ("10:00:03", {"side": "buyer", "text": "转人工"}),
    ("10:00:04", {"side": "buyer", "text": "人呢"}),
    ("10:00:05", {"side": "buyer", "text": "怎么不回"}),
)


@pytest.mark.parametrize("order", list(permutations(range(len(STORY))))[::7])
def test_the_same_messages_count_the_same_in_whatever_order_they_arrive(shop: Shop, order: tuple[int, ...]) -> None:
    for number in order:
        at, said = STORY[number]
        shop.receives(shop.event(at, type="message", **said))
    assert pressed(shop) == (2, True)
