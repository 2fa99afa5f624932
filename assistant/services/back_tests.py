"""Plays a period's events again with two sets of tables, each in a database of its own that is thrown away: nothing of
it touches what is live. In virtual time, so days of follow-ups fire within seconds."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from sqlalchemy import text

from assistant import store
from assistant.domain.back_tests import Comparison, Played, compare
from assistant.domain.checks import Checks
from assistant.domain.errors import AssistantError
from assistant.domain.scripts import Scripts
from assistant.services.desks import Desks
from assistant.services.replay import replay
from assistant.services.scripts import Library, checks_of
from assistant.store.engine import open_store
from assistant.store.migrations import migrate

# Called with the share done, 0..1; says whether to go on.
Progress = Callable[[float], bool]
_FOLLOW_UPS = "SELECT touchpoint, state, count(*) FROM follow_ups GROUP BY 1, 2"
_FIRED = "SELECT touchpoint, count(*) FROM follow_ups WHERE shown_at IS NOT NULL GROUP BY 1"


class Cancelled(AssistantError):
    """The back-test was stopped before its end."""

    code = "cancelled"


def run(
    lines: Sequence[str], before: Scripts, after: Scripts, shipped: Scripts, progress: Progress = lambda _: True
) -> Comparison:
    """What `after` would have done other than `before` with the same events; `shipped` is what tables lack. Raises
    Cancelled."""
    halves = [_half(progress, 0.0), _half(progress, 0.5)]
    return compare(play(lines, before, shipped, halves[0]), play(lines, after, shipped, halves[1]))


def _half(progress: Progress, start: float) -> Progress:
    return lambda share: progress(start + share / 2)


def play(lines: Sequence[str], scripts: Scripts, shipped: Scripts, progress: Progress = lambda _: True) -> Played:
    """What these tables do with the events."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'played.db'}"
        migrate(url)
        with closing(open_store(url)) as database:
            done = replay(Desks(database, Library(scripts)), _watched(lines, progress))
            found = database.read_now(lambda tx: _played(tx, checks_of(scripts, shipped)))
            return replace(found, refused=len(done.refused))


def _watched(lines: Sequence[str], progress: Progress) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number % 100 == 0 and not progress(number / len(lines)):
            raise Cancelled
        yield line


# --- what came of it -----------------------------------------------------------------------------------------------


def _played(tx: store.Transaction, checks: Checks) -> Played:
    runs = [run for shop in store.shops.every(tx) for run in store.recorded.runs(tx, shop.id)]
    follow_ups = {(touchpoint, state): n for touchpoint, state, n in tx.connection.execute(text(_FOLLOW_UPS))}
    fired: dict[str, int] = {row[0]: row[1] for row in tx.connection.execute(text(_FIRED))}
    hits = [hit.code for run in runs if run.said for hit in checks.hits(run.said)]
    return Played(tuple(runs), follow_ups, Counter(hits), fired)
