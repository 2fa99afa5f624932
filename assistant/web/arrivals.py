"""When the request or the operation that is being carried out came in. For measuring, not for deciding anything."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar

_CAME = ContextVar[float]("came", default=0.0)


def came() -> float:
    """Note that something comes in now; the moment by the loop's clock."""
    now = asyncio.get_running_loop().time()
    _CAME.set(now)
    return now


def of_this_request() -> float:
    """When it came in, by the loop's clock; 0.0 outside of any."""
    return _CAME.get()
