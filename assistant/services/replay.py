"""Feeds recorded events in virtual time: the moment is the event's own, timers fire between events."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

from assistant import store
from assistant.domain.errors import Detail, InvalidInput
from assistant.domain.events import Event
from assistant.services import restating
from assistant.services.desks import Desks, next_timer
from assistant.services.intake import parse, read, receive

AFTERWARDS = timedelta(hours=24)
# So many lines share one commit: the result is the same, only sooner.
TOGETHER = 200

Line = tuple[int, str]


@dataclass(slots=True)
class Report:
    """What a replay did; `refused` holds {"line", "details"} of events that are not valid."""

    events: int = 0
    accepted: int = 0
    duplicates: int = 0
    refused: list[dict[str, object]] = field(default_factory=list)
    now: datetime | None = None
    first: dict[str, datetime] = field(default_factory=dict)

    def add(self, later: Report) -> None:
        """What came after it, which went on from where this one stood."""
        self.events += later.events
        self.accepted += later.accepted
        self.duplicates += later.duplicates
        self.refused += later.refused
        self.now, self.first = later.now, later.first


def replay(
    desks: Desks,
    lines: Iterable[str],
    until: datetime | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Report:
    """Play JSON Lines in the order given; then timers run up to `until` (default: 24 h after the last)."""
    report = Report()
    for chunk in _chunks((number, line) for number, line in enumerate(lines, 1) if line.strip()):
        report.add(desks.store.write_now(partial(_play, desks, chunk, report)))
        progress(report.events)
    desks.store.write_now(lambda tx: end(desks, tx, report, until))
    return report


def end(desks: Desks, tx: store.Transaction, report: Report, until: datetime | None = None) -> None:
    """Run the timers that are left, and say that what was counted of all this time no longer holds."""
    if report.now is None:
        return
    last = max(until, report.now) if until else report.now + AFTERWARDS
    run_timers(desks, tx, last, inclusive=True)
    for shop, first in report.first.items():
        restating.everything(tx, shop, first, last)


def _chunks(lines: Iterator[Line]) -> Iterator[list[Line]]:
    while chunk := list(islice(lines, TOGETHER)):
        yield chunk


def _play(desks: Desks, chunk: list[Line], so_far: Report, tx: store.Transaction) -> Report:
    """The report of these lines; the one so far stays as it is, since the store may carry this out twice."""
    report = Report(now=so_far.now, first=dict(so_far.first))
    for number, line in chunk:
        before = report.events
        try:
            for event in _events(line, report):
                take(desks, tx, event, report)
        except InvalidInput as error:
            report.events = max(report.events, before + 1)
            problems = error.details or [Detail(0, "", error.message)]
            details = [{"field": d.field, "message": d.message} for d in problems]
            report.refused.append({"line": number, "details": details})
    return report


def _events(line: str, report: Report) -> list[Event]:
    """The event of a line, or several in an array: then none of them is taken if one is not valid."""
    found = parse(line.encode())
    report.events += len(found)
    return read(found)


def take(desks: Desks, tx: store.Transaction, event: Event, report: Report) -> None:
    """One event at its own time, after the timers before it."""
    report.now = now = event.at if report.now is None else max(report.now, event.at)
    report.first[event.shop] = min(event.at, report.first.get(event.shop, event.at))
    run_timers(desks, tx, now, inclusive=False)
    if desks.library.known(event.shop) is None:
        # Outside of the savepoint: the library keeps the shop even if this event is refused.
        desks.library.keep(desks.library.open(tx, event.shop, now))
    with store.savepoint(tx):
        receipt = desks.sit(tx, event.shop, now, lambda desk: receive(desk, [event]))
    report.accepted += receipt.accepted
    report.duplicates += receipt.duplicates


def run_timers(desks: Desks, tx: store.Transaction, up_to: datetime, *, inclusive: bool) -> None:
    """Fire every timer before `up_to`, each at its own time; at equal times events come before timers."""
    while (due := next_timer(tx)) is not None:
        if due > up_to or (due == up_to and not inclusive):
            return
        desks.fire_in(tx, due)
