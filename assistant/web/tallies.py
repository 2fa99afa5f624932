"""What has come through this node's doors, counted where it comes in. Shown to operators by `metrics.py`.

Every label is from a list that we know beforehand: addresses as they stand in `routes.py`, codes of errors.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus

from aiohttp import hdrs, web

from assistant.domain.histograms import Histogram
from assistant.services.intake import Receipt

UNKNOWN = "unknown"


@dataclass(slots=True)
class Tallies:
    """`events` by (door, outcome), `refused` requests with events by (door, reason), `requests` by (method, address,
    status), `seconds` by address, `operations` of sockets by (operation, outcome), `too_often` requests turned away for
    coming too often, by what was too often."""

    events: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    requests: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    seconds: dict[str, Histogram] = field(default_factory=dict)
    operations: Counter[tuple[str, str]] = field(default_factory=Counter)
    too_often: Counter[str] = field(default_factory=Counter)

    def took(self, door: str, receipt: Receipt) -> None:
        """Count the events of a request that has been stored."""
        self.events[door, "accepted"] += receipt.accepted
        self.events[door, "duplicate"] += receipt.duplicates

    def answered(self, request: web.Request, status: int, seconds: float) -> None:
        """Count a request; one that became a socket lasts as long as its page."""
        path = address(request)
        self.requests[request.method if request.method in hdrs.METH_ALL else UNKNOWN, path, status] += 1
        if status != HTTPStatus.SWITCHING_PROTOCOLS:
            found = self.seconds.get(path) or self.seconds.setdefault(path, Histogram())
            found.observe(seconds)


def address(request: web.Request) -> str:
    """Where a request went, without the ids in it."""
    resource = request.match_info.route.resource
    return UNKNOWN if resource is None else resource.canonical
