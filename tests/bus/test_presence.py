"""Telling who is here ends when the service does, also at the moment at which somebody comes."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from assistant.bus.presence import Presence


async def test_telling_ends_also_when_somebody_comes_at_that_moment() -> None:
    presence, nobody_to_tell = Presence("n1"), Redis.from_url("redis://127.0.0.1:1")
    telling = asyncio.create_task(presence.run(nobody_to_tell))
    for _ in range(3):
        await asyncio.sleep(0)  # it waits for somebody
    presence.show({"default": frozenset({"lin"})})
    telling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await telling
    await nobody_to_tell.aclose()
