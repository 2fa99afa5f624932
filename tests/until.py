"""Waiting for a condition with a deadline, where nothing tells of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

# Much longer than anything takes that is waited for: a machine may be busy with other things.
PATIENCE = 60.0


async def until(holds: Callable[[], bool | Awaitable[bool]], seconds: float = PATIENCE, every: float = 0.01) -> None:
    """Ask again and again until it holds. Raises TimeoutError when it has not within so many seconds."""
    async with asyncio.timeout(seconds):
        while not await _answer(holds()):  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(every)


async def _answer(found: bool | Awaitable[bool]) -> bool:
    return found if isinstance(found, bool) else await found
