"""The postman's rests: a click ends them, and so does the end of the service, whichever comes first."""

from __future__ import annotations

import asyncio

import pytest

from assistant.connectors.sending import Postman
from tests.connectors.at_work import AtWork


@pytest.mark.parametrize("turns", range(5))
async def test_a_postman_who_is_woken_and_cancelled_at_once_ends(node: AtWork, turns: int) -> None:
    postman = Postman(node.desks, node.clock)
    resting = asyncio.create_task(postman._rest())
    for _ in range(3):
        await asyncio.sleep(0)  # it has sat down
    postman.wake()
    for _ in range(turns):
        await asyncio.sleep(0)
    if not resting.done():
        resting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await resting
