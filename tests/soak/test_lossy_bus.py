"""A bus that loses half of what it is told: screens are right all the same, since each node compares versions once a
second."""

from __future__ import annotations

import random
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path

from assistant.bus.memory import MemoryBus
from assistant.bus.signals import Signal
from tests.soak.ledger import complaints
from tests.soak.length import SEED
from tests.web.service import message, running

PAGES = 6


class Forgetful(MemoryBus):
    """Delivers about every other signal."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._rng, self.lost = random.Random(seed), 0

    async def publish(self, signals: Iterable[Signal]) -> None:
        told = list(signals)
        kept = [signal for signal in told if self._rng.random() < 0.5]
        self.lost += len(told) - len(kept)
        await super().publish(kept)


async def test_every_screen_shows_what_is_true_although_half_the_signals_are_lost(tmp_path: Path) -> None:
    bus = Forgetful(SEED)
    async with running(tmp_path, bus=bus) as service, AsyncExitStack() as open_pages:
        pages = [await open_pages.enter_async_context(service.sidebar()) for _ in range(PAGES)]
        places = [{"conversation": f"c{n}", "buyer": f"b{n}"} for n in range(PAGES)]
        await service.send(*(message(f"first-{n}", "在吗", **place) for n, place in enumerate(places)))
        for page, place in zip(pages, places, strict=True):
            await page.open(place["conversation"])
            await page.parts("buyer")
        for turn in range(2):
            for n, place in enumerate(places):
                told = {"id": f"{turn}-{n}", "type": "buyer", "nickname": f"小鱼{turn}号", "buyer": place["buyer"]}
                await service.send({**told, "at": message("")["at"]})
            for page in pages:
                await page.parts("buyer", f"小鱼{turn}号")
        assert bus.lost > 0
        assert complaints(service.parts.desks.store.engine) == []
