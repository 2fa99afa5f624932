"""The bus of a single process: signals to listeners, counts, and whose screens are open."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

import structlog

from assistant.bus.signals import Signal

Listener = Callable[[Signal], None]
log = structlog.get_logger(__name__)

# So many counters are kept before those whose window is over are thrown away.
MOST_COUNTS = 10_000


class MemoryBus:
    """Delivers at once, on the caller's event loop."""

    connected = True

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._counts: dict[str, tuple[int, float]] = {}
        self._room = MOST_COUNTS
        self._shown: Mapping[str, frozenset[str]] = {}

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every signal until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def when_back(self, call: Callable[[], None]) -> None:
        """Nothing is ever missed here, so it is never called."""

    def follow(self, shop: str) -> None:
        """Everything is heard anyway."""

    async def publish(self, signals: Iterable[Signal]) -> None:
        self.tell(signals)

    def tell(self, signals: Iterable[Signal]) -> None:
        """Call the listeners now."""
        for signal in signals:
            for listener in tuple(self._listeners):
                try:
                    listener(signal)
                except Exception:
                    # One listener's defect must not cost the others their signal.
                    log.exception("bus.listener_failed")

    async def count(self, key: str, seconds: float) -> int:
        """How many times this key was counted within a window that begins with the first."""
        now = time.monotonic()
        if len(self._counts) >= self._room:
            self._counts = {k: kept for k, kept in self._counts.items() if kept[1] > now}
            # Twice what is left: however many there are, one counting in so many looks at all of them.
            self._room = max(MOST_COUNTS, 2 * len(self._counts))
        counted, until = self._counts.get(key, (0, now + seconds))
        counted, until = (1, now + seconds) if until <= now else (counted + 1, until)
        self._counts[key] = (counted, until)
        return counted

    async def others(self, taken: Mapping[str, float]) -> dict[str, float]:
        """There are no others."""
        return {}

    def show(self, shown: Mapping[str, frozenset[str]]) -> None:
        """Say which agents' screens are open, by shop."""
        self._shown = shown

    async def present(self, shop: str) -> frozenset[str]:
        """The agents of a shop whose screens are open."""
        return self._shown.get(shop, frozenset())

    async def run(self) -> None:
        """There is no connection to keep."""
