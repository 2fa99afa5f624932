"""The product as it is run, each part a process of its own that can be killed at any moment and started again: nodes,
their database, their bus. How it is set up is a parameter; what is done to it is the tests' matter."""

from __future__ import annotations

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import CalledProcessError
from typing import Literal, Protocol

from tests import postgres
from tests.bus.valkey import Valkey, valkeys
from tests.fitted import key_for
from tests.postgres import started
from tests.web.processes import Process

# A soak runs beside other work, at low priority: a start that takes seconds may take minutes.
PATIENCE = 600.0


@dataclass(frozen=True)
class Plan:
    """How the product is set up."""

    database: Literal["sqlite", "postgresql"] = "sqlite"
    bus: bool = False
    nodes: int = 1

    def __str__(self) -> str:
        return f"{self.database}, {self.nodes} node(s){' and a bus' if self.bus else ''}"


class Part(Protocol):
    """Something that can be killed and started again."""

    name: str

    async def start(self) -> None: ...

    async def kill(self) -> None: ...


class Node:
    """One `assistant serve`."""

    def __init__(self, folder: Path, name: str, environment: dict[str, str]) -> None:
        folder.mkdir()
        self.name, self.process = name, Process(folder, PATIENCE)
        self.process.environment |= environment
        self.address: str | None = None

    async def start(self) -> None:
        """Started again and again, as a supervisor does: its database may be away."""
        async with asyncio.timeout(PATIENCE):
            while self.address is None:
                try:
                    self.address = await self.process.start("serve")
                except AssertionError:
                    await self.process.process.wait()

    async def kill(self) -> None:
        self.address = None
        await self.process.end(signal.SIGKILL)

    async def stop(self) -> int:
        self.address = None
        return await self.process.end(signal.SIGTERM)

    async def clear(self) -> None:
        """Leave nothing of it behind, also where a test has failed half-way."""
        process = getattr(self.process, "process", None)
        if process is not None and process.returncode is None:
            process.kill()
            await process.wait()


class Bus:
    name = "bus"

    def __init__(self, server: Valkey) -> None:
        self.server = server

    async def start(self) -> None:
        await asyncio.to_thread(self.server.start)

    async def kill(self) -> None:
        await asyncio.to_thread(self.server.kill)


class Server:
    name = "database"

    def __init__(self, server: postgres.Server) -> None:
        self.server = server

    async def start(self) -> None:
        """Started again and again: what the kill has left must be gone first. It must be back where it was."""
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await asyncio.to_thread(self.server.control, "start")
                    return await asyncio.to_thread(self.server.run, "SELECT 1")
                except CalledProcessError:
                    await asyncio.sleep(0.2)

    async def kill(self) -> None:
        await asyncio.to_thread(self.server.kill)


@dataclass
class House:
    """The running product. `ends` counts what ended how, how often."""

    url: str
    nodes: list[Node]
    parts: list[Part]
    rng: random.Random
    ends: Counter[str] = field(default_factory=Counter)

    def address(self) -> str | None:
        """That of a node which was up when last heard of."""
        up = [node.address for node in self.nodes if node.address is not None]
        return self.rng.choice(up) if up else None

    async def havoc(self, enough: Callable[[], bool], *, every: float, away: float) -> None:
        """Kill parts at random moments, one in `every` seconds, each gone for at most `away` seconds; several may be
        gone at once. Some nodes, the last one always, are told to stop instead: that keeps the same promises."""
        lost: dict[str, asyncio.Task[None]] = {}
        while not enough():
            await asyncio.sleep(self.rng.uniform(0, 2 * every))
            while not (here := [part for part in self.parts if part.name not in lost]):
                await asyncio.wait(lost.values(), return_when=asyncio.FIRST_COMPLETED)
                lost = {name: task for name, task in lost.items() if not _came_back(task)}
            part = self.rng.choice(here)
            gently = isinstance(part, Node) and self.rng.random() < 0.2
            lost[part.name] = asyncio.create_task(self._lose(part, self.rng.uniform(0, away), gently))
            await asyncio.sleep(0)
            lost = {name: task for name, task in lost.items() if not _came_back(task)}
        await asyncio.gather(*lost.values())
        await self._lose(self.nodes[0], 0, gently=True)

    async def _lose(self, part: Part, seconds: float, gently: bool) -> None:
        self.ends[part.name.split()[0] + (" told to stop" if gently else " killed")] += 1
        if gently and isinstance(part, Node):
            assert await part.stop() == 0
        else:
            await part.kill()
        await asyncio.sleep(seconds)
        await part.start()

    async def stop(self) -> list[int]:
        """Let every node end by itself; their exit codes."""
        return list(await asyncio.gather(*(node.stop() for node in self.nodes)))


def _came_back(lost: asyncio.Task[None]) -> bool:
    if lost.done():
        lost.result()  # what could not be started is told at once
    return lost.done()


@contextmanager
def _database(plan: Plan, folder: Path, parts: list[Part]) -> Iterator[str]:
    """The address of an empty database; a server of its own is one of the parts."""
    if plan.database == "sqlite":
        yield f"sqlite:///{folder / 'shop.db'}"
        return
    # Not careless: what it has answered must outlive its processes.
    with started() as server:
        server.run("CREATE DATABASE shop")
        parts.append(Server(server))
        yield server.url("shop")


@asynccontextmanager
async def built(plan: Plan, folder: Path, seed: int) -> AsyncIterator[tuple[House, str]]:
    """The product, running, and a key for events. What is still alive in the end is killed."""
    with ExitStack() as ends:
        parts, environment = list[Part](), {"ASSISTANT_ORDER_DELAY_MINUTES": "0", "ASSISTANT_LOG_LEVEL": "warning"}
        environment["ASSISTANT_DATABASE"] = ends.enter_context(_database(plan, folder, parts))
        if plan.bus:
            (server,) = ends.enter_context(valkeys(folder))
            parts.append(Bus(server))
            environment["ASSISTANT_REDIS"] = server.url
        nodes = [Node(folder / f"node-{n}", f"node {n}", environment) for n in range(plan.nodes)]
        house = House(environment["ASSISTANT_DATABASE"], nodes, [*nodes, *parts], random.Random(seed))
        key = await asyncio.to_thread(key_for, house.url)
        try:
            for node in nodes:
                await node.start()
            yield house, key
        finally:
            await asyncio.gather(*(node.clear() for node in nodes))
