"""A serving node sums up days that are over by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from assistant import store
from assistant.domain.scripts import Scripts
from assistant.services import recounting, replay
from assistant.services.desks import Desks
from assistant.services.kpi_rollups import holds
from assistant.services.scripts import Library
from tests.events_of_a_day import agent, buyer, lines
from tests.until import until

LATER = datetime(2026, 11, 20, tzinfo=UTC)


class Standing:
    """A clock that stands still."""

    speed = 1.0

    def now(self) -> datetime:
        return LATER


@pytest.fixture
def desks(database_url: str) -> Iterator[Desks]:
    opened = store.open_store(database_url)
    yield Desks(opened, Library(Scripts()))
    opened.close()


async def test_days_of_a_replay_are_summed_up_soon_by_who_serves(desks: Desks) -> None:
    replay.replay(desks, lines([buyer("10:00:00"), agent("10:00:20")]).splitlines())
    day = date(2026, 11, 11)
    working = asyncio.create_task(recounting.keep(desks, Standing()))

    def summed_up() -> bool:
        kept = desks.store.read_now(lambda tx: holds(tx, "default", ZoneInfo("Asia/Shanghai"), [day], LATER))
        return len(kept) == 4

    try:
        await until(summed_up)
    finally:
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
