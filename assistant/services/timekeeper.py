"""Watches the clock on a serving node: fires follow-ups that are due, observes what has come to pass by itself.

Works off rows only, so a restart or a second node changes nothing. Not for claiming follow-ups (`desks.py`) nor for
what becomes of one (`firing.py`) or of what was awaited (`awaited.py`).
"""

from __future__ import annotations

import asyncio

import structlog

from assistant import store
from assistant.services.clocks import Clock, real_seconds
from assistant.services.desks import Desks

log = structlog.get_logger(__name__)

# The clock is looked at at least so often: a follow-up armed meanwhile may be due sooner than what was waited for.
# So soon again while those that are due are somebody else's.
LOOK_SECONDS, BUSY_SECONDS = 0.05, 0.02
RETRY_SECONDS = 1.0


async def keep_firing(desks: Desks, clock: Clock) -> None:
    """Fire follow-ups when their time comes, until cancelled."""
    while True:
        try:
            await _fire_or_wait(desks, clock)
        except Exception:
            log.exception("timekeeper.failed")
            await asyncio.sleep(RETRY_SECONDS)


async def _fire_or_wait(desks: Desks, clock: Clock) -> None:
    due = await desks.store.read(store.follow_ups.next_due)
    if due is not None and due <= clock.now():
        if not await desks.fire(clock.now()):
            # Another node has them, or somebody writes to their buyers just now.
            await asyncio.sleep(BUSY_SECONDS)
        return
    await asyncio.sleep(LOOK_SECONDS if due is None else min(LOOK_SECONDS, real_seconds(clock, due)))


async def keep_observing(desks: Desks, clock: Clock) -> None:
    """Observe what becomes so by itself when its moment comes, until cancelled."""
    while True:
        try:
            if (due := await desks.store.read(store.awaited.next_at)) is not None and due <= clock.now():
                await desks.come(clock.now())
            else:
                await asyncio.sleep(RETRY_SECONDS if due is None else min(RETRY_SECONDS, real_seconds(clock, due)))
        except Exception:
            log.exception("awaited.failed")
            await asyncio.sleep(RETRY_SECONDS)
