"""The bus of a single process: signals to listeners, and claims that succeed once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import structlog

from assistant.bus.signals import Signal

Listener = Callable[[Signal], None]
log = structlog.get_logger(__name__)

# So many counters are kept before those whose window is over are thrown away.
MOST_COUNTS = 10_000


class MemoryBus:
    """Delivers at once, on the caller's event loop."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._claims: dict[str, float] = {}
        self._counts: dict[str, tuple[int, float]] = {}

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every signal until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def publish(self, signals: Iterable[Signal]) -> None:
        for signal in signals:
            for listener in tuple(self._listeners):
                try:
                    listener(signal)
                except Exception:
                    # One listener's defect must not cost the others their signal.
                    log.exception("bus.listener_failed")

    async def claim(self, key: str, seconds: float) -> bool:
        """True for the first who claims a key; it is free again after so many seconds."""
        now = time.monotonic()
        self._claims = {k: until for k, until in self._claims.items() if until > now}
        if key in self._claims:
            return False
        self._claims[key] = now + seconds
        return True

    async def count(self, key: str, seconds: float) -> int:
        """How many times this key was counted within a window that begins with the first."""
        now = time.monotonic()
        if len(self._counts) >= MOST_COUNTS:
            self._counts = {k: kept for k, kept in self._counts.items() if kept[1] > now}
        counted, until = self._counts.get(key, (0, now + seconds))
        counted, until = (1, now + seconds) if until <= now else (counted + 1, until)
        self._counts[key] = (counted, until)
        return counted
