"""Who waits for an answer and which follow-ups are up, over a whole shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, or_, select, text

from assistant.domain.waiting import Turn
from assistant.store.statements import Statement, Transaction
from assistant.store.tables import conversations, follow_ups

# Nobody works through more; whoever counts says that there are more.
LISTED = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation that asks for somebody: `since` is when the buyer began to wait, or the follow-up came up.

    `urged`, `wants_person` and `thanks` as in `Conversation`.
    """

    conversation: str
    platform: str
    agent: str | None
    since: datetime
    urged: int = 0
    wants_person: bool = False
    thanks: bool = False


@dataclass(frozen=True, slots=True)
class Handed:
    """An open follow-up that `agent` took over from a colleague; nobody in particular if None."""

    conversation: str | None
    platform: str | None
    agent: str | None
    handed_by: str


_NAMES = "external platform agent waiting_since urged wants_person thanks".split()
_listed = (conversations.c[name] for name in _NAMES)
_presses = or_(conversations.c.urged > 0, conversations.c.wants_person)
# As `domain/waiting.py` has it; how late each one is depends on rules that are no columns.
_place = case((_presses, int(Turn.PRESSES)), (conversations.c.thanks, int(Turn.THANKS)), else_=int(Turn.OWED))
_WAITING = Statement[Entry](
    select(*_listed)
    .where(conversations.c.shop == bindparam("shop"), text("conversations.waiting_since IS NOT NULL"))
    .order_by(_place, conversations.c.waiting_since, conversations.c.id)
    .limit(LISTED),
    Entry,
)
_HANDED = Statement[Handed](
    select(conversations.c.external, conversations.c.platform, follow_ups.c.agent, follow_ups.c.handed_by)
    .outerjoin(conversations, conversations.c.id == follow_ups.c.conversation)
    # Written out as the partial index is.
    .where(
        follow_ups.c.shop == bindparam("shop"),
        text("follow_ups.handed_by IS NOT NULL AND follow_ups.state IN ('armed', 'due')"),
    )
    .order_by(follow_ups.c.due_at, follow_ups.c.id)
    .limit(LISTED),
    Handed,
)
_DUE = Statement[Entry](
    select(conversations.c.external, conversations.c.platform, follow_ups.c.agent, follow_ups.c.due_at)
    .join(conversations, conversations.c.id == follow_ups.c.conversation)
    # Written out, not bound: only so does the planner see that the partial index serves this query.
    .where(follow_ups.c.shop == bindparam("shop"), text("follow_ups.state = 'due'"))
    .order_by(follow_ups.c.due_at, follow_ups.c.id)
    .limit(LISTED),
    Entry,
)


def waiting(tx: Transaction, shop: str) -> list[Entry]:
    """Who waits, first whoever presses, last who only said thanks, each the longest first, at most `LISTED`."""
    return _WAITING.all(tx, shop=shop)


def handed(tx: Transaction, shop: str) -> list[Handed]:
    """Open follow-ups that were taken over, soonest first, at most `LISTED`."""
    return _HANDED.all(tx, shop=shop)


def due(tx: Transaction, shop: str) -> list[Entry]:
    """Follow-ups whose card is up, oldest first, at most `LISTED`."""
    return _DUE.all(tx, shop=shop)
