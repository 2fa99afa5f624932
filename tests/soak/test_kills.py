"""Parts of the product are killed at random moments while buyers talk. What was acknowledged is there, nothing fires
twice, nothing is left behind, and all figures are what they would be had nothing happened."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from assistant.store.engine import open_engine
from assistant.store.tables import events, facts, follow_ups
from tests.soak.crowd import Crowd
from tests.soak.house import House, Plan, built
from tests.soak.ledger import complaints
from tests.soak.length import SEED, seconds
from tests.until import until

log = logging.getLogger(__name__)
SMALL, LARGE = Plan(), Plan("postgresql", bus=True, nodes=2)
PATIENCE, SENDERS = 300.0, 4


@pytest.mark.parametrize("plan", [SMALL, pytest.param(LARGE, marks=pytest.mark.soak)], ids=str)
@pytest.mark.timeout(900)
async def test_killed_under_load_it_loses_nothing_and_doubles_nothing(tmp_path: Path, plan: Plan) -> None:
    async with built(plan, tmp_path, SEED) as (house, key):
        crowd = Crowd(house.address, key, SEED)
        await talk_through(house, crowd, lambda: house.ends.total() > 0, every=1.0)
        moment = await settled(house)
        assert await house.stop() == [0] * plan.nodes
        assert found_wrong(house, crowd, moment) == []


@pytest.mark.soak
@pytest.mark.parametrize("plan", [SMALL, LARGE], ids=str)
@pytest.mark.timeout(2 * 3600)
async def test_hours_of_kills(tmp_path: Path, plan: Plan) -> None:
    async with built(plan, tmp_path, SEED) as (house, key):
        crowd = Crowd(house.address, key, SEED, pause=0.05)
        end = time.monotonic() + seconds(0.35)
        await talk_through(house, crowd, lambda: time.monotonic() > end, every=12.0)
        moment = await settled(house)
        assert await house.stop() == [0] * plan.nodes
        wrong = found_wrong(house, crowd, moment)
        log.info("%s: %s; ends %s; requests %s; wrong %s", plan, told(house), house.ends, crowd.counts, wrong)
        assert wrong == []


def told(house: House) -> str:
    """What the database holds, in numbers."""
    engine = open_engine(house.url)
    try:
        with engine.connect() as connection:
            counts = {t.name: connection.execute(select(func.count()).select_from(t)).scalar() for t in (events, facts)}
            states = connection.execute(select(follow_ups.c.state, func.count()).group_by(follow_ups.c.state))
            return f"{counts}, follow-ups {dict(map(tuple, states))}"
    finally:
        engine.dispose()


async def talk_through(house: House, crowd: Crowd, enough: Callable[[], bool], *, every: float) -> None:
    """Buyers talk all the while; the last of them are heard after the last kill."""
    talking = asyncio.create_task(crowd.talk(SENDERS))
    havoc = asyncio.create_task(house.havoc(enough, every=every, away=2.0))
    # Whichever ends first: a defect of either is told at once.
    await asyncio.wait([talking, havoc], return_when=asyncio.FIRST_COMPLETED)
    crowd.leaving = True
    await asyncio.gather(talking, havoc)
    assert len(crowd.acknowledged) > SENDERS


async def settled(house: House) -> datetime:
    """Wait until everything due has come up; the moment when that was so."""
    engine = open_engine(house.url)
    moments = [datetime.now(UTC)]
    try:
        await until(lambda: not overdue(engine, moments), PATIENCE, every=0.2)
    finally:
        engine.dispose()
    return moments[-1]


def overdue(engine: Engine, moments: list[datetime]) -> bool:
    own, now = follow_ups.c, datetime.now(UTC)
    moments.append(now)
    query = select(own.id).where(own.state == "armed", own.due_at <= now).limit(1)
    with engine.connect() as connection:
        return connection.execute(query).first() is not None


def found_wrong(house: House, crowd: Crowd, now: datetime) -> list[str]:
    engine = open_engine(house.url)
    try:
        return complaints(engine, crowd.acknowledged, now)
    finally:
        engine.dispose()
