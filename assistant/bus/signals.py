"""What travels on the bus: signals, never state. Whoever hears one reads the store."""

from __future__ import annotations

from dataclasses import dataclass

# What of a conversation's screen may have changed besides its messages.
EVERYTHING = frozenset({"buyer", "follow_ups", "suggestions", "orders"})


@dataclass(frozen=True, slots=True)
class Signal:
    """Something changed that screens may show: which conversation (our key) of which shop, and which nouns of it.

    Without a conversation it is the shop's notices, which concern every screen.
    """

    shop: str
    conversation: int | None
    nouns: frozenset[str] = EVERYTHING
