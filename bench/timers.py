"""A million armed follow-ups: what arming and firing one more costs, how late a thousand in one second come up, and
what a start with ten thousand overdue does to events.

Costs are measured in turns beside a database with few armed ones, in one run: how many times dearer many make it is
the figure that holds on any machine. Everything goes through the product's own functions and, where lateness counts,
its own service with all its loops. Run: python -m bench.timers [--database postgresql] [--armed 1000000] [--json]
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

import uvloop
from threadpoolctl import threadpool_limits

from assistant.app import logs
from bench.databases import KINDS, databases
from bench.timers_crowd import BEGINS, Crowd, Spent, crowd
from bench.timers_service import CaughtUp, Fired, catch_up, fire_on_time

FEW = 10_000
ROUNDS, A_ROUND, A_TURN = 30, 100, timedelta(minutes=10)
IN_A_SECOND, RUNS = 1_000, 3
OVERDUE, OVERDUE_SINCE = 10_000, timedelta(hours=1)


SAID = {"arm": "arming", "fire": "firing"}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--database", choices=KINDS, default="sqlite")
    options.add_argument("--armed", type=int, default=1_000_000)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    if given.armed < FEW:
        options.error(f"--armed has to be {FEW} at least: each buyer is asked once")
    logs.configure("error")
    threadpool_limits(1)  # as the service does
    found = measured(given.database, given.armed)
    print(json.dumps(found, indent=2, ensure_ascii=False) if given.json else _table(found))


def measured(kind: str, armed: int) -> dict[str, Any]:
    """Everything on one kind of database."""
    with tempfile.TemporaryDirectory() as folder, databases(kind, Path(folder), "few", "many", "late") as urls:
        with crowd(urls[0], FEW) as few, crowd(urls[1], armed) as many:
            costs = uvloop.run(_costs(few, many))
            runs = [uvloop.run(_on_time(each, run)) for run in range(RUNS) for each in (few, many)]
        late = [BEGINS - OVERDUE_SINCE * n / OVERDUE for n in range(OVERDUE)]
        with crowd(urls[2], 10 * OVERDUE) as overdue:
            caught_up = uvloop.run(catch_up(overdue, late, BEGINS))
    return {
        "database": kind,
        "armed": [FEW, armed],
        **costs,
        "few": _lateness(runs[0::2]),
        "many": _lateness(runs[1::2]),
        "overdue": _caught_up(caught_up),
    }


async def _costs(*crowds: Crowd) -> dict[str, Any]:
    """What arming and firing one costs, by crowd."""
    arming: list[list[Spent]] = [[] for _ in crowds]
    firing: list[list[Spent]] = [[] for _ in crowds]
    for turn in range(ROUNDS + 1):  # the first one warms up
        due = BEGINS + A_TURN * turn
        for number, each in enumerate(crowds):
            arming[number].append(await each.arm([due] * A_ROUND))
            fired, spent = await each.fire_all(due)
            assert fired == A_ROUND, f"{fired} instead of {A_ROUND} came up"
            firing[number].append(spent)
    return {"arm": _compared(arming), "fire": _compared(firing)}


def _compared(crowds: Sequence[Sequence[Spent]]) -> dict[str, Any]:
    """Medians in microseconds, and how many times dearer the last crowd makes it."""
    found: dict[str, Any] = {}
    for kind in Spent._fields:
        values = [median(getattr(spent, kind) for spent in turns[1:]) / A_ROUND * 1e6 for turns in crowds]
        found[kind] = {"microseconds": [round(value) for value in values], "ratio": round(values[-1] / values[0], 2)}
    return found


async def _on_time(each: Crowd, run: int) -> Fired:
    # A day's worth of rounds lies behind; each run has its own morning hour.
    return await fire_on_time(each, IN_A_SECOND, BEGINS + timedelta(hours=6, minutes=20 * run), timedelta(seconds=1))


def _lateness(runs: Sequence[Fired]) -> dict[str, Any]:
    at = {name: median(_at(run.lateness, share) for run in runs) for name, share in (("p50", 0.5), ("p99", 0.99))}
    return {
        "lateness_ms": {name: round(value * 1000, 1) for name, value in at.items()},
        "worst_ms": round(max(run.lateness[-1] for run in runs) * 1000, 1),
        "early": sum(run.early for run in runs),
        "twice": sum(run.twice for run in runs),
        "never": sum(run.never for run in runs),
    }


def _caught_up(found: CaughtUp) -> dict[str, Any]:
    return {
        "seconds": round(found.seconds, 1),
        "states": found.states,
        "events_meanwhile_ms": _waits(found.meanwhile),
        "events_afterwards_ms": _waits(found.afterwards),
    }


def _waits(seconds: Sequence[float]) -> dict[str, float]:
    shares = {"p50": 0.5, "p99": 0.99, "worst": 1.0}
    return {"n": len(seconds)} | {name: round(_at(seconds, share) * 1000, 1) for name, share in shares.items()}


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def _table(found: dict[str, Any]) -> str:
    few, many = found["armed"]
    lines = [
        f"| {found['database']} | {few:,} armed | {many:,} armed | ratio |",
        "|---|---|---|---|",
    ]
    for name in ("arm", "fire"):
        for kind, said in (("seconds", "by the clock"), ("processor", "of processor")):
            small, large = found[name][kind]["microseconds"]
            lines.append(f"| {SAID[name]} one, µs {said} | {small} | {large} | {found[name][kind]['ratio']} |")
    for name, said in (("p50", "lateness p50, ms"), ("p99", "lateness p99, ms")):
        small, large = (found[crowd]["lateness_ms"][name] for crowd in ("few", "many"))
        lines.append(f"| {said} | {small} | {large} | |")
    for name in ("early", "twice", "never"):
        lines.append(f"| {name} | {found['few'][name]} | {found['many'][name]} | |")
    return "\n".join([*lines, "", *_overdue_lines(found["overdue"])])


def _overdue_lines(found: dict[str, Any]) -> list[str]:
    became = ", ".join(f"{count:,} {state}" for state, count in found["states"].items())
    lines = [f"{OVERDUE:,} overdue at the start: seen to within {found['seconds']} s ({became})", ""]
    lines += ["| an event is answered after, ms | p50 | p99 | worst |", "|---|---|---|---|"]
    for name, said in (("events_meanwhile_ms", "meanwhile"), ("events_afterwards_ms", "afterwards")):
        waits = found[name]
        lines.append(f"| {said} ({waits['n']} events) | {waits['p50']} | {waits['p99']} | {waits['worst']} |")
    return lines


if __name__ == "__main__":
    main()
