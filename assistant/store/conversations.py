"""Conversations: who talks with whom, since when the buyer waits, and the version that screens compare."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, text

from assistant.store.statements import Insertion, Statement, Transaction, saving
from assistant.store.tables import buyers, conversations, follow_ups, messages

LISTED = 200


@dataclass(slots=True)
class Conversation:
    """One conversation. `waiting_since` is the first buyer message nobody has answered; `matching` is what the rounds
    rule remembers between messages (`store/rounds.py` packs it); `told` is what the agent has announced, `item`
    the one talked about last. While the buyer waits, `urged` counts how often they pressed for an answer,
    `wants_person` says that they asked for a person, and `thanks` that they only said thanks. `checked` is what was
    wrong with the agent's last message, each as severity and the check's id, and `using` the quick reply that stands
    in the composer (`quick_reply_uses`)."""

    id: int
    shop: str
    platform: str
    external: str
    buyer: int
    agent: str | None = None
    state: str = "open"
    version: int = 0
    last_at: datetime | None = None
    buyer_at: datetime | None = None
    answered_at: datetime | None = None
    waiting_since: datetime | None = None
    matching: list[object] | None = None
    told: list[str] = field(default_factory=list)
    item: str | None = None
    urged: int = 0
    wants_person: bool = False
    thanks: bool = False
    checked: list[str] = field(default_factory=list)
    using: int | None = None


_KEPT = (
    *("agent", "state", "version", "last_at", "buyer_at", "answered_at", "waiting_since", "matching", "told", "item"),
    *("urged", "wants_person", "thanks", "checked", "using"),
)
_here = (conversations.c.shop == bindparam("shop"), conversations.c.platform == bindparam("platform"))
_FIND = Statement[Conversation](
    select(conversations).where(*_here, conversations.c.external == bindparam("external")), Conversation
)
_NAMED = Statement[Conversation](
    select(conversations)
    .where(conversations.c.shop == bindparam("shop"), conversations.c.external == bindparam("external"))
    .limit(2),
    Conversation,
)
_GET = Statement[Conversation](select(conversations).where(conversations.c.id == bindparam("key")), Conversation)
_HEAD_OF = "id shop platform external buyer agent state version waiting_since urged wants_person thanks checked".split()
_HEAD = Statement[Conversation](
    select(*(conversations.c[name] for name in _HEAD_OF)).where(conversations.c.id == bindparam("key")),
    lambda *row: Conversation(**dict(zip(_HEAD_OF, row, strict=True))),
)
_ADD = Insertion(conversations, "shop", "platform", "external", "buyer", keeps=True)
_SAVE = saving(conversations, *_KEPT)
_LATEST = Statement[Conversation](
    select(conversations)
    .where(conversations.c.buyer == bindparam("buyer"), conversations.c.last_at.is_not(None))
    .order_by(conversations.c.last_at.desc())
    .limit(1),
    Conversation,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation as it stands in a list."""

    conversation: Conversation
    nickname: str
    tier: str
    last_text: str
    due: int


_last = (
    select(messages.c.text)
    .where(messages.c.conversation == conversations.c.id)
    .order_by(messages.c.at.desc(), messages.c.id.desc())
    .limit(1)
    .scalar_subquery()
)
# By buyer as well and among the active ones, since that is what the index knows: asked for those that are due,
# SQLite reads through all of these in every shop, for each conversation.
_due = (
    select(func.count().filter(follow_ups.c.state == "due"))
    .where(follow_ups.c.conversation == conversations.c.id, text("follow_ups.state IN ('armed', 'due')"))
    .where(follow_ups.c.buyer == conversations.c.buyer)
    .scalar_subquery()
)
_OVERVIEW = Statement[tuple[Any, ...]](
    select(conversations, func.coalesce(buyers.c.nickname, buyers.c.external), buyers.c.tier, _last, _due)
    .join(buyers, buyers.c.id == conversations.c.buyer)
    .where(conversations.c.shop == bindparam("shop"), conversations.c.last_at.is_not(None))
    .order_by(conversations.c.last_at.desc())
    .limit(LISTED)
)

_LISTED = Statement[tuple[int, int]](
    select(conversations.c.id, conversations.c.version)
    .where(conversations.c.shop == bindparam("shop"), conversations.c.last_at.is_not(None))
    .order_by(conversations.c.last_at.desc())
    .limit(LISTED)
)
_AGENTS = Statement[str](
    select(conversations.c.agent)
    .where(
        conversations.c.shop == bindparam("shop"),
        conversations.c.last_at > bindparam("since"),
        conversations.c.agent.is_not(None),
    )
    .distinct()
)


def find(tx: Transaction, shop: str, platform: str, external: str) -> Conversation | None:
    return _FIND.one(tx, shop=shop, platform=platform, external=external)


def named(tx: Transaction, shop: str, external: str) -> list[Conversation]:
    """Up to two conversations with this platform id: two mean that the platform must be named."""
    return _NAMED.all(tx, shop=shop, external=external)


def get(tx: Transaction, id: int) -> Conversation | None:
    return _GET.one(tx, key=id)


def head(tx: Transaction, id: int) -> Conversation | None:
    """What screens show of a conversation, without what only its next message needs."""
    return _HEAD.one(tx, key=id)


def add(tx: Transaction, shop: str, platform: str, external: str, buyer: int) -> Conversation:
    id = _ADD.add(tx, shop=shop, platform=platform, external=external, buyer=buyer)
    return Conversation(id, shop, platform, external, buyer)


def save(tx: Transaction, conversation: Conversation) -> None:
    _SAVE.write(tx, conversation)


def latest_of(tx: Transaction, buyer: int) -> Conversation | None:
    return _LATEST.one(tx, buyer=buyer)


def overview(tx: Transaction, shop: str) -> list[Entry]:
    """The most recently active conversations with what a list shows of them, at most `LISTED`."""
    width = len(conversations.c)
    return [
        Entry(Conversation(*row[:width]), row[width], row[width + 1], row[width + 2] or "", row[width + 3])
        for row in _OVERVIEW.all(tx, shop=shop)
    ]


def agents_since(tx: Transaction, shop: str, since: datetime) -> list[str]:
    """Who holds conversations of the shop that were active since."""
    return _AGENTS.all(tx, shop=shop, since=since)


def listed_versions(tx: Transaction, shop: str) -> dict[int, int]:
    """Current versions of those that `overview` lists."""
    return dict(_LISTED.all(tx, shop=shop))


def versions(tx: Transaction, ids: list[int]) -> dict[int, int]:
    """Current versions, for the once-a-second comparison that makes up for lost signals."""
    query = select(conversations.c.id, conversations.c.version).where(conversations.c.id.in_(ids))
    return {row.id: row.version for row in tx.connection.execute(query)}
