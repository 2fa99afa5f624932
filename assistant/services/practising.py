"""Lets the scripted buyers of running practices act. Not for what they do (`practice.py`)."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Iterable
from datetime import datetime, timedelta

import structlog

from assistant import store
from assistant.domain.practice import Cast, place_of
from assistant.services import back_test_runs, practice
from assistant.services.clocks import Clock
from assistant.services.desks import Desks

log = structlog.get_logger(__name__)

# Buyers are looked after so often while anybody practises, and else so often whether somebody does.
PRACTICE_SECONDS, NOBODY_SECONDS = 0.25, 1.0
SWEEP = timedelta(hours=1)


async def keep(desks: Desks, clock: Clock, cast: Cast) -> None:
    """Let the scripted buyers of running practices act; once an hour delete what was kept for long enough. Until
    cancelled."""
    sweep_at = clock.now()
    while True:
        running = False
        try:
            if clock.now() >= sweep_at:
                await _sweep(desks, clock.now())
                sweep_at = clock.now() + SWEEP
            known = desks.library.practices()  # asked first: what begins meanwhile is not over
            moving, standing = await desks.store.read(lambda tx: store.practice.to_move_on(tx, clock.now()))
            running = bool(standing)
            _forget(desks, known - {place_of(*one) for one in standing})
            for shop, id in moving:
                await _move_on(desks, clock.now(), cast, shop, id)
        except Exception:
            log.exception("practice.failed")
        await asyncio.sleep(PRACTICE_SECONDS if running else NOBODY_SECONDS)


async def _move_on(desks: Desks, now: datetime, cast: Cast, shop: str, id: int) -> None:
    """One whose buyers cannot go on keeps none of the others waiting."""
    try:
        await desks.write(place_of(shop, id), now, lambda desk: practice.move_on(desk, cast))
    except Exception:
        log.exception("practice.failed", practice=id)


def _forget(desks: Desks, over: Iterable[str]) -> None:
    """Wherever they ended: on another node, or by a page that has said something since."""
    for place in over:
        desks.library.forget(place)


async def _sweep(desks: Desks, now: datetime) -> None:
    for shop, id in await desks.store.read(lambda tx: practice.out_of_date(tx, now)):
        # One at a time: whoever waits for an answer to a message must not wait for all of them.
        await desks.store.write(functools.partial(practice.forget, shop=shop, id=id))
    await desks.store.write(functools.partial(back_test_runs.forget, now=now))
