"""Quick replies as they can be sent in a conversation, and the team's pictures; how they are found is a rule of its
own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from assistant import store
from assistant.domain import images
from assistant.domain.context import condition_values, template_values
from assistant.domain.errors import InvalidInput
from assistant.domain.personal_replies import MARK
from assistant.domain.quick_replies import REMEMBERED, Found, habit
from assistant.domain.scripts import QuickReply
from assistant.domain.templates import Rendered, render
from assistant.services import context, handbook, personal_replies
from assistant.services.desk import Desk, Shop
from assistant.services.personal_replies import Hits
from assistant.services.sidebar_view import LackView
from assistant.store.conversations import Conversation

# Finds an agent's own: told whether there is a conversation.
Own = Callable[[bool], Hits]

# A habit changes slowly: it is looked up once a minute for those who search, and never for an event.
FRESH = timedelta(minutes=1)
MOST_AGENTS = 2_000
# Versions last for ever, and so do the pictures they may name.
MOST_PICTURES = 500


class Offer(NamedTuple):
    """A quick reply with its text, what that lacks, and the words of the notice that takes it back; whether it is the
    agent's own, whether it is pinned, and the hash of its picture."""

    reply: QuickReply
    filled: Rendered
    lacks: tuple[LackView, ...]
    withdrawn: str | None
    own: bool = False
    pinned: bool = False
    image: str | None = None


def keep_picture(desk: Desk, content: bytes) -> str:
    """Keep a picture that the team's quick replies may name from now on; returns its hash. Raises InvalidInput."""
    kind, hash, shop = images.kind_of(content), images.hash_of(content), desk.shop.id
    if store.images.shared(desk.tx, shop) >= MOST_PICTURES:
        raise InvalidInput(f"a shop keeps {MOST_PICTURES}", reason="too_many_pictures", most=MOST_PICTURES)
    store.images.add(desk.tx, shop, hash, kind, content, desk.now, team=True)
    return hash


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
    own: Own | None = None,
) -> Page:
    """What fits what is typed, the agent's own beside the team's, first what suits this conversation and this agent;
    what a text lacks is named. `own(in_chat)` finds the agent's own.

    Without a conversation only what the handbook says is filled in.
    """
    mine = own(conversation is not None) if own is not None else personal_replies.NONE
    find = partial(shop.quick_replies.search, typed, uses=uses, pinned=mine.pinned, limit=limit)
    if conversation is None:
        found = find()
        return _page(shop, found, mine, shop.handbook.values(shop.day(now)), now, limit)
    buyer = store.buyers.get(tx, conversation.buyer)
    assert buyer is not None
    about = context.known(tx, shop, now, buyer, conversation)
    found = find(values=condition_values(about))
    return _page(shop, found, mine, template_values(about), now, limit)


def _page(shop: Shop, found: Found, mine: Hits, values: Mapping[str, object], now: datetime, limit: int) -> Page:
    # Of two that are equally good the agent's own comes first.
    both = [*mine.items, *zip(found.ranks, found.items, strict=True)]
    both.sort(key=lambda ranked: -ranked[0])
    offers = [_offer(shop, reply, values, now, mine) for _, reply in both[:limit]]
    return Page(offers, found.total + mine.total)


def _offer(shop: Shop, reply: QuickReply, values: Mapping[str, object], now: datetime, mine: Hits) -> Offer:
    filled, notice = render(reply.text, values), shop.notices.against_quick_reply(reply, now)
    lacks = handbook.lacks(shop, filled.missing)
    own, pinned = reply.id.startswith(MARK), reply.id in mine.pinned
    picture = mine.pictures.get(reply.id) if own else reply.image
    return Offer(reply, filled, lacks, notice.text if notice else None, own, pinned, picture)
