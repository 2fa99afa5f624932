"""What screens show beside their conversation: the agent's figures of today, who waits elsewhere, who else is here.

No signal of a conversation speaks of these: they are remembered here and read anew now and then, for everybody at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import partial

import structlog

from assistant import store
from assistant.services import queue
from assistant.services.clocks import Clock
from assistant.services.desk import Shop
from assistant.services.desks import Desks
from assistant.services.sidebar_view import TodayView
from assistant.services.today import today

log = structlog.get_logger(__name__)

# Shop, agent, platform.
Whose = tuple[str, str, str]

# An agent's figures move slowly and cost the most to read: nobody's more often, nor all together more of a core.
TODAY_SECONDS, TODAY_SHARE = 5.0, 0.02
# What was read so long ago belongs to somebody who is gone, or to a day that is over.
FORGOTTEN_SECONDS = 30 * 60.0
QUEUE_SECONDS = 1.0


class Foot:
    """Remembers agents' figures of today. Only an agent's first screen waits until they are read: with others what was
    read before is shown, and what is out of date by then is read beside them (`follow_feet`)."""

    def __init__(self) -> None:
        self._kept: dict[Whose, tuple[float, TodayView]] = {}
        self._outdated: set[Whose] = set()

    def of(self, tx: store.Transaction, shop: Shop, agent: str, platform: str, now: datetime) -> TodayView:
        """For a screen that is read in this transaction."""
        whose = shop.id, agent, platform
        found = self._kept.get(whose)  # taken once: it may be forgotten meanwhile
        if found is None:
            self.read(tx, shop, agent, platform, now)
            found = self._kept[whose]
        until, kept = found
        if time.monotonic() >= until:
            self._outdated.add(whose)
        return kept

    def kept(self, whose: Whose, otherwise: TodayView) -> TodayView:
        """What was read last."""
        return self._kept[whose][1] if whose in self._kept else otherwise

    def forget(self) -> None:
        """Drop what was read a long time ago: whoever asks for it again waits until it is read."""
        before = time.monotonic() - FORGOTTEN_SECONDS
        for whose, (until, _) in tuple(self._kept.items()):
            if until <= before:
                self._kept.pop(whose, None)

    def outdated(self) -> list[Whose]:
        """What has been asked for since this was called last and ought to be read again."""
        found, self._outdated = self._outdated, set()
        return list(found)

    def read(self, tx: store.Transaction, shop: Shop, agent: str, platform: str, now: datetime) -> float:
        """Read anew; returns the seconds of processor it took."""
        began = time.thread_time()
        found = today(tx, shop, agent, platform, now)
        self._kept[shop.id, agent, platform] = time.monotonic() + TODAY_SECONDS, found
        return time.thread_time() - began


async def follow_feet(desks: Desks, clock: Clock, foot: Foot) -> None:
    """Read agents' figures anew, one after another and with pauses: events come first."""
    while True:
        foot.forget()
        for name, agent, platform in foot.outdated():
            shop = desks.library.known(name)
            if shop is not None:
                again = partial(foot.read, shop=shop, agent=agent, platform=platform, now=clock.now())
                await asyncio.sleep(await _spent(desks, again) / TODAY_SHARE)
        await asyncio.sleep(QUEUE_SECONDS)


async def _spent(desks: Desks, read: store.engine.Work[float]) -> float:
    try:
        return await desks.store.read(read)
    except Exception:
        log.exception("figures.reading_failed")
        return 0.0


class Queues:
    """Remembers who waits in each shop; the server reads it anew once a second (`server.follow_queues`)."""

    def __init__(self) -> None:
        self._kept: dict[str, queue.Queue] = {}
        self._read_at: dict[str, float] = {}

    def keep(self, shop: str, found: queue.Queue) -> None:
        self._read_at[shop] = time.monotonic()
        if found != self._kept.get(shop):  # what was worked out for its agents holds as long as nothing has changed
            self._kept[shop] = found

    def forget_all_but(self, shops: AbstractSet[str]) -> None:
        """Drop what is read no more, since nobody has a screen of the shop open here."""
        for shop in self._read_at.keys() - shops:
            del self._read_at[shop]
            self._kept.pop(shop, None)

    def outdated(self, shop: str) -> bool:
        """Whether whoever opens a screen of the shop would see what is over."""
        return time.monotonic() - self._read_at.get(shop, -QUEUE_SECONDS) >= QUEUE_SECONDS

    def of(self, shop: str) -> queue.Queue:
        return self._kept.get(shop, queue.Queue())


class Present:
    """Remembers whose screens are open anywhere, for shops in which somebody wants to know
    (`wallboard.follow_presence`)."""

    def __init__(self) -> None:
        self._kept: dict[str, frozenset[str]] = {}
        self._wanted: set[str] = set()

    def keep(self, shop: str, here: frozenset[str]) -> None:
        self._kept[shop] = here

    def of(self, shop: str) -> frozenset[str]:
        self._wanted.add(shop)
        return self._kept.get(shop, frozenset())

    def wanted(self) -> set[str]:
        """The shops that were asked about since this was called last."""
        found, self._wanted = self._wanted, set()
        return found
