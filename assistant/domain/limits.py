"""How often is too often: a bucket of tokens that fills at a steady rate and holds some seconds' worth.

Kept as one number, the moment at which the bucket is full again (the generic cell rate algorithm of ATM Forum TM 4.0).
"""

from __future__ import annotations

from dataclasses import dataclass

# What is allowed unless a setting says otherwise: events a second by one key, requests a second without a key from one
# address, open pages of one person and from one address; and who is believed about where somebody comes from.
KEY_EVENTS, ADDRESS_REQUESTS = 1000.0, 200.0
PERSON_PAGES, ADDRESS_PAGES = 200, 2000
PROXIES = "127.0.0.1,::1"
# What is left over of a number of seconds when it was divided and added up is no time to wait.
_ROUNDED = 1e-9


@dataclass(frozen=True, slots=True)
class Rate:
    """So many a second, and at most `at_once` after a pause."""

    per_second: float
    at_once: float

    def taken(self, full_at: float, now: float, cost: float) -> float:
        """When the bucket will be full again once `cost` is taken out of it. Times are seconds of one clock."""
        return max(full_at, now) + cost / self.per_second

    def emptied(self, full_at: float, now: float, cost: float) -> float:
        """The same for what cannot be refused any more: a bucket is never more than empty."""
        return min(self.taken(full_at, now, cost), now + self.at_once / self.per_second)

    def wait(self, full_at: float, now: float) -> float:
        """For how many seconds one must wait so that taking what led to `full_at` is within the rate; 0.0: it is."""
        wait = full_at - now - self.at_once / self.per_second
        return wait if wait > _ROUNDED else 0.0
