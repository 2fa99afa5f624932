"""Payment reminders of a period: what was really sent, and what came of the orders made then that were reminded.

Not for which touchpoints remind (`domain/reminders.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, select, text

from assistant.domain.kpi_rows import ReminderRow, SentRow
from assistant.domain.reminders import HOLDOUT, Reminding, Touch, outcome
from assistant.store.kpi import Between, key
from assistant.store.statements import Transaction
from assistant.store.tables import facts, follow_ups, orders

Known = Mapping[str, Reminding]
# Written out, not bound: only so does the planner see that the partial indexes serve these queries.
_SENT = text("follow_ups.state = 'done' AND follow_ups.reason = 'sent'")
_KEPT_BACK = text("follow_ups.state = 'withheld'")


def sent(tx: Transaction, between: Between, known: Known) -> list[SentRow]:
    """Reminders by the moment they were sent: in the chat the message itself, elsewhere the touch done."""
    names = ("at", "agent", "data", "platform", "buyer", "conversation")
    query = select(*(facts.c[name] for name in names)).where(facts.c.name == "follow_up.done")
    rows = []
    for at, agent, data, platform, buyer, conversation in tx.connection.execute(between.of(query, facts, "at")):
        reminding = known.get(str(data.get("touchpoint")))
        if reminding is not None and (reminding.channel != "chat" or data.get("reason") == "sent"):
            place: dict[str, Any] = {"platform": platform, "buyer": key(buyer), "conversation": key(conversation)}
            rows.append(SentRow(at=at, agent=agent, touchpoint=str(data["touchpoint"]), **place))
    return rows


def reminded(tx: Transaction, between: Between, known: Known, now: datetime | None) -> list[ReminderRow]:
    """Orders made in this time whose buyers were reminded of them, or left alone; `now` None: everything is over."""
    touches: defaultdict[int, list[Touch]] = defaultdict(list)
    about: dict[int, tuple[datetime, datetime | None, str, int]] = {}
    for order, made_at, paid_at, platform, buyer, anchors, *touch, state in _touches(tx, between, known):
        if str(order) in anchors:
            at, agent, touchpoint, conversation = touch
            touches[order].append(Touch(at, agent, touchpoint, state == "withheld", conversation))
            about[order] = made_at, paid_at, platform, buyer
    return [_row(*about[order], found, known, now) for order, found in touches.items()]


def _row(
    made_at: datetime, paid_at: datetime | None, platform: str, buyer: int, touches: list[Touch], known: Known,
    now: datetime | None,
) -> ReminderRow:  # fmt: skip
    found = outcome(touches, paid_at, known, now)
    assert found is not None
    return ReminderRow(
        at=made_at, agent=found.by.agent, touchpoint=found.by.touchpoint, held_out=found.by.held_out, paid=found.paid,
        settles_at=found.settles_at, platform=platform, buyer=str(buyer), conversation=key(found.by.conversation),
    )  # fmt: skip


def _touches(tx: Transaction, between: Between, known: Known) -> list[Any]:
    if not known:
        return []
    spoken = sorted(id for id, how in known.items() if how.channel != "chat")
    ways: list[ColumnElement[bool]] = [
        and_(follow_ups.c.buyer == orders.c.buyer, _SENT),
        and_(follow_ups.c.buyer == orders.c.buyer, _KEPT_BACK, follow_ups.c.reason == HOLDOUT),
    ]
    if spoken:
        done = and_(follow_ups.c.state == "done", follow_ups.c.reason != "sent", follow_ups.c.touchpoint.in_(spoken))
        ways.append(and_(follow_ups.c.order == orders.c.id, done))
    return [row for way in ways for row in tx.connection.execute(_touched(between, known, way))]


def _touched(between: Between, known: Known, way: ColumnElement[bool]) -> Any:
    order = [orders.c[name] for name in ("id", "created_at", "paid_at", "platform", "buyer")]
    touch = [follow_ups.c[name] for name in ("anchors", "closed_at", "agent", "touchpoint", "conversation", "state")]
    query = select(*order, *touch).join(follow_ups, way).where(follow_ups.c.touchpoint.in_(sorted(known)))
    return between.of(query, orders, "created_at")
