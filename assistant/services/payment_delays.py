"""When buyers pay by themselves: what the time of a reminder should go by. Whether reminders help: `kpi.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from assistant import store
from assistant.store.kpi import Between

MINUTES = (1, 2, 5, 10, 15, 30, 60, 2 * 60, 6 * 60, 12 * 60, 24 * 60, 3 * 24 * 60)


# By when "most" of those who pay have paid, and from how many payments on that says anything (DOMAIN.md 0-6).
MOST, ENOUGH = 0.8, 100


@dataclass(frozen=True, slots=True)
class Step:
    """So many orders were paid within `minutes`; `of_paid` and `of_made` are their shares (0..1)."""

    minutes: int
    paid: int
    of_paid: float
    of_made: float


@dataclass(frozen=True, slots=True)
class DelaysView:
    """Orders made in a period, those paid so far, and how the payments came in; no steps before the first payment."""

    made: int
    paid: int
    steps: tuple[Step, ...]

    @property
    def remind_after(self) -> int | None:
        """From how many minutes on a reminder reaches those who would not pay by themselves: most of the others have
        paid by then. None: too few have paid to tell, or most take longer than is looked at."""
        if self.paid < ENOUGH:
            return None
        return next((step.minutes for step in self.steps if step.of_paid >= MOST), None)


def view(tx: store.Transaction, between: Between) -> DelaysView:
    """The curve of a period."""
    found = store.payment_delays.counted(tx, between, [timedelta(minutes=each) for each in MINUTES])
    if not found.paid:
        return DelaysView(found.made, 0, ())
    steps = (
        Step(minutes, paid, paid / found.paid, paid / found.made)
        for minutes, paid in zip(MINUTES, found.within, strict=True)
    )
    return DelaysView(found.made, found.paid, tuple(steps))
