"""Quick replies as they can be sent in a conversation; how they are found is a rule of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from assistant import store
from assistant.domain.context import condition_values, template_values
from assistant.domain.quick_replies import REMEMBERED, habit
from assistant.domain.scripts import QuickReply
from assistant.domain.templates import Rendered, render
from assistant.services import handbook, known
from assistant.services.desk import Shop
from assistant.services.sidebar_view import LackView
from assistant.store.conversations import Conversation

# A habit changes slowly: it is looked up once a minute for those who search, and never for an event.
FRESH = timedelta(minutes=1)
MOST_AGENTS = 2_000


class Offer(NamedTuple):
    """A quick reply with its text, what that lacks, and the words of the notice that takes it back."""

    reply: QuickReply
    filled: Rendered
    lacks: tuple[LackView, ...]
    withdrawn: str | None


class Page(NamedTuple):
    """The first quick replies, and how many fit altogether."""

    items: list[Offer]
    total: int


class Habits:
    """What each agent of each shop uses; kept in memory for a minute."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], tuple[datetime, Mapping[str, int]]] = {}

    def of(self, tx: store.Transaction, shop: str, agent: str, now: datetime) -> Mapping[str, int]:
        """Weights by quick reply's id; empty for somebody new."""
        kept = self._kept.get((shop, agent))
        if kept is not None and abs(now - kept[0]) < FRESH:
            return kept[1]
        if len(self._kept) >= MOST_AGENTS:
            self._kept.clear()
        weights = habit(store.facts.quick_replies_of(tx, shop, agent, now - REMEMBERED), now)
        self._kept[shop, agent] = now, weights
        return weights


def search(
    tx: store.Transaction,
    shop: Shop,
    now: datetime,
    typed: str,
    conversation: Conversation | None,
    limit: int,
    uses: Mapping[str, int] | None = None,
) -> Page:
    """What fits what is typed, first what suits this conversation and this agent; what a text lacks is named.

    Without a conversation only what the handbook says is filled in.
    """
    if conversation is None:
        found = shop.quick_replies.search(typed, uses=uses, limit=limit)
        values = shop.handbook.values(handbook.today(shop, now))
        return Page([_offer(shop, reply, values, now) for reply in found.items], found.total)
    buyer = store.buyers.get(tx, conversation.buyer)
    assert buyer is not None
    about = known.about(tx, shop, now, buyer, conversation)
    found = shop.quick_replies.search(typed, values=condition_values(about), uses=uses, limit=limit)
    texts = template_values(about)
    return Page([_offer(shop, reply, texts, now) for reply in found.items], found.total)


def _offer(shop: Shop, reply: QuickReply, values: Mapping[str, object], now: datetime) -> Offer:
    filled, notice = render(reply.text, values), shop.notices.against_quick_reply(reply, now)
    return Offer(reply, filled, handbook.lacks(shop, filled.missing), notice.text if notice else None)
