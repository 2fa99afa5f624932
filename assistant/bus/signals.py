"""What travels on the bus: signals, never state. Whoever hears one reads the store."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

# What of a conversation's screen may have changed besides its messages.
EVERYTHING = frozenset({"buyer", "follow_ups", "suggestions", "orders", "sendings"})


# No conversation has this key: a signal of it concerns who watches the shop as a whole.
NOWHERE = 0


@dataclass(frozen=True, slots=True)
class Signal:
    """Something changed that screens may show: which conversation (our key) of which shop, and which nouns of it.

    Without a conversation it is the shop's notices, which concern every screen.
    """

    shop: str
    conversation: int | None
    nouns: frozenset[str] = EVERYTHING


def merged(signals: Iterable[Signal]) -> list[Signal]:
    """Those of one conversation as one, in the order they came first."""
    nouns: dict[tuple[str, int | None], frozenset[str]] = {}
    for signal in signals:
        place = signal.shop, signal.conversation
        nouns[place] = nouns.get(place, frozenset()) | signal.nouns
    return [Signal(shop, conversation, found) for (shop, conversation), found in nouns.items()]


def packed(sender: str, signals: Iterable[Signal]) -> str:
    """As they travel between nodes; `sender` is the node that tells."""
    return json.dumps([sender, [[s.shop, s.conversation, sorted(s.nouns)] for s in signals]], ensure_ascii=False)


def unpacked(text: str | bytes) -> tuple[str, list[Signal]]:
    """Who tells, and what. Raises ValueError for what no node of ours has sent."""
    try:
        sender, told = json.loads(text)
        return str(sender), [Signal(shop, conversation, frozenset(nouns)) for shop, conversation, nouns in told]
    except TypeError as error:
        raise ValueError("these are no signals") from error
