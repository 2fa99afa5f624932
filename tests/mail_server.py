"""A real mail server on this machine. Not for what it does with mails: that is the handler's."""

from __future__ import annotations

from typing import Any

from aiosmtpd.controller import Controller

from tests.ports import free_port
from tests.until import PATIENCE


def started(handler: Any, host: str = "127.0.0.1", **more: Any) -> Controller:
    """One that serves until it is stopped; `more` is what aiosmtpd's controller takes."""
    made = Controller(handler, host, free_port(), ready_timeout=PATIENCE, **more)
    made.start()
    return made
