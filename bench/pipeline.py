"""Event to sidebar: ours beside a bare aiohttp server under the same load, in one run.

The bare server parses the same JSON and pushes one WebSocket message; it stores and decides nothing. Each server has
one core, the load the other. Prints events per second of both and their ratio, the processor time of an event (which
other work on the machine disturbs less), what each of our stages costs, and the time from event to push at a steady
rate.
Run: python -m bench.pipeline [--seconds 8] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from bench.pipeline_load import Load
from bench.pipeline_servers import bare, ours

CONVERSATIONS = 100
CONNECTIONS = 32
RATE = 200.0


@dataclass
class Run:
    """What one server did."""

    events_per_second: float
    pushes_per_event: float
    processor: float
    stages: dict[str, float] = field(default_factory=dict)
    latency_ms: dict[str, float] = field(default_factory=dict)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=8.0)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    rounds = [(measure(bare, given.seconds), measure(ours, given.seconds)) for _ in range(given.repeat)]
    stages = measure(ours, given.seconds, stages=True).stages
    ratios = [own.events_per_second / plain.events_per_second for plain, own in rounds]
    middle = sorted(range(len(ratios)), key=ratios.__getitem__)[len(ratios) // 2]
    report(rounds[middle][0], rounds[middle][1], ratios, stages, as_json=given.json)


def measure(server: Callable[..., None], seconds: float, *, stages: bool = False) -> Run:
    """Start a server on one core, load it from another, stop it."""
    context = multiprocessing.get_context("spawn")
    ours_end, servers_end = context.Pipe()
    process = context.Process(target=server, args=(servers_end, stages), daemon=True)
    process.start()
    try:
        if not ours_end.poll(60):
            raise RuntimeError("the server did not start")
        address = ours_end.recv()
        run = uvloop.run(_drive(address, seconds, process.pid or 0))
        ours_end.send("stop")
        run.stages = ours_end.recv() if ours_end.poll(20) else {}
        return run
    finally:
        process.join(20)
        if process.is_alive():
            process.kill()


async def _drive(address: dict[str, object], seconds: float, pid: int) -> Run:
    load = Load(**address, conversations=CONVERSATIONS)  # type: ignore[arg-type]  # what the server told
    await load.open_sockets()
    await load.closed_loop(1.0, CONNECTIONS)
    before, pushed, spent = load.acknowledged, load.pushed, _processor(pid)
    started = time.perf_counter()
    await load.closed_loop(seconds, CONNECTIONS)
    took, spent = time.perf_counter() - started, _processor(pid) - spent
    done = max(1, load.acknowledged - before)
    await asyncio.sleep(0.5)
    run = Run(done / took, (load.pushed - pushed) / done, spent / done)
    latencies = sorted(await load.fixed_rate(min(seconds, 10.0), RATE))
    run.latency_ms = {"p50": _percentile(latencies, 0.5), "p99": _percentile(latencies, 0.99), "n": len(latencies)}
    await load.close()
    return run


def _processor(pid: int) -> float:
    """Seconds of processor a process has used; nan where the system does not say it this way."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _percentile(values: list[float], share: float) -> float:
    return round(values[min(len(values) - 1, int(len(values) * share))] * 1000, 2) if values else float("nan")


def report(plain: Run, own: Run, ratios: list[float], stages: dict[str, float], *, as_json: bool) -> None:
    found = {
        "bare_events_per_second": round(plain.events_per_second),
        "our_events_per_second": round(own.events_per_second),
        "ratio": round(statistics.median(ratios), 3),
        "ratios": [round(r, 3) for r in ratios],
        "bare_processor_microseconds_per_event": round(plain.processor * 1e6, 1),
        "our_processor_microseconds_per_event": round(own.processor * 1e6, 1),
        "our_pushes_per_event": round(own.pushes_per_event, 2),
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
