"""Counts anew what no longer holds, as long as a node serves: sums of past days, rounds by rules that have changed.

Not for how it is done (`kpi_follower.py`, `platforms.py`).
"""

from __future__ import annotations

import asyncio
from itertools import count

import structlog

from assistant.domain.errors import AssistantError
from assistant.services import platforms
from assistant.services.clocks import Clock
from assistant.services.desks import Desks
from assistant.services.kpi_follower import catch_up

log = structlog.get_logger(__name__)

# What has changed is looked for so often; whether a day is over, or settles, every so many times.
LOOK_SECONDS, THOROUGH = 1.0, 30
# Working out takes the processor from those who are served: of the whole time no more than a tenth.
REST = 9.0


async def keep(desks: Desks, clock: Clock) -> None:
    """Heed what has changed in past days, until cancelled."""
    loop, busy, matching = asyncio.get_running_loop(), False, False
    for turn in count():
        began = loop.time()
        try:
            matching = await platforms.catch_up(desks, clock.now()) > 0
            busy = await catch_up(desks.store, clock.now(), thorough=busy or turn % THOROUGH == 0) > 0
        except AssistantError as error:
            log.warning("figures.not_summed_up", reason=error.message)
        except Exception:
            log.exception("figures.not_summed_up")
        await asyncio.sleep(max(0.0 if matching else LOOK_SECONDS, REST * (loop.time() - began)))
