"""The facts: what was observed, in the past tense. The list of stored facts *is* the KPI log.

A fact holds surrogate keys of buyers, conversations and orders, never names or texts: when a person is erased
the mapping goes and every figure stays. A name that is not in `FACTS` does not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

FACTS: Mapping[str, str] = MappingProxyType(
    {
        "buyer.spoke": "a message of the buyer arrived",
        "buyer.objected": "the buyer declined or gave a reason against buying; a postponement is none",
        "buyer.registered": "the buyer became a member of the shop",
        "buyer.tagged": "a tag was put on the buyer (data: group, tag)",
        "buyer.untagged": "a tag was taken off the buyer (data: group, tag)",
        "buyer.noted": "a note was written about the buyer",
        "buyer.segment_changed": "the buyer moved to another segment",
        "buyer.consented": "the buyer agreed to be written to (data: channel)",
        "buyer.opted_out": "the buyer asked not to be written to (data: channel)",
        "agent.spoke": "a message of the shop's side was sent (data: origin, script)",
        "agent.asked": "a human agent asked what the buyer needs or prefers before buying",
        "agent.told": "the agent announced something (data: what, e.g. promotion)",
        "agent.promised": "the agent promised to come back or to do something by a time (data: until)",
        "conversation.opened": "a conversation began",
        "conversation.assigned": "the conversation was given to an agent",
        "conversation.transferred": "the conversation went from one agent to another",
        "conversation.closed": "the conversation was closed by the platform or a person",
        "suggestion.shown": "a suggestion card was put before an agent (data: situation, reply)",
        "suggestion.inserted": "the agent inserted a suggestion into the composer",
        "suggestion.edited": "the agent changed the text of a suggestion before sending it",
        "suggestion.dismissed": "the agent put a suggestion away",
        "suggestion.sent": "the message really sent came from a suggestion (data: situation, reply)",
        "quick_reply.sent": "the message really sent came from a quick reply",
        "follow_up.armed": "a follow-up's clock was started (data: touchpoint)",
        "follow_up.restarted": "a follow-up's clock was started anew (data: touchpoint)",
        "follow_up.due": "a follow-up's time came and its card was shown (data: touchpoint)",
        "follow_up.snoozed": "the agent put a follow-up off (data: touchpoint, until)",
        "follow_up.done": "a follow-up was carried out (data: touchpoint)",
        "follow_up.dismissed": "the agent put a follow-up away (data: touchpoint)",
        "follow_up.cancelled": "a follow-up's reason to exist vanished (data: touchpoint, reason)",
        "follow_up.withheld": "a limit, window or condition stopped a follow-up at its time (data: touchpoint, reason)",
        "follow_up.missed": "a follow-up came up more than 30 minutes late and was not shown (data: touchpoint)",
        "order.created": "an order became known",
        "order.unpaid": "an order waits for payment",
        "order.deposit_paid": "the deposit of a presale order was paid",
        "order.balance_open": "the balance of a presale order can be paid from now on",
        "order.paid": "an order was paid",
        "order.part_shipped": "a part of an order was shipped",
        "order.shipped": "an order was shipped",
        "order.signed": "an order was signed for",
        "order.done": "an order was completed",
        "order.closed": "an order was closed, unpaid or refunded (data: status)",
        "order.changed": "an order's amount, items or address changed without a new state",
        "order.unknown_status": "a platform sent a state we do not know (data: status)",
        "shipment.updated": "a shipment's trace grew",
        "refund.requested": "the buyer asked for a refund",
        "refund.updated": "a refund moved on (data: status)",
        "refund.done": "a refund was paid out",
        "review.received": "the buyer wrote a review (data: stars)",
        "rating.invited": "the buyer was asked to rate the conversation",
        "rating.given": "the buyer rated the conversation (data: score)",
        "item.viewed": "the buyer looked at an item",
        "promotion.started": "a promotion began",
        "promotion.ended": "a promotion ended",
        "check.hit": "a check found something in a text (data: code, severity)",
        "check.overridden": "a person used a text in spite of a warning (data: code, reason)",
        "scripts.published": "a version of the scripts was published (data: version)",
        "scripts.rolled_back": "an earlier version of the scripts was put back (data: version)",
        "access.revealed": "a person looked at masked personal data, with a reason",
        "access.viewed": "a person opened a buyer's data",
    }
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One observation. `conversation`, `buyer`, `order` are surrogate keys; `data` is small, without personal data."""

    name: str
    at: datetime
    platform: str | None = None
    conversation: int | None = None
    buyer: int | None = None
    order: int | None = None
    agent: str | None = None
    data: Mapping[str, object] = field(default_factory=dict)
