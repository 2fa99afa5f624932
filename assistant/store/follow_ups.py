"""Follow-ups: a timer is a row."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, case, func, select, text

from assistant.domain.kpi_rows import FollowUpRow
from assistant.store.columns import from_microseconds
from assistant.store.locks import BUYER_IS_FREE
from assistant.store.statements import Insertion, Statement, Transaction, saving
from assistant.store.tables import buyers, conversations, follow_ups, orders

# Fired in one transaction: whatever events come meanwhile wait for it.
CLAIMED = 50
# Passed on in one request; nobody looks through more.
PASSED = 500
SHOWN = 3


@dataclass(slots=True)
class FollowUp:
    """One follow-up. `anchors` maps order keys ("" where no order is concerned) to the microsecond they began;
    `armed_at` is the latest start of its clock, restarts included; `offer_at` is when the buyer would rather be
    reminded. A promise keeps the words and who said them; `handed_by` is the colleague it was taken over from."""

    id: int
    shop: str
    platform: str
    touchpoint: str
    conversation: int | None
    buyer: int
    order: int | None
    agent: str | None
    anchors: dict[str, int]
    armed_at: datetime
    due_at: datetime
    state: str = "armed"
    shown_at: datetime | None = None
    closed_at: datetime | None = None
    reason: str | None = None
    script: str | None = None
    text: str | None = None
    missing: list[str] = field(default_factory=list)
    offer_at: datetime | None = None
    promised: str | None = None
    promised_by: str | None = None
    handed_by: str | None = None

    @property
    def began(self) -> datetime:
        """When its clock was first started."""
        return from_microseconds(min(self.anchors.values()))


class Sent(NamedTuple):
    """A follow-up that a message really sent has carried out; `anchors` as in `FollowUp`."""

    touchpoint: str
    closed_at: datetime
    conversation: int | None
    anchors: dict[str, int]


_NEW = [c.name for c in follow_ups.c if c.name != "id"]
_KEPT = [n for n in _NEW if n not in ("shop", "platform", "touchpoint", "buyer")]
_ADD = Insertion(follow_ups, *_NEW, keeps=True)
_SAVE = saving(follow_ups, *_KEPT)
# Written out, not bound: only so does the planner see that the partial indexes serve these queries.
_active = text("follow_ups.state IN ('armed', 'due')")
_next = text("follow_ups.state = 'armed'")
_ACTIVE = Statement[FollowUp](
    select(follow_ups)
    .where(follow_ups.c.buyer == bindparam("buyer"), _active)
    .order_by(follow_ups.c.due_at, follow_ups.c.id),
    FollowUp,
)
_BEGUN_FOR = Statement[int](
    select(follow_ups.c.buyer)
    .where(follow_ups.c.shop == bindparam("shop"), follow_ups.c.touchpoint == bindparam("touchpoint"))
    .distinct()
)
_WITHHELD = Statement[FollowUp](
    select(follow_ups)
    .where(
        follow_ups.c.buyer == bindparam("buyer"),
        text("follow_ups.state = 'withheld'"),
        follow_ups.c.closed_at > bindparam("since"),
    )
    .order_by(follow_ups.c.closed_at, follow_ups.c.id)
    .limit(SHOWN),
    FollowUp,
)
_OF_SHOP = Statement[FollowUp](
    select(follow_ups).where(follow_ups.c.shop == bindparam("shop")).order_by(follow_ups.c.id), FollowUp
)
_GET = Statement[FollowUp](
    select(follow_ups).where(follow_ups.c.id == bindparam("key"), follow_ups.c.shop == bindparam("shop")), FollowUp
)
_ripe = (_next, follow_ups.c.due_at <= bindparam("now"))
_in_order = (follow_ups.c.due_at, follow_ups.c.id)
_DUE = Statement[FollowUp](select(follow_ups).where(*_ripe).order_by(*_in_order).limit(CLAIMED), FollowUp)
# In one statement, so that no other node takes the same: the ripest first, of those the buyers who are free, and of
# these what is still armed once their lock is held (a row is looked at again when it was changed meanwhile).
_ripest = (
    select(follow_ups.c.id.label("row"), buyers.c.shop, buyers.c.platform, buyers.c.external)
    .join(buyers, buyers.c.id == follow_ups.c.buyer)
    .where(*_ripe)
    .order_by(*_in_order)
    .limit(CLAIMED)
    .subquery("b")
)
_free = select(_ripest.c.row).where(text(BUYER_IS_FREE)).cte("free")
_CLAIM = Statement[FollowUp](
    select(follow_ups)
    # An array: joined, each of them is compared with all that are due, since a planner whose figures are from before a
    # rush expects one row.
    .where(follow_ups.c.id == func.any(func.array(select(_free.c.row).scalar_subquery())), *_ripe)
    .order_by(*_in_order)
    .with_for_update(skip_locked=True),
    FollowUp,
)
_NEXT = Statement[datetime](select(func.min(follow_ups.c.due_at)).where(_next))
# Written out: only so does a planner see that the partial index serves this.
SENT = text("follow_ups.state = 'done' AND follow_ups.reason = 'sent'")
SENT_COLUMNS = tuple(follow_ups.c[name] for name in Sent._fields)
_SENT = Statement[Sent](select(*SENT_COLUMNS).where(follow_ups.c.buyer == bindparam("buyer"), SENT), Sent)

# Who is to see to it: whoever holds the chat, except that what was handed over does not go back to whom it came from.
HOLDER = case(
    (follow_ups.c.handed_by == conversations.c.agent, follow_ups.c.agent),
    else_=func.coalesce(conversations.c.agent, follow_ups.c.agent),
)
_HELD = Statement[FollowUp](
    select(follow_ups)
    .outerjoin(conversations, conversations.c.id == follow_ups.c.conversation)
    .where(follow_ups.c.shop == bindparam("shop"), _active, bindparam("agent") == HOLDER)
    .order_by(follow_ups.c.due_at, follow_ups.c.id),
    FollowUp,
)
_REMINDED = Statement[dict[str, int]](
    select(follow_ups.c.anchors).where(
        # By order, since that is what the index knows; a merged follow-up names the others in its anchors.
        follow_ups.c.order.in_(select(orders.c.id).where(orders.c.buyer == bindparam("buyer"))),
        follow_ups.c.state == bindparam("done", "done"),
        follow_ups.c.reason == bindparam("sent", "sent"),
        follow_ups.c.closed_at >= bindparam("since"),
    )
)

_OF_AGENT = Statement[FollowUp](
    select(follow_ups).where(
        follow_ups.c.shop == bindparam("shop"),
        follow_ups.c.agent == bindparam("agent"),
        follow_ups.c.due_at >= bindparam("start"),
        follow_ups.c.due_at <= bindparam("end"),
    ),
    FollowUp,
)


def add(tx: Transaction, follow_up: FollowUp) -> None:
    follow_up.id = _ADD.write(tx, follow_up)


def save(tx: Transaction, follow_up: FollowUp) -> None:
    _SAVE.write(tx, follow_up)


def active_of(tx: Transaction, buyer: int) -> list[FollowUp]:
    """Armed and due ones, soonest first."""
    return _ACTIVE.all(tx, buyer=buyer)


def begun_for(tx: Transaction, shop: str, touchpoint: str) -> set[int]:
    """The buyers for whom a touchpoint has ever begun."""
    return set(_BEGUN_FOR.all(tx, shop=shop, touchpoint=touchpoint))


def withheld_since(tx: Transaction, buyer: int, since: datetime) -> list[FollowUp]:
    """Those not shown when their time came after a moment, oldest first, at most `SHOWN`."""
    return _WITHHELD.all(tx, buyer=buyer, since=since)


def of_shop(tx: Transaction, shop: str) -> list[FollowUp]:
    """All of a shop, ended ones too, in the order they were armed: for practices, whose shops are small."""
    return _OF_SHOP.all(tx, shop=shop)


def get(tx: Transaction, shop: str, id: int) -> FollowUp | None:
    return _GET.one(tx, key=id, shop=shop)


def due(tx: Transaction, now: datetime) -> list[FollowUp]:
    """Armed ones whose time has come, oldest first, at most `CLAIMED`; on PostgreSQL they and their buyers are this
    transaction's alone, and those of whom another one is busy are left out."""
    return (_DUE if tx.database == "sqlite" else _CLAIM).all(tx, now=now)


def next_due(tx: Transaction) -> datetime | None:
    """When the next clock runs out."""
    return _NEXT.one(tx)


def sent(tx: Transaction, buyer: int) -> list[Sent]:
    """What of a buyer's was carried out by a message really sent."""
    known: list[Sent] | None = tx.sent.get(buyer)
    return _SENT.all(tx, buyer=buyer) if known is None else known


def held_by(tx: Transaction, shop: str, agent: str) -> list[FollowUp]:
    """The armed and due ones an agent has to see to, soonest first."""
    return _HELD.all(tx, shop=shop, agent=agent)


def reminded(tx: Transaction, buyer: int, since: datetime) -> set[int]:
    """The orders of a buyer of which a reminder was really sent since a moment."""
    return {int(key) for anchors in _REMINDED.all(tx, buyer=buyer, since=since) for key in anchors if key}


def of_agent(tx: Transaction, shop: str, agent: str, start: datetime, end: datetime) -> list[FollowUpRow]:
    """An agent's follow-ups whose time came between two moments, as figures want them."""
    return [_measured(row) for row in _OF_AGENT.all(tx, shop=shop, agent=agent, start=start, end=end)]


def _measured(row: FollowUp) -> FollowUpRow:
    return FollowUpRow(
        at=row.due_at,
        agent=row.agent,
        touchpoint=row.touchpoint,
        state=row.state,
        fired_at=row.shown_at,
        done_at=row.closed_at if row.state == "done" else None,
    )
