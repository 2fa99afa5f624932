"""The whole service of `timers.py` in this process, its own loops running: when each follow-up that comes due is told.

What is told on the bus is stored: the moment it is heard contains claiming, deciding, the card's text and the commit.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aiohttp import ClientSession, web
from sqlalchemy import select

from assistant import store
from assistant.app import service
from assistant.bus.signals import Signal
from assistant.services.clocks import Clock, DemoClock
from assistant.services.keys import hashed
from assistant.settings import read_settings
from assistant.store.tables import facts, follow_ups
from assistant.web.server import make_app
from bench.timers_crowd import SHOPS, Crowd

BEFORE = timedelta(seconds=2)
PATIENCE = 60.0
# Events a second that come in while what is overdue is caught up on.
RATE = 50.0
AFTERWARDS_SECONDS = 5.0
# Events handed over together: more than wait in line are turned away.
AT_ONCE = 500


@dataclass
class Running:
    """The service as it runs: `heard` is when news of each conversation's follow-ups came, by its clock."""

    crowd: Crowd
    clock: Clock
    keys: dict[str, str]
    http: ClientSession = field(init=False)
    heard: list[tuple[int, datetime]] = field(default_factory=list)

    def hear(self, signal: Signal) -> None:
        if signal.conversation is not None and "follow_ups" in signal.nouns:
            self.heard.append((signal.conversation, self.clock.now()))

    async def post(self) -> float:
        """Seconds until an event of somebody who has no follow-up that is due is answered."""
        shop, event = self.crowd.says(self.clock.now(), "在的")
        began = time.perf_counter()
        async with self.http.post(
            "/api/v1/events", json=[event], headers={"Authorization": f"Bearer {self.keys[shop]}"}
        ) as answer:
            answer.raise_for_status()
        return time.perf_counter() - began

    async def next_due(self) -> datetime | None:
        return await self.crowd.desks.store.read(store.follow_ups.next_due)


@dataclass(frozen=True)
class Fired:
    """Seconds from each follow-up's time until it was told, in order; how many came up before their time, more than
    once, or not at all."""

    lateness: list[float]
    early: int
    twice: int
    never: int


@dataclass(frozen=True)
class CaughtUp:
    """A start with overdue follow-ups: how long until all were seen to, what became of them, and how many seconds
    events waited for their answer meanwhile and afterwards, in order."""

    seconds: float
    states: dict[str, int]
    meanwhile: list[float]
    afterwards: list[float]


@asynccontextmanager
async def running(crowd: Crowd, begins: datetime) -> AsyncIterator[Running]:
    """The service from the moment given; its bus is listened to before anything fires."""
    clock = DemoClock(datetime.now(UTC), begins)
    keys = {shop: secrets.token_urlsafe(16) for shop in SHOPS}
    await crowd.desks.store.write(lambda tx: _add_keys(tx, keys, begins))
    parts = service.parts(read_settings(), crowd.desks, clock)
    runner = web.AppRunner(make_app(parts), access_log=None)
    made = Running(crowd, clock, keys)
    parts.bus.listen(made.hear)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        service.leave_what_is_loaded_alone()
        async with ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as made.http:
            yield made
    finally:
        await runner.cleanup()


def _add_keys(tx: store.Transaction, keys: dict[str, str], now: datetime) -> None:
    for shop, key in keys.items():
        store.keys.add(tx, secrets.token_hex(8), shop, hashed(key), now)


# --- a thousand in one second --------------------------------------------------------------------------------------


async def fire_on_time(crowd: Crowd, count: int, begins: datetime, spread: timedelta) -> Fired:
    """Arm so many, whose times lie within `spread`, and let the service fire them."""
    await crowd.arm([begins + spread * n / count for n in range(count)])
    awaited = await crowd.desks.store.read(lambda tx: _due_before(tx, begins + spread))
    async with running(crowd, begins - BEFORE) as made:
        ends = time.monotonic() + (BEFORE + spread).total_seconds() + PATIENCE
        while len(made.heard) < len(awaited) and time.monotonic() < ends:  # noqa: ASYNC110 - the bus counts, not we
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)  # what fires twice does so now
    told = await crowd.desks.store.read(lambda tx: _told(tx, begins))
    return Fired(
        sorted((at - awaited[id]).total_seconds() for id, at in made.heard),
        sum(at < awaited[id] for id, at in told) + sum(at < awaited[id] for id, at in made.heard),
        len(told) - len({id for id, _ in told}),
        len(awaited.keys() - {id for id, _ in told}),
    )


def _due_before(tx: store.Transaction, moment: datetime) -> dict[int, datetime]:
    """The times of the follow-ups that come up by then, by the conversations they are shown in."""
    query = select(follow_ups.c.conversation, follow_ups.c.due_at)
    rows = tx.connection.execute(query.where(follow_ups.c.state == "armed", follow_ups.c.due_at <= moment))
    return {row[0]: row[1] for row in rows}


def _told(tx: store.Transaction, since: datetime) -> list[tuple[int, datetime]]:
    """(conversation, by what moment) of every card that came up."""
    query = select(facts.c.conversation, facts.c.at).where(
        facts.c.name == "follow_up.due", facts.c.at >= since - BEFORE
    )
    return [(row[0], row[1]) for row in tx.connection.execute(query)]


# --- a start with many overdue -------------------------------------------------------------------------------------


async def catch_up(crowd: Crowd, late: Sequence[datetime], begins: datetime) -> CaughtUp:
    """Start with overdue follow-ups, and post events meanwhile and afterwards."""
    for start in range(0, len(late), AT_ONCE):
        await crowd.arm(late[start : start + AT_ONCE])
    async with running(crowd, begins) as made:
        over, began = asyncio.Event(), time.perf_counter()
        posting = asyncio.create_task(_post_until(made, over))
        while (due := await made.next_due()) is not None and due <= begins:  # noqa: ASYNC110 - rows tell nobody
            await asyncio.sleep(0.02)
        seconds = time.perf_counter() - began
        over.set()
        meanwhile = await posting
        asyncio.get_running_loop().call_later(AFTERWARDS_SECONDS, over.set)
        over.clear()
        afterwards = await _post_until(made, over)
    states = await crowd.desks.store.read(lambda tx: _states(tx, begins))
    return CaughtUp(seconds, states, meanwhile, afterwards)


async def _post_until(made: Running, over: asyncio.Event) -> list[float]:
    """Events at a steady rate, whether or not those before have been answered."""
    posts, began = [], time.perf_counter()
    while not over.is_set():
        posts.append(asyncio.create_task(made.post()))
        await asyncio.sleep(max(0.0, began + len(posts) / RATE - time.perf_counter()))
    return sorted(await asyncio.gather(*posts))


def _states(tx: store.Transaction, begins: datetime) -> dict[str, int]:
    query = select(follow_ups.c.state).where(follow_ups.c.due_at <= begins)
    return dict(sorted(Counter(row[0] for row in tx.connection.execute(query)).items()))
