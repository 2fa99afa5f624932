"""What nodes let through under a name, told to each other over Redis or Valkey: not exact, but nothing waits for it."""

from __future__ import annotations

from collections.abc import Mapping

from assistant.bus.links import Client

# Both steps at once; a count that nobody adds to is forgotten.
_ADD = "local n = redis.call('INCRBYFLOAT', KEYS[1], ARGV[1]) redis.call('PEXPIRE', KEYS[1], ARGV[2]) return n"
KEPT_MILLISECONDS = 60_000
# So many names are remembered before all are forgotten.
MOST_NAMES = 10_000


class SharedCounts:
    """What this node knows of the counts of all nodes."""

    def __init__(self) -> None:
        self._known: dict[str, float] = {}

    async def others(self, client: Client, taken: Mapping[str, float]) -> dict[str, float]:
        """Add what was taken here under each name; how much others added since we did last. Nothing for a name that is
        new to us: it may have been taken over a long time."""
        found = dict[str, float]()
        if len(self._known) > MOST_NAMES:
            self._known.clear()
        for name, amount in taken.items():
            key = f"assistant:sum:{name}"
            total = float(await client.eval(_ADD, 1, key, repr(amount), str(KEPT_MILLISECONDS)))
            if name in self._known and (others := total - self._known[name] - amount) > 0:
                found[name] = others
            self._known[name] = total
        return found
