"""THE table: which fact makes whom react. Reactions run inside the transaction that observed the fact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from assistant.domain.facts import Fact
from assistant.services import buyers, follow_ups, promises, restating, rounds, silent_orders, suggestions
from assistant.services.desk import Desk

Reaction = Callable[[Desk, Fact], None]

REACTIONS: Mapping[str, tuple[Reaction, ...]] = {
    "buyer.spoke": (rounds.hear, suggestions.refresh),
    "agent.spoke": (rounds.hear, suggestions.settle, follow_ups.complete, promises.keep),
    "agent.promised": (promises.make,),
    "conversation.opened": (rounds.let_go, silent_orders.bring_along),
    "conversation.closed": (rounds.let_go,),
    "conversation.assigned": (rounds.hand_over,),
    "conversation.transferred": (rounds.hand_over,),
    "order.created": (suggestions.refresh,),
    "order.unpaid": (suggestions.refresh,),
    "order.paid": (buyers.count_purchases, suggestions.refresh),
    "order.shipped": (suggestions.refresh,),
    "order.closed": (buyers.count_purchases, suggestions.refresh),
    "order.changed": (buyers.count_purchases,),
    "shipment.updated": (suggestions.refresh,),
    "refund.requested": (suggestions.refresh,),
    "refund.done": (buyers.count_purchases,),
}


def react(desk: Desk, facts: Sequence[Fact]) -> None:
    """Let everyone concerned react; the touchpoint table, which may name any fact, comes last and sees all."""
    for fact in facts:
        for reaction in REACTIONS.get(fact.name, ()):
            reaction(desk, fact)
    follow_ups.heed(desk, facts)
    restating.heed(desk, facts)
