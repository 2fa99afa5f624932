"""A clock that stands where it was set: forward, back, as often as a test likes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class SetClock:
    """The moment `at`, until it is set anew."""

    at: datetime
    speed: float = 1.0

    def now(self) -> datetime:
        return self.at

    def step(self, **by: float) -> None:
        self.at += timedelta(**by)
