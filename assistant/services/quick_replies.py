"""Quick replies as they can be sent in a conversation; how they are found is a rule of its own."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from assistant import store
from assistant.domain.context import condition_values, template_values
from assistant.domain.handbook import shop_values
from assistant.domain.quick_replies import stage_of
from assistant.domain.scripts import QuickReply
from assistant.domain.templates import Rendered, render
from assistant.services import handbook, known
from assistant.services.desk import Shop
from assistant.store.conversations import Conversation


class Page(NamedTuple):
    """The first quick replies with their texts, and how many fit altogether."""

    items: list[tuple[QuickReply, Rendered]]
    total: int


def search(
    tx: store.Transaction, shop: Shop, now: datetime, typed: str, conversation: Conversation | None, limit: int
) -> Page:
    """What fits what is typed, first what suits this conversation's order; what a text lacks is named.

    Without a conversation only what the handbook says is filled in.
    """
    if conversation is None:
        found = shop.quick_replies.search(typed, limit=limit)
        values = shop_values(shop.scripts.shop, handbook.today(shop, now))
        return Page([(reply, render(reply.text, values)) for reply in found.items], found.total)
    buyer = store.buyers.get(tx, conversation.buyer)
    assert buyer is not None
    about = known.about(tx, shop, now, buyer, conversation)
    stage = stage_of(condition_values(about).get("order.state"))
    found, values = shop.quick_replies.search(typed, stage=stage, limit=limit), template_values(about)
    return Page([(reply, render(reply.text, values)) for reply in found.items], found.total)
