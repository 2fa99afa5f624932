"""A quick reply that was inserted is known when it is sent, also filled in or changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from assistant.domain.errors import NotFound
from assistant.domain.scripts import Scripts
from assistant.services import quick_reply_uses
from tests.services.own_replies import add, found, opened
from tests.services.shop import Shop


@pytest.fixture
def shop(new_shop: Callable[[Scripts], Shop]) -> Shop:
    return opened(new_shop)


def inserted(shop: Shop, name: str, text: str, agent: str = "a1") -> None:
    def work(desk: Any) -> None:
        quick_reply_uses.inserted(desk, desk.conversation("taobao", "c1"), name, text, agent=agent)

    shop.works(work)


def sent(shop: Shop) -> list[str]:
    return [str(fact.data["script"]) for fact in shop.facts("quick_reply.sent")]


def test_what_was_inserted_and_sent_is_known_filled_in_or_changed_and_becomes_a_habit(shop: Shop) -> None:
    id = add(shop, "亲，{{?尺码}}还有货，今天拍今天发", title="有货")
    first = add(shop, "亲，这款不起球", title="不起球")
    shop.buyer_says("有货吗")
    inserted(shop, f"~{id}", "亲，__尺码__还有货，今天拍今天发")
    shop.agent_says("亲，XL还有货，今天拍今天发")
    inserted(shop, f"~{id}", "亲，__尺码__还有货，今天拍今天发")
    shop.agent_says("亲亲，L码还有货，今天拍今天发哦")
    inserted(shop, f"~{first}", "亲，这款不起球")
    shop.agent_says("稍等，我看一下")
    assert sent(shop) == [f"~{id}", f"~{id}"]
    assert [bool(fact.data["edited"]) for fact in shop.facts("agent.spoke")] == [False, True, False]
    assert found(shop)[:2] == ["有货", "不起球"]
    shop.agent_says("亲，这款不起球")  # of another's own nothing is known by its words alone
    assert len(sent(shop)) == 2


def test_an_insertion_is_forgotten_after_a_while_and_for_another_agent(shop: Shop) -> None:
    id = add(shop, "亲，这款不起球")
    shop.buyer_says("会起球吗")
    inserted(shop, f"~{id}", "亲，这款不起球")
    shop.agent_says("亲，这款不起球", by="a2")
    inserted(shop, f"~{id}", "亲，这款不起球")
    shop.passes("11m")
    shop.agent_says("亲，这款不起球")
    assert sent(shop) == []
    with pytest.raises(NotFound):
        inserted(shop, f"~{id}", "亲，这款不起球", agent="a2")
