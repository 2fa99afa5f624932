"""The serving process is killed under load; what was acknowledged is there, and nothing is lost or fires twice."""

import asyncio
import json
import os
import random
import signal
import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession

from tests.web.processes import PATIENCE, Process

KILLS = 20 if os.environ.get("SOAK") else 3
SENDERS = 4
FEWEST = 10


def asked(name: str) -> list[dict[str, Any]]:
    """A buyer, and the agent's question almost five minutes ago: its follow-up is due within two seconds."""
    said = datetime.now(UTC) - timedelta(minutes=5) + timedelta(seconds=random.uniform(0, 2))
    place = {"type": "message", "conversation": name, "buyer": name, "at": said.isoformat()}
    return [
        {**place, "id": f"{name}-buyer", "side": "buyer", "text": "在吗"},
        {**place, "id": f"{name}-agent", "side": "agent", "agent": "a1", "text": "您平时穿多大码呀"},
    ]


async def send(address: str, key: str, name: str, acknowledged: set[str], enough: asyncio.Event) -> None:
    """Send chats one after another until the service is gone."""
    async with ClientSession(address, headers={"Authorization": f"Bearer {key}"}) as http:
        for n in range(100_000):
            events = asked(f"{name}-{n}")
            try:
                async with http.post("/api/v1/events", json=events) as answer:
                    assert answer.status == 200, await answer.text()
            except (ClientError, OSError):
                return
            acknowledged.update(event["id"] for event in events)
            if len(acknowledged) >= FEWEST:
                enough.set()


async def kill_under_load(served: Process, key: str, round: int) -> set[str]:
    """One start and one sudden end; the ids acknowledged in between."""
    address, acknowledged, enough = await served.start("serve"), set[str](), asyncio.Event()
    senders = [
        asyncio.create_task(send(address, key, f"{round}-{sender}", acknowledged, enough)) for sender in range(SENDERS)
    ]
    await asyncio.wait_for(enough.wait(), PATIENCE)
    await asyncio.sleep(random.uniform(0, 2.5))  # the moment of the kill is the point of the test
    await served.end(signal.SIGKILL)
    await asyncio.gather(*senders)
    return acknowledged


async def test_a_killed_service_has_lost_nothing_it_acknowledged_and_fires_everything_once(tmp_path: Path) -> None:
    served = Process(tmp_path)
    key, acknowledged = served.add_key(), set[str]()
    for round in range(KILLS):
        acknowledged |= await kill_under_load(served, key, round)
    await served.start("serve")
    await until_nothing_is_armed(served.database)
    assert await served.end(signal.SIGTERM) == 0
    with sqlite3.connect(served.database) as read:
        check(read, acknowledged)


def check(read: sqlite3.Connection, acknowledged: set[str]) -> None:
    stored = {id for (id,) in read.execute("SELECT id FROM events")}
    assert acknowledged <= stored
    # A request is stored whole or not at all, with all that follows from it.
    names = Counter(name for (name,) in read.execute("SELECT name FROM facts"))
    chats = {id.removesuffix("-agent") for id in stored if id.endswith("-agent")}
    assert stored == {f"{chat}-{side}" for chat in chats for side in ("agent", "buyer")}
    assert names["buyer.spoke"] == names["agent.asked"] == names["follow_up.armed"] == len(chats)
    states = Counter(state for (state,) in read.execute("SELECT state FROM follow_ups"))
    fired = [json.loads(d)["follow_up"] for (d,) in read.execute("SELECT data FROM facts WHERE name = 'follow_up.due'")]
    assert states == {"due": len(chats)}
    assert len(fired) == len(set(fired)) == len(chats)
    assert read.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def until_nothing_is_armed(database: Path) -> None:
    for _ in range(int(PATIENCE * 10)):
        with sqlite3.connect(database) as read:
            if not read.execute("SELECT 1 FROM follow_ups WHERE state = 'armed'").fetchone():
                return
        await asyncio.sleep(0.1)
    raise AssertionError("follow-ups that were due have not come up")
