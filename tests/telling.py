"""Subscribers told once, until all who were begun with have been told."""

from __future__ import annotations

import asyncio

from assistant import store
from assistant.services.clocks import Clock
from assistant.services.subscriptions import Carrier, Telling


async def tell(database: store.Store, carrier: Carrier, clock: Clock) -> int:
    """How many had their turn."""
    async with asyncio.TaskGroup() as tasks:
        return await Telling(database, carrier, clock, tasks).look()
