"""What travels on the bus: signals, never state. Whoever hears one reads the store."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signal:
    """Something changed that screens may show: which conversation (our key) of which shop."""

    shop: str
    conversation: int
