"""The facts: what was observed, in the past tense. The list of stored facts *is* the KPI log.

A fact holds surrogate keys of buyers, conversations and orders, never names or texts: when a person is erased
the mapping goes and every figure stays. A name that is not in `FACTS` does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from assistant.domain.errors import InvalidInput
from assistant.domain.problems import proposal

FACTS: Mapping[str, str] = MappingProxyType(
    {
        "buyer.spoke": "a message of the buyer arrived",
        "buyer.objected": "the buyer declined or gave a reason against buying; a postponement is none",
        "buyer.registered": "the buyer became a member of the shop",
        "buyer.tagged": "a tag was put on the buyer (data: group, tag)",
        "buyer.untagged": "a tag was taken off the buyer (data: group, tag)",
        "buyer.noted": "a note was written about the buyer",
        "buyer.segment_changed": "the buyer moved to another stage of life with the shop (data: stage, was)",
        "buyer.consented": "the buyer agreed to be written to (data: channel)",
        "buyer.opted_out": "the buyer asked not to be written to (data: channel)",
        "buyer.erased": "a buyer was erased: what is left of them names nobody (data: by)",
        "agent.spoke": "a message of the shop's side was sent (data: origin, script)",
        "agent.asked": "a human agent asked what the buyer needs or prefers before buying",
        "agent.told": "the agent announced something (data: what, e.g. promotion)",
        "agent.promised": "the agent promised to come back or to do something by a time (data: until)",
        "conversation.opened": "a conversation began (data: implied, where only the first news of it tells)",
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
        "order.balance_open": "the balance of a presale order can be paid",
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
        "check.hit": "a check found something in what a person sent (data: code, severity, by: hand or reply)",
        "check.overridden": "a person used a text in spite of a warning (data: code, reason)",
        "scripts.published": "a version of the scripts was published (data: version)",
        "scripts.rolled_back": "an earlier version of the scripts was put back (data: version)",
        "access.revealed": "a person looked at masked personal data, with a reason",
        "access.viewed": "a person opened a buyer's data (data: of, the agents whose chat it was)",
        "access.exported": "everything kept of a buyer was written out (data: by)",
        "access.downloaded": "figures, facts or the audit were taken out as a file (data: what, form, from, to)",
        "person.added": "somebody was given a role in the shop (data: of, role)",
        "person.role_changed": "somebody's role in the shop was changed (data: of, role, was)",
        "person.removed": "somebody's role in the shop was taken away (data: of, was)",
        "person.disabled": "somebody was shut out (data: of)",
        "person.enabled": "somebody who was shut out may come in again (data: of)",
        "person.password_given": "somebody was given a new password (data: of)",
        "person.linked": "an identity of the sign-in service was given to somebody (data: of, by_mail)",
        "person.unlinked": "somebody's identity of the sign-in service was taken away (data: of)",
        "key.made": "a key of the shop was made (data: of)",
        "key.revoked": "a key of the shop was taken back (data: of)",
        "connection.made": "the shop was connected to a chat host (data: of)",
        "connection.removed": "the shop's connection to a chat host was taken away (data: of)",
        "subscription.made": "somebody is told of the shop's facts from now on (data: of, at: the host's name)",
        "subscription.removed": "somebody is no longer told of the shop's facts (data: of)",
        "alerts.changed": "what leaders are told of was changed (data: what)",
        "team.made": "a team of the shop was made (data: team)",
        "team.renamed": "a team was called by another name (data: team, was)",
        "team.moved": "somebody belongs to a team, or to none, from a day on (data: of, team, since)",
        "team.move_undone": "a move was a mistake: the one before it holds on (data: of, since)",
        "platform.changed": "by which rules a platform counts was changed (data: of, setting, value, was, since)",
        "retention.changed": "for how long data is kept was changed (data: texts, traces, buyers: days, or null)",
    }
)

# Who looked at what and who changed what, for the audit. Whoever adds one changes the index, too.
AUDITED = (
    "access.revealed", "access.viewed", "access.exported", "access.downloaded", "buyer.erased", "person.added",
    "person.role_changed", "person.removed", "person.disabled", "person.enabled", "person.password_given",
    "person.linked", "person.unlinked", "key.made", "key.revoked", "connection.made", "connection.removed",
    "subscription.made", "subscription.removed", "alerts.changed", "scripts.published", "scripts.rolled_back",
    "retention.changed", "team.made", "team.renamed", "team.moved", "team.move_undone", "platform.changed",
)  # fmt: skip


def named(names: Iterable[str]) -> tuple[str, ...]:
    """The facts that a question is narrowed down to. Raises InvalidInput for a name that does not exist."""
    given = tuple(names)
    for each in given:
        if each not in FACTS:
            raise InvalidInput(f"there is no fact {each!r}: {proposal(each, FACTS)}")
    return given


class Fact(NamedTuple):
    """One observation. `conversation`, `buyer`, `order` are surrogate keys; `data` is small, without personal data."""

    name: str
    at: datetime
    platform: str | None = None
    conversation: int | None = None
    buyer: int | None = None
    order: int | None = None
    agent: str | None = None
    data: Mapping[str, object] = MappingProxyType({})
