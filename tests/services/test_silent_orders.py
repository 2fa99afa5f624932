"""Buyers who order before they say a word: their follow-ups are led to and counted once there is a chat."""

from __future__ import annotations

from assistant import store
from tests.services.shop import Shop


def due_chats(shop: Shop) -> list[str]:
    """The chats that Alt+K leads to."""
    return [entry.conversation for entry in shop.read(lambda tx: store.queue.due(tx, shop.id))]


def version(shop: Shop) -> int:
    """What the screens that show the chat are compared by."""
    return shop.conversation().version


def test_the_reminder_of_an_order_placed_in_silence_is_led_to_in_the_chat_that_began_later(shop: Shop) -> None:
    shop.order("o1", "unpaid")
    shop.buyer_says("在吗", at="10:00:30")
    shop.passes("16m")
    assert [row.state for row in shop.follow_ups()] == ["due"]
    assert due_chats(shop) == ["c1"]


def test_a_reminder_that_is_up_already_is_led_to_from_the_first_word_on(shop: Shop) -> None:
    shop.order("o1", "unpaid")
    shop.passes("15m")
    assert due_chats(shop) == []
    shop.agent_says("亲，我在的", at="10:15:30")
    assert due_chats(shop) == ["c1"]


def test_what_becomes_of_it_is_shown_beside_that_chat(shop: Shop) -> None:
    shop.order("o1", "unpaid")
    shop.buyer_says("在吗", at="10:00:30")
    before = version(shop)
    shop.passes("16m")
    came_up = version(shop)
    assert came_up > before
    shop.act(shop.only(), "snooze", minutes=5)
    assert version(shop) > came_up


def test_a_follow_up_that_began_in_a_chat_stays_there(shop: Shop) -> None:
    shop.buyer_says("在吗")
    shop.order("o1", "unpaid", at="10:00:30")
    shop.buyer_says("在吗", at="10:01:00", conversation="c2")
    shop.passes("16m")
    assert due_chats(shop) == ["c1"]
