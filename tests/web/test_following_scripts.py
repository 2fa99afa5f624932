"""Following what others publish ends when the service does, also at the moment at which something is told."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from assistant.web.server import follow_scripts
from tests.until import PATIENCE


async def test_following_ends_also_when_something_is_told_at_that_moment() -> None:
    told, unused = asyncio.Event(), cast(Any, None)
    following = asyncio.create_task(follow_scripts(unused, unused, unused, told))
    for _ in range(3):
        await asyncio.sleep(0)  # it waits to be told
    told.set()
    following.cancel()
    await asyncio.wait([following], timeout=PATIENCE)
    assert following.cancelled()
