"""The serving process is killed under load; what was acknowledged is there, and nothing fires twice."""

import asyncio
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientError, ClientSession

KILLS = 20 if os.environ.get("SOAK") else 3
PATIENCE = 40.0


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "assistant", *words]


class Served:
    """`assistant serve` as a process on one file and port."""

    def __init__(self, database: Path) -> None:
        self.environment = os.environ | {"ASSISTANT_DATABASE": f"sqlite:///{database}"}
        added = subprocess.run(
            command("keys", "add", "--shop", "default", "--json"), env=self.environment, capture_output=True, check=True
        )
        self.key = json.loads(added.stdout)["key"]

    async def start(self) -> str:
        self.process = await asyncio.create_subprocess_exec(
            *command("serve", "--port", "0"),
            env=self.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert self.process.stdout is not None
        said = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)
        return said.decode().split()[-1]

    async def kill(self, number: signal.Signals = signal.SIGKILL) -> int:
        self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), PATIENCE)


def chat(n: int, at: datetime) -> list[dict[str, str]]:
    """A buyer who asks, and the agent's question five minutes ago less a moment: its follow-up is due soon."""
    place = {"conversation": f"c{n}", "buyer": f"b{n}"}
    asked = (at - timedelta(minutes=5, seconds=random.uniform(-1, 1))).isoformat()
    ask = {"id": f"ask-{n}", "type": "message", "side": "agent", "agent": "a1", "text": "您平时穿多大码呀", "at": asked}
    return [{**place, **ask}]


async def load(address: str, key: str, numbers: "range", acknowledged: set[str]) -> None:
    async with ClientSession(address, headers={"Authorization": f"Bearer {key}"}) as http:
        for n in numbers:
            events = chat(n, datetime.now(UTC))
            try:
                async with http.post("/api/v1/events", json=events) as answer:
                    if answer.status == 200:
                        acknowledged.update(event["id"] for event in events)
            except (ClientError, OSError):
                return


async def test_a_killed_service_has_lost_nothing_it_acknowledged_and_fires_nothing_twice(tmp_path: Path) -> None:
    database, acknowledged = tmp_path / "kill.db", set[str]()
    served = Served(database)
    for round in range(KILLS):
        address = await served.start()
        numbers = range(round * 10_000, round * 10_000 + 10_000)
        sending = asyncio.create_task(load(address, served.key, numbers, acknowledged))
        await asyncio.sleep(random.uniform(0.3, 1.5))  # the moment of the kill is the point of the test
        await served.kill()
        await sending
    await served.start()
    await _until_nothing_is_armed(database)
    assert await served.kill(signal.SIGTERM) == 0
    with sqlite3.connect(database) as read:
        stored = {id for (id,) in read.execute("SELECT id FROM events")}
        data = [json.loads(d) for (d,) in read.execute("SELECT data FROM facts WHERE name = 'follow_up.due'")]
        lost = read.execute("SELECT count(*) FROM follow_ups").fetchone()[0]
    assert len(acknowledged) > KILLS
    assert acknowledged <= stored
    fired = Counter(fact["follow_up"] for fact in data)
    assert set(fired.values()) <= {1}
    assert lost == len(stored)


async def _until_nothing_is_armed(database: Path) -> None:
    for _ in range(int(PATIENCE * 10)):
        with sqlite3.connect(database) as read:
            if not read.execute("SELECT 1 FROM follow_ups WHERE state = 'armed'").fetchone():
                return
        await asyncio.sleep(0.1)
    raise AssertionError("follow-ups that were due have not come up")
