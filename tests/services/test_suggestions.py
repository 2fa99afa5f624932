"""Cards beside the chat: offered once a run, kept up to date, settled when the agent has spoken."""

from __future__ import annotations

import pytest

from tests.services.shop import OFFERS, Shop

ASKS_PRICE, ASKS_FABRIC = "能便宜点嘛", "是什么面料的"


def states(shop: Shop) -> list[str]:
    return [name.removeprefix("suggestion.") for name in shop.names("suggestion.")]


def test_a_card_is_offered_once_in_a_run(shop: Shop) -> None:
    shop.buyer_says(ASKS_PRICE)
    (card,) = shop.cards()
    shop.buyer_says("打个折吧", at="10:00:30")
    assert [(c.id, c.situation, c.state) for c in shop.cards()] == [(card.id, "price", "shown")]
    assert states(shop) == ["shown"]


def test_a_card_that_no_longer_fits_is_withdrawn(shop: Shop) -> None:
    shop.order("o1", "unpaid")
    shop.buyer_says("付不了款怎么办")
    assert [card.situation for card in shop.cards()] == ["unpaid"]
    shop.order("o1", "paid", at="10:01:00")
    assert shop.cards() == []


def test_the_words_of_a_card_settle_it_as_sent(shop: Shop) -> None:
    shop.buyer_says(ASKS_PRICE)
    shop.agent_says(OFFERS, at="10:00:20")
    assert (shop.cards(), states(shop)) == ([], ["shown", "sent"])


def test_small_changes_count_as_edited(shop: Shop) -> None:
    shop.buyer_says(ASKS_PRICE)
    shop.agent_says(OFFERS + "～", at="10:00:20")
    assert states(shop) == ["shown", "edited", "sent"]


def test_what_was_inserted_is_known_again_however_much_was_added_to_it(shop: Shop) -> None:
    shop.buyer_says(ASKS_PRICE)
    shop.act_on_card(shop.cards()[0], "inserted")
    shop.agent_says(f"{OFFERS}，有不清楚的地方随时问我，我一直在的哦，您慢慢看", at="10:00:20")
    assert states(shop) == ["shown", "inserted", "edited", "sent"]


def test_what_was_inserted_and_then_written_over_is_passed_over(shop: Shop) -> None:
    shop.buyer_says(ASKS_PRICE)
    shop.act_on_card(shop.cards()[0], "inserted")
    shop.agent_says("亲，我去问一下仓库", at="10:00:20")
    assert states(shop) == ["shown", "inserted"]


def test_other_words_pass_a_card_over(shop: Shop) -> None:
    shop.buyer_says(ASKS_PRICE)
    shop.agent_says("亲，稍等", at="10:00:20")
    assert (shop.cards(), states(shop)) == ([], ["shown"])


@pytest.mark.parametrize("remembered", [True, False], ids=["remembered", "read again"])
def test_what_comes_after_an_answer_in_its_very_second_waits_for_another(shop: Shop, remembered: bool) -> None:
    """Many hosts tell whole seconds: the one that came later is the later one."""
    shop.buyer_says(ASKS_PRICE)
    shop.buyer_says("还有优惠吗", at="10:00:20")
    shop.agent_says(OFFERS, at="10:00:20")
    assert shop.cards() == []
    if not remembered:
        shop.desks.store.write_now(lambda tx: tx.kept.forget())
    shop.buyer_says(ASKS_FABRIC, at="10:00:20")
    assert [(card.situation, card.state) for card in shop.cards()] == [("fabric", "shown")]
    shop.agent_says("请问您平时穿什么码", at="10:00:10")
    assert [card.state for card in shop.cards()] == ["shown"]
    shop.agent_says("在的，亲", at="10:00:20", origin="robot")
    shop.buyer_says("会起球吗", at="10:00:21")
    assert [card.situation for card in shop.cards()] == ["fabric"]


def test_a_robots_words_settle_nothing(shop: Shop) -> None:
    shop.buyer_says(ASKS_PRICE)
    shop.agent_says("您好", at="10:00:01", origin="robot")
    assert [card.state for card in shop.cards()] == ["shown"]


def test_a_dismissed_card_does_not_come_back_in_its_run(shop: Shop) -> None:
    shop.buyer_says(ASKS_PRICE)
    shop.act_on_card(shop.cards()[0], "dismissed")
    shop.buyer_says("打个折吧", at="10:00:30")
    assert [card.state for card in shop.cards()] == ["dismissed"]
    shop.agent_says("亲，稍等", at="10:01:00")
    shop.buyer_says(ASKS_PRICE, at="10:02:00")
    assert [card.state for card in shop.cards()] == ["shown"]


def test_a_dismissal_taken_back_brings_the_card_back_as_it_was(shop: Shop) -> None:
    shop.buyer_says(ASKS_PRICE)
    (card,) = shop.cards()
    shop.act_on_card(card, "restored")
    shop.act_on_card(card, "dismissed")
    shop.act_on_card(card, "restored")
    assert [card.state for card in shop.cards()] == ["shown"]
    assert states(shop) == ["shown", "dismissed", "shown"]
    shop.act_on_card(card, "inserted")
    shop.act_on_card(card, "dismissed")
    shop.act_on_card(card, "restored")
    assert [card.state for card in shop.cards()] == ["inserted"]
    shop.agent_says("在的", at="10:01:00")
    shop.act_on_card(card, "restored")
    assert shop.cards() == []


def test_a_reply_says_which_value_it_misses(shop: Shop) -> None:
    shop.buyer_says(ASKS_FABRIC)
    assert shop.cards()[0].missing
    shop.hears(type="item", item="i1", title="风衣")
    shop.buyer_says(ASKS_FABRIC, at="10:00:30", item="i1")
    assert (shop.cards()[0].missing, "风衣" in shop.cards()[0].text) == ([], True)


def test_an_old_answer_that_comes_late_leaves_the_cards_of_a_newer_question(shop: Shop) -> None:
    shop.buyer_says(ASKS_PRICE, at="10:05:00")
    shop.agent_says("亲，在的", at="10:01:00")
    assert [card.state for card in shop.cards()] == ["shown"]


def test_an_insertion_that_is_told_after_its_message_is_noted_once_and_changes_nothing_else(shop: Shop) -> None:
    shop.buyer_says(ASKS_PRICE)
    (card,) = shop.cards()
    shop.agent_says(OFFERS, at="10:00:20")
    shop.act_on_card(card, "inserted")
    shop.act_on_card(card, "inserted")
    shop.act_on_card(card, "dismissed")
    assert (shop.cards(), states(shop)) == ([], ["shown", "sent", "inserted"])
