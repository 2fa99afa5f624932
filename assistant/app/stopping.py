"""Sees to it that a service that was told to stop is gone within a bound. Not for how it stops (`web/stopping.py`)."""

from __future__ import annotations

import os
import threading

import structlog

log = structlog.get_logger(__name__)

# Pages have two seconds, requests five, and the queue of the writer some more; an event that was acknowledged is stored
# by then in any case.
STOP_SECONDS = 25.0


def end_after(seconds: float) -> None:
    """End the process, whatever it waits for, unless it has ended by itself before."""
    timer = threading.Timer(seconds, _end, [seconds])
    timer.daemon = True
    timer.start()


def _end(seconds: float) -> None:
    log.error("service.stopped_by_force", seconds=seconds)
    os._exit(1)
