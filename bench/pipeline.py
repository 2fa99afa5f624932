"""Event to sidebar: ours beside a bare aiohttp server under the same load, in one run.

The bare server parses the same JSON and pushes one WebSocket message; it stores and decides nothing. Both stand on one
core, the load on the other (a PostgreSQL server runs where there is room), and they take turns of a second: a shared
machine is now fast, now slow, and only what was measured in the same moment can be compared. While one has its turn the
other is stopped by signal. Prints events per second of both and their ratio, the processor time of an event, what each
of our stages costs, and the time from event to push at a steady rate.
Run: python -m bench.pipeline [--turns 20] [--database postgresql] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

import uvloop

from bench.pipeline_load import Load
from bench.pipeline_servers import bare, ours
from tests.postgres import started as started_postgres

CONVERSATIONS = 100
CONNECTIONS = 32
RATE = 200.0
START_SECONDS = 180.0
TURN_SECONDS, WARM_SECONDS, SETTLE_SECONDS, STEADY_SECONDS = 1.0, 2.0, 1.0, 8.0


@dataclass
class Run:
    """What one server did in its turns."""

    events: int = 0
    seconds: float = 0.0
    pushes: int = 0
    processor: float = 0.0
    rates: list[float] = field(default_factory=list)
    latency_ms: dict[str, float] = field(default_factory=dict)

    def take(self, turn: Turn) -> None:
        self.events += turn.events
        self.seconds += turn.seconds
        self.pushes += turn.pushes
        self.processor += turn.processor
        self.rates.append(turn.events / turn.seconds)

    @property
    def rate(self) -> float:
        return self.events / self.seconds


@dataclass(frozen=True)
class Turn:
    events: int
    seconds: float
    pushes: int
    processor: float


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--turns", type=int, default=20, help="turns of a second for each server")
    options.add_argument("--json", action="store_true")
    options.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = options.parse_args()
    with databases(given.database) as (database, other):
        with started(bare) as plain, started(partial(ours, database=database)) as own:
            bare_run, our_run = uvloop.run(_take_turns((plain, own), given.turns))
        with started(partial(ours, database=other), stages=True) as watched:
            uvloop.run(_take_turns((watched,), max(2, given.turns // 4)))
            stages = watched.ends()
    report(bare_run, our_run, stages, as_json=given.json)


@contextmanager
def databases(kind: str) -> Iterator[tuple[str, str]]:
    """Addresses of two new databases; PostgreSQL is started for them, on loopback and as careful as it comes."""
    if kind == "sqlite":
        yield "", ""
        return
    with started_postgres() as server:
        server.run("CREATE DATABASE one", "CREATE DATABASE two")
        server.listen()
        yield server.url("one"), server.url("two")


class Standing:
    """A server in a process of its own."""

    def __init__(self, process: SpawnProcess, pipe: Connection, address: dict[str, object]) -> None:
        self.process, self.pipe, self.address = process, pipe, address

    @contextmanager
    def turn(self) -> Iterator[None]:
        """It runs only inside: the others' turns are theirs alone."""
        self._signal(signal.SIGCONT)
        try:
            yield
        finally:
            self._signal(signal.SIGSTOP)

    def _signal(self, number: int) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, number)

    def processor(self) -> float:
        return _processor(self.process.pid or 0)

    def ends(self) -> dict[str, float]:
        """Stop it; the costs of its stages, if they were watched."""
        self._signal(signal.SIGCONT)
        if not self.process.is_alive() or self.pipe.closed:
            return {}
        self.pipe.send("stop")
        costs: dict[str, float] = self.pipe.recv() if self.pipe.poll(20) else {}
        self.pipe.close()
        return costs


@contextmanager
def started(server: Callable[..., None], *, stages: bool = False) -> Iterator[Standing]:
    """Start a server on one core; stop it at the end."""
    context = multiprocessing.get_context("spawn")
    ours_end, servers_end = context.Pipe()
    process = context.Process(target=server, args=(servers_end, stages), daemon=True)
    process.start()
    if not ours_end.poll(START_SECONDS):
        process.kill()
        raise RuntimeError("the server did not start")
    standing = Standing(process, ours_end, ours_end.recv())
    try:
        yield standing
    finally:
        with suppress(OSError):
            standing.ends()
        process.join(20)
        if process.is_alive():
            process.kill()


async def _take_turns(servers: Sequence[Standing], turns: int) -> list[Run]:
    loads = [Load(**server.address, conversations=CONVERSATIONS) for server in servers]  # type: ignore[arg-type]
    runs = [Run() for _ in servers]
    for server, load in zip(servers, loads, strict=True):
        with server.turn():
            await load.open_sockets()
            await load.closed_loop(WARM_SECONDS, CONNECTIONS)
    for _ in range(turns):
        for server, load, run in zip(servers, loads, runs, strict=True):
            with server.turn():
                run.take(await _turn(server, load))
    for server, load, run in zip(servers, loads, runs, strict=True):
        with server.turn():
            await asyncio.sleep(SETTLE_SECONDS)  # what the last turn has left for the screens is shown by then
            latencies = sorted(await load.fixed_rate(STEADY_SECONDS, RATE))
            run.latency_ms = {
                "p50": _percentile(latencies, 0.5),
                "p99": _percentile(latencies, 0.99),
                "n": len(latencies),
            }
            await load.close()
    return runs


async def _turn(server: Standing, load: Load) -> Turn:
    before, pushed, spent = load.acknowledged, load.pushed, server.processor()
    began = time.perf_counter()
    await load.closed_loop(TURN_SECONDS, CONNECTIONS)
    took = time.perf_counter() - began
    return Turn(load.acknowledged - before, took, load.pushed - pushed, server.processor() - spent)


def _processor(pid: int) -> float:
    """Seconds of processor a process has used; nan where the system does not say it this way."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _at(values: list[float], share: float) -> float:
    return round(values[min(len(values) - 1, int(len(values) * share))], 3)


def _percentile(values: list[float], share: float) -> float:
    return round(values[min(len(values) - 1, int(len(values) * share))] * 1000, 2) if values else float("nan")


def report(plain: Run, own: Run, stages: dict[str, float], *, as_json: bool) -> None:
    ratios = sorted(ours_ / theirs for theirs, ours_ in zip(plain.rates, own.rates, strict=True))
    found = {
        "bare_events_per_second": round(plain.rate),
        "our_events_per_second": round(own.rate),
        "ratio": round(own.rate / plain.rate, 3),
        "ratio_by_turn": {"p25": _at(ratios, 0.25), "p50": _at(ratios, 0.5), "p75": _at(ratios, 0.75)},
        "bare_processor_microseconds_per_event": round(plain.processor / plain.events * 1e6, 1),
        "our_processor_microseconds_per_event": round(own.processor / own.events * 1e6, 1),
        "our_pushes_per_event": round(own.pushes / own.events, 2),
        "bare_latency_ms": plain.latency_ms,
        "our_latency_ms": own.latency_ms,
        "stages_microseconds_per_event": {name: round(cost, 1) for name, cost in stages.items()},
    }
    if as_json:
        print(json.dumps(found, indent=2))
        return
    for name, value in found.items():
        print(f"{name:38} {value}")


if __name__ == "__main__":
    main()
