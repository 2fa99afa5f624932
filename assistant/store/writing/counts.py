"""What a writer counts of its own work, for operators. Not for writing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock

# So many requests may wait to be stored; further ones are turned away.
QUEUE = 2_000


@dataclass(slots=True)
class Counts:
    """What a writer has done since it began. `shared` counts the requests that had company in their commit, `again`
    those carried out once more, `turned_away` those that came when the queue was full. Several threads count: adding to
    a number is more than one step."""

    commits: int = 0
    requests: int = 0
    shared: int = 0
    again: int = 0
    turned_away: int = 0
    _counting: Lock = field(default_factory=Lock, repr=False, compare=False)

    def commit(self, requests: int) -> None:
        with self._counting:
            self.commits += 1
            self.requests += requests
            self.shared += requests if requests > 1 else 0

    def repeat(self, requests: int = 1) -> None:
        with self._counting:
            self.again += requests

    def turn_away(self) -> None:
        with self._counting:
            self.turned_away += 1
