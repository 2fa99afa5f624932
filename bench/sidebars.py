"""Many open sidebars at one node: what each keeps in memory beyond a bare aiohttp server's socket, what they cost while
nothing happens, how soon the busy ones see an event, and what happens when all of them come back at once.

The bare servers, with and without compression, push one message of the size our sidebars get when they open. Memory is
what the system counts as the process's own, before the sockets and after. Run: python -m bench.sidebars [--json]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import uvloop

from assistant.app import room
from bench.pipeline import Standing, started
from bench.sidebars_load import Load
from bench.sidebars_servers import bare, ours

SIDEBARS, BUSY = 5_000, 200
RATE, BUSY_SECONDS, RUNS = 100.0, 8.0, 3
SETTLE_SECONDS, IDLE_SECONDS, SHOWN_SECONDS = 3.0, 10.0, 300.0
# Events a second while everybody comes back.
STORM_RATE = 20.0


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sidebars", type=int, default=SIDEBARS)
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    room.for_sockets()
    with tempfile.TemporaryDirectory() as folder:
        own = _measured(partial(ours, Path(folder)), given.sidebars)
    text = "好" * (own["bytes_each"] // 3)
    found = {"sidebars": given.sidebars, **own}
    for name, compressed in (("bare", False), ("bare_compressed", True)):
        with started(bare, stages=compressed) as standing:
            found[name] = uvloop.run(_bare(standing, given.sidebars, text, compressed))
    found["kilobytes_beyond_bare"] = round(own["kilobytes_each"] - found["bare"]["kilobytes_each"], 1)
    print(json.dumps(found, indent=2) if given.json else _table(found))


def _measured(server: Callable[..., None], sidebars: int) -> dict[str, Any]:
    """Ours, started anew once its chats are there: what taking them in has left in memory would be used again."""
    with started(server) as standing:
        uvloop.run(_fill(standing, sidebars))
    with started(server) as standing:
        return uvloop.run(_ours(standing, sidebars))


async def _fill(server: Standing, sidebars: int) -> None:
    load = Load(**server.address, sidebars=sidebars)  # type: ignore[arg-type]
    await load.fill()
    await load.close()


async def _ours(server: Standing, sidebars: int) -> dict[str, Any]:
    load = Load(**server.address, sidebars=sidebars)  # type: ignore[arg-type]
    everybody, few = range(sidebars), range(sidebars - BUSY, sidebars)
    await _warm(load, few)
    before = _memory(server)
    load.bytes = 0
    await load.open(everybody)
    await load.shown(SHOWN_SECONDS)
    await asyncio.sleep(SETTLE_SECONDS)
    opened = load.bytes / sidebars
    after = _memory(server)
    idle = await _idle(server)
    runs = [await load.busy(everybody[:BUSY], RATE, BUSY_SECONDS) for _ in range(RUNS)]
    storm = await _storm(load, everybody, few)
    await load.close()
    return {
        "kilobytes_each": round((after - before) / sidebars / 1024, 1),
        "bytes_each": int(opened),
        "idle_share_of_a_core": round(idle, 3),
        "push_ms": {name: _median_ms(runs, share) for name, share in (("p50", 0.5), ("p99", 0.99))},
        "pushes_seen": min(map(len, runs)),
        "storm": storm,
    }


async def _warm(load: Load, chats: Sequence[int]) -> None:
    """What the first sockets load is not counted as theirs."""
    await load.open(chats)
    await asyncio.sleep(SETTLE_SECONDS)
    await load.cut()
    await asyncio.sleep(1.0)


async def _idle(server: Standing) -> float:
    """The share of a core that open sidebars take while nothing happens."""
    spent = server.processor()
    await asyncio.sleep(IDLE_SECONDS)
    return (server.processor() - spent) / IDLE_SECONDS


async def _storm(load: Load, everybody: Sequence[int], others: Sequence[int]) -> dict[str, Any]:
    """All connections break, and come back at once."""
    await load.cut()
    await asyncio.sleep(SETTLE_SECONDS)
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    posting, began = asyncio.create_task(load.posts_until(over, others, STORM_RATE)), loop.time()
    await load.open(everybody, at_once=len(everybody))
    connected = loop.time() - began
    await load.shown(SHOWN_SECONDS)
    shown = loop.time() - began
    over.set()
    waits = await posting
    return {
        "connected_seconds": round(connected, 1),
        "shown_seconds": round(shown, 1),
        "events": len(waits),
        "events_answered_ms": {"p50": _ms(waits, 0.5), "p99": _ms(waits, 0.99), "worst": _ms(waits, 1.0)},
    }


async def _bare(server: Standing, sidebars: int, text: str, compressed: bool) -> dict[str, Any]:
    load = Load(**server.address, sidebars=sidebars, compressed=compressed)  # type: ignore[arg-type]
    await _warm(load, range(BUSY))
    before = _memory(server)
    await load.open(range(sidebars))
    await load.push_plainly(text)
    await asyncio.sleep(SETTLE_SECONDS)
    after, idle = _memory(server), await _idle(server)
    await load.close()
    return {"kilobytes_each": round((after - before) / sidebars / 1024, 1), "idle_share_of_a_core": round(idle, 3)}


def _memory(server: Standing) -> int:
    """Bytes the process really has in memory."""
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def _median_ms(runs: Sequence[Sequence[float]], share: float) -> float:
    return median(_ms(run, share) for run in runs)


def _ms(ordered: Sequence[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 1) if ordered else float("nan")


def _table(found: dict[str, Any]) -> str:
    servers = [found["bare"], found["bare_compressed"], found]
    memory, idle = ([each[name] for each in servers] for name in ("kilobytes_each", "idle_share_of_a_core"))
    storm, push, waits = found["storm"], found["push_ms"], found["storm"]["events_answered_ms"]
    rows = (
        (f"{found['sidebars']:,} open sockets", "bare", "bare, compressed", "ours"),
        ("---",) * 4,
        ("memory each, KB", *memory),
        ("share of a core while nothing happens", *idle),
        (),
        ("", "p50", "p99", "worst"),
        ("---",) * 4,
        (f"event to push, {RATE:.0f} a second in {BUSY} of them, ms", push["p50"], push["p99"], ""),
        ("all come back at once: an event is answered after, ms", waits["p50"], waits["p99"], waits["worst"]),
    )
    lines = [f"| {' | '.join(map(str, row))} |" if row else "" for row in rows]
    return "\n".join(
        (
            *lines,
            "",
            f"Beyond bare: {found['kilobytes_beyond_bare']} KB each; opening brings {found['bytes_each'] // 1024} KB.",
            f"All come back at once: connected after {storm['connected_seconds']} s, all shown after "
            f"{storm['shown_seconds']} s, {storm['events']} events answered meanwhile.",
        )
    )


if __name__ == "__main__":
    main()
