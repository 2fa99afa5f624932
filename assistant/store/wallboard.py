"""What a leader looks at while it happens: who waits, which follow-ups are up, how many chats each agent has open.

Not for agents' own strips (`queue.py`), which are asked for far more often and show less.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, text

from assistant.domain.platforms import Profile
from assistant.store import platforms
from assistant.store.follow_ups import HOLDER
from assistant.store.statements import Statement, Transaction
from assistant.store.tables import conversations, follow_ups

# Counted up to here; whoever shows it says that there are more.
COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """A conversation whose buyer waits; `buyer` is our key. `urged` and `wants_person` as in `Conversation`. `profile`
    says from when on it is urgent: its platform's of the day on which the wait began."""

    conversation: str
    platform: str
    agent: str | None
    since: datetime
    buyer: int
    urged: int
    wants_person: bool
    profile: Profile


@dataclass(frozen=True, slots=True)
class Up:
    """A follow-up whose card is up, with who has to see to it; `buyer` is our key."""

    id: int
    touchpoint: str
    conversation: str | None
    platform: str
    agent: str | None
    due_at: datetime
    buyer: int
    promised: str | None


_WAITING = Statement[Any](
    select(
        conversations.c.external, conversations.c.platform, conversations.c.agent, conversations.c.waiting_since,
        conversations.c.buyer, conversations.c.urged, conversations.c.wants_person,
    )
    # Written out as the partial index is. Who only said thanks waits for nothing that a leader could see to.
    .where(conversations.c.shop == bindparam("shop"), text("conversations.waiting_since IS NOT NULL"))
    .where(~conversations.c.thanks)
    .order_by(conversations.c.waiting_since, conversations.c.id)
    .limit(COUNTED + 1),
    lambda *row: row,
)  # fmt: skip
_UP = Statement[Up](
    select(
        follow_ups.c.id, follow_ups.c.touchpoint, conversations.c.external, follow_ups.c.platform, HOLDER,
        follow_ups.c.due_at, follow_ups.c.buyer, follow_ups.c.promised,
    )
    .outerjoin(conversations, conversations.c.id == follow_ups.c.conversation)
    .where(follow_ups.c.shop == bindparam("shop"), text("follow_ups.state = 'due'"))
    .order_by(follow_ups.c.due_at, follow_ups.c.id)
    .limit(COUNTED + 1),
    Up,
)  # fmt: skip
_OPEN = Statement[tuple[str | None, int]](
    select(conversations.c.agent, func.count())
    .where(
        conversations.c.shop == bindparam("shop"),
        conversations.c.last_at > bindparam("since"),
        conversations.c.state != "closed",
    )
    .group_by(conversations.c.agent)
)


def waiting(tx: Transaction, shop: str) -> list[Waiting]:
    """Who waits, the longest first; one more than `COUNTED` if there are more."""
    profiles = platforms.profiles(tx, shop)
    return [Waiting(*(*row, profiles.at(row[1], row[3]))) for row in _WAITING.all(tx, shop=shop)]


def up(tx: Transaction, shop: str) -> list[Up]:
    """Follow-ups whose card is up, oldest first; one more than `COUNTED` if there are more."""
    return _UP.all(tx, shop=shop)


def open_chats(tx: Transaction, shop: str, since: datetime) -> dict[str | None, int]:
    """How many chats in which somebody wrote since then, and that are not closed, each agent holds."""
    return dict(_OPEN.all(tx, shop=shop, since=since))
