"""What time it is for the product: the system's clock, or the demo's, which may run faster and survives restarts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from assistant import store
from assistant.domain.moments import SHANGHAI

# The demo's clock stands among what is kept with the data.
_NAME = "demo-clock"


class Clock(Protocol):
    """Where `now` comes from; `speed` is how many of its seconds pass in a real one."""

    @property
    def speed(self) -> float: ...

    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class SystemClock:
    speed: float = 1.0

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class DemoClock:
    """Its time is a saved origin plus what has passed since, times the speed."""

    real: datetime
    shown: datetime
    speed: float = 1.0

    def now(self) -> datetime:
        return self.shown + (datetime.now(UTC) - self.real) * self.speed


def demo_clock(tx: store.Transaction, speed: float, real: datetime | None = None) -> DemoClock:
    """The demo's clock, going on from where it stood; a new speed holds from now on."""
    real = real or datetime.now(UTC)
    clock = _read(store.secrets.kept(tx, _NAME, _written(DemoClock(real, _by_day(real), speed))))
    if clock.speed != speed:
        clock = DemoClock(real, clock.now(), speed)
        store.secrets.replace(tx, _NAME, _written(clock))
    return clock


def clock_of(tx: store.Transaction) -> Clock:
    """The clock by which a database's service tells the time: the demo's if it has one."""
    kept = store.secrets.find(tx, _NAME)
    return SystemClock() if kept is None else _read(kept)


def _by_day(real: datetime) -> datetime:
    """A first visitor at night comes at ten in the morning of the shop's day: reminders sleep at night."""
    local = real.astimezone(SHANGHAI)
    return real if local.hour in range(9, 20) else local.replace(hour=10, minute=0, second=0).astimezone(UTC)


def _written(clock: DemoClock) -> str:
    return json.dumps([clock.real.isoformat(), clock.shown.isoformat(), clock.speed])


def _read(written: str) -> DemoClock:
    real, shown, speed = json.loads(written)
    return DemoClock(datetime.fromisoformat(real), datetime.fromisoformat(shown), speed)


def real_seconds(clock: Clock, until: datetime) -> float:
    """How long one really has to wait until a moment of this clock; 0 if it has passed."""
    return max(timedelta(), until - clock.now()).total_seconds() / clock.speed
