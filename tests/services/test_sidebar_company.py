"""The sidebar in company: who else holds a conversation, and what of its orders was done today."""

from __future__ import annotations

from typing import Any

from assistant.domain.staff import OPERATOR
from assistant.services import sidebar, staff
from assistant.services.sidebar_view import AgentView, SidebarView
from tests.services.shop import REMINDS, Shop, moment


def seen_by(shop: Shop, agent: str, chat: str = "c1") -> SidebarView:
    at, conversation = shop.desks.library.known("default"), shop.conversation(chat)
    assert at is not None
    return shop.read(lambda tx: sidebar.view(tx, at, conversation, shop.now, AgentView(agent)))


def reminded(shop: Shop) -> dict[str, bool]:
    return {order.id: order.reminded for order in seen_by(shop, "a1").orders}


def test_nobody_is_told_that_she_herself_follows_up_at_sixty_chats(shop: Shop) -> None:
    agents = ["a1", "a2", "a3"]
    for n in range(60):
        shop.buyer_says("在吗", conversation=f"c{n}", buyer=f"b{n}")
        shop.agent_says("在的", conversation=f"c{n}", buyer=f"b{n}", by=agents[n % 3])
    for n in range(60):
        holder = agents[n % 3]
        told = {agent: seen_by(shop, agent, f"c{n}").conversation.colleague for agent in agents}
        assert told == {agent: None if agent == holder else holder for agent in agents}


def test_a_colleague_is_called_by_name_where_the_name_is_known(shop: Shop) -> None:
    shop.agent_says("在的", by="xiaowang")
    assert seen_by(shop, "a1").conversation.colleague == "xiaowang"
    about: dict[str, Any] = {"shop": "default", "role": "agent", "by": OPERATOR, "name": "小王"}
    shop.works(lambda desk: staff.add(desk.tx, "xiaowang", "no password", desk.now, **about))
    assert seen_by(shop, "a1").conversation.colleague == "小王"
    assert seen_by(shop, "xiaowang").conversation.colleague is None


def test_reminded_today_is_said_of_every_order_meant_and_only_on_that_day(shop: Shop) -> None:
    shop.buyer_says("在吗", at="21:00:00")
    shop.order("o1", at="21:00:10")
    shop.order("o2", at="21:00:20")
    assert reminded(shop) == {"o1": False, "o2": False}
    shop.passes_until("21:16:00")
    shop.agent_says(REMINDS)
    assert reminded(shop) == {"o1": True, "o2": True}
    shop.order("o1", "paid", at="21:20:00")
    assert reminded(shop) == {"o1": False, "o2": True}
    shop.now = moment("00:00:00", 12)
    assert reminded(shop) == {"o1": False, "o2": False}
