"""One worker beside two on PostgreSQL and Valkey, under the same load on the same machine; and how long signals travel.

Each is the real `assistant serve` on a database of its own. They take turns, the other one stopped meanwhile. Prints
events a second of both, their ratio, and where the processor's time went: a machine whose cores are all busy cannot
show what a second process is worth on another one. Then how long it takes from publishing on one node's bus to being
heard on the other's. Run: python -m bench.nodes [--turns 10] [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import uvloop

from assistant.app import logs
from assistant.bus.redis import RedisBus
from assistant.bus.signals import Signal
from bench.pipeline_load import Load
from tests.bus.valkey import valkeys
from tests.postgres import Server, started

CONVERSATIONS, CONNECTIONS = 100, 32
TURN_SECONDS, WARM_SECONDS = 2.0, 3.0
SIGNALS, SIGNALS_A_SECOND = 2_000, 200.0
TICKS = os.sysconf("SC_CLK_TCK")
PARTS = ("nodes", "database", "bus", "load")


@dataclass
class Served:
    """One `assistant serve` and what its turns brought."""

    process: subprocess.Popen[str]
    load: Load
    events: int = 0
    seconds: float = 0.0
    rates: list[float] = field(default_factory=list)
    spent: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """It runs only inside."""
        os.killpg(self.process.pid, signal.SIGCONT)
        try:
            yield
        finally:
            os.killpg(self.process.pid, signal.SIGSTOP)

    def found(self) -> dict[str, object]:
        rates = sorted(self.rates)
        return {
            "events_per_second": round(self.events / self.seconds),
            "by_turn": [round(rates[len(rates) // 4]), round(rates[3 * len(rates) // 4])],
            "processor_microseconds_per_event": {
                part: round(seconds / self.events * 1e6) for part, seconds in self.spent.items()
            },
        }


@contextmanager
def serving(server: Server, redis: str, workers: int) -> Iterator[Served]:
    """`assistant serve` with so many workers on a database of its own, stopped until its turn."""
    name = f"with_{workers}"
    server.run(f"CREATE DATABASE {name}")
    environment = os.environ | {"ASSISTANT_DATABASE": server.url(name), "ASSISTANT_REDIS": redis}
    command = [sys.executable, "-m", "assistant"]
    added = subprocess.check_output([*command, "keys", "add", "--json"], env=environment)
    key = str(json.loads(added)["key"])
    process = subprocess.Popen(
        [*command, "serve", "--workers", str(workers), "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        port = int(process.stdout.readline().rpartition(":")[2])
        yield Served(process, Load("127.0.0.1", port, key, [key], CONVERSATIONS))
    finally:
        os.killpg(process.pid, signal.SIGCONT)
        process.terminate()
        process.wait(30)


async def take_turns(served: list[Served], turns: int) -> None:
    for one in served:
        with one.turn():
            await one.load.open_sockets()
            await one.load.closed_loop(WARM_SECONDS, CONNECTIONS)
    for _ in range(turns):
        for one in served:
            with one.turn():
                before, acknowledged, began = processor(), one.load.acknowledged, time.perf_counter()
                await one.load.closed_loop(TURN_SECONDS, CONNECTIONS)
                took, events = time.perf_counter() - began, one.load.acknowledged - acknowledged
                for part, seconds in processor().items():
                    one.spent[part] += seconds - before[part]
            one.events, one.seconds = one.events + events, one.seconds + took
            one.rates.append(events / took)
    for one in served:
        with one.turn():
            await one.load.close()


def processor() -> dict[str, float]:
    """Seconds of processor used until now: by our parts, by `others`, and `idle`."""
    spent = dict.fromkeys(PARTS, 0.0)
    for folder in Path("/proc").iterdir():
        try:
            head, _, rest = (folder / "stat").read_text().rpartition(")")
            part = _part(folder, head)
        except OSError:
            continue  # no process, or one that has just ended
        if part is not None:
            fields = rest.split()
            spent[part] += (int(fields[11]) + int(fields[12])) / TICKS
    # user, nice, system, idle, iowait, irq, softirq
    whole = [int(field) / TICKS for field in Path("/proc/stat").read_text().split()[1:8]]
    idle = whole[3] + whole[4]
    return {**spent, "others": sum(whole) - idle - sum(spent.values()), "idle": idle}


def _part(folder: Path, head: str) -> str | None:
    name = head.partition("(")[2]
    if folder.name == str(os.getpid()):
        return "load"
    if name.startswith("postgres"):
        return "database"
    if name.startswith("valkey"):
        return "bus"
    words = (folder / "cmdline").read_text()
    return "nodes" if "assistant\0serve" in words or "spawn_main" in words else None


# --- how long a signal travels -------------------------------------------------------------------------------------


async def travel(url: str) -> dict[str, float]:
    """Milliseconds from publishing on one bus until another one hears it, at a steady rate."""
    one, other = RedisBus(url), RedisBus(url)
    other.follow("shop")
    sent, took = dict[int | None, float](), list[float]()
    other.listen(lambda signal: took.append(time.perf_counter() - sent[signal.conversation]))
    running = [asyncio.create_task(bus.run()) for bus in (one, other)]
    while not (one.connected and other.connected):  # noqa: ASYNC110 - a measuring program has nothing else to do
        await asyncio.sleep(0.01)
    began = time.perf_counter()
    for n in range(SIGNALS):
        await asyncio.sleep(max(0.0, began + n / SIGNALS_A_SECOND - time.perf_counter()))
        sent[n] = time.perf_counter()
        await one.publish([Signal("shop", n)])
    await asyncio.sleep(1.0)
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)
    took.sort()
    return {
        "p50": round(took[len(took) // 2] * 1000, 2),
        "p99": round(took[len(took) * 99 // 100] * 1000, 2),
        "heard": len(took),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--turns", type=int, default=10, help=f"turns of {TURN_SECONDS:.0f} seconds for each")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    logs.configure("error")
    with tempfile.TemporaryDirectory() as folder, started() as server, valkeys(Path(folder)) as (valkey,):
        signals = uvloop.run(travel(valkey.url))
        with serving(server, valkey.url, 1) as one:
            os.killpg(one.process.pid, signal.SIGSTOP)
            with serving(server, valkey.url, 2) as two:
                uvloop.run(take_turns([one, two], given.turns))
    found = {
        "one_worker": one.found(),
        "two_workers": two.found(),
        "ratio": round(two.events / two.seconds / (one.events / one.seconds), 2),
        "cores": os.cpu_count(),
        "signal_ms": signals,
    }
    print(
        json.dumps(found, indent=2) if given.json else "\n".join(f"{name:14} {value}" for name, value in found.items())
    )


if __name__ == "__main__":
    main()
