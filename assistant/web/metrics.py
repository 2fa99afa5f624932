"""`/metrics`: what operators watch, in Prometheus' form. Counting is done where things happen, in plain numbers; here
they are only read, at the moment somebody asks."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aiohttp import hdrs, web
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from assistant import __version__
from assistant.domain.errors import NotAllowed
from assistant.domain.histograms import Histogram
from assistant.services import upkeep
from assistant.services.desks import Desks
from assistant.web.keys import CLOCK, METRICS_TOKEN, PACE
from assistant.web.live import Hub
from assistant.web.readiness import Connected
from assistant.web.tallies import Tallies

PATIENCE = 2.0
_FORWARDED = ("X-Forwarded-For", "X-Real-IP", hdrs.FORWARDED)


async def show(request: web.Request) -> web.StreamResponse:
    """The figures of this node, for programs on this machine or with the token that is set."""
    _let_in(request)
    readings = request.app[READINGS]
    await readings.read(request.app)
    return web.Response(body=generate_latest(readings.registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _let_in(request: web.Request) -> None:
    """With a token whoever has it; without one this machine, except what a proxy on it hands on."""
    token = request.app[METRICS_TOKEN]
    if token is not None:
        given = request.headers.get(hdrs.AUTHORIZATION, "").encode(errors="replace")
        if not hmac.compare_digest(given, f"Bearer {token}".encode()):
            raise NotAllowed("metrics are for whoever has the token: send it as `Authorization: Bearer …`")
    elif not _is_here(request.remote) or any(name in request.headers for name in _FORWARDED):
        raise NotAllowed("metrics are read from this machine: set ASSISTANT_METRICS_TOKEN to read them from elsewhere")


def _is_here(remote: str | None) -> bool:
    try:
        return remote is not None and ipaddress.ip_address(remote).is_loopback
    except ValueError:
        return False


@dataclass(slots=True, eq=False)
class Readings(Collector):
    """What this node counts, and the database's figures as last read (None: it did not answer)."""

    desks: Desks
    hub: Hub
    doors: Tallies
    bus: Connected
    condition: upkeep.Condition | None = None
    registry: CollectorRegistry = field(default_factory=CollectorRegistry)
    _until: float = 0.0

    def __post_init__(self) -> None:
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self.registry)
        self.registry.register(self)

    async def read(self, app: web.Application) -> None:
        """Look at the database, unless that was done a moment ago."""
        if time.monotonic() < self._until:
            return
        self._until, now = time.monotonic() + app[PACE].figures_seconds, app[CLOCK].now()
        try:
            async with asyncio.timeout(PATIENCE):
                self.condition = await self.desks.store.read(lambda tx: upkeep.condition(tx, now))
        except Exception:
            # The figure that says so, and `/readyz`, are what an operator is told by; the rest is shown all the same.
            self.condition = None

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily(
            "assistant_build",
            "Which program serves, and from which kind of database",
            {"version": __version__, "database": self.desks.store.engine.dialect.name},
        )
        yield from self._of_database()
        yield from self._of_writer()
        yield from self._of_doors()
        yield from self._of_screens()
        yield _histogram(
            "assistant_follow_up_lateness_seconds",
            "How long after its time a follow-up fired",
            {"": self.desks.tally.lateness},
        )

    def _of_database(self) -> Iterator[Metric]:
        found = self.condition
        yield _gauge("assistant_store_up", "Whether the database answered", float(found is not None))
        if found is None:
            return
        yield _gauge("assistant_database_size_bytes", "Size of the database, without its log of writes", found.bytes)
        yield _gauges("assistant_buyers_waiting", "Buyers who wait for an answer, by how long", "level", found.waiting)
        yield _gauges("assistant_follow_ups_open", "Follow-ups by state", "state", found.follow_ups)
        yield _gauge(
            "assistant_follow_ups_overdue_seconds",
            "How long ago the next follow-up to fire should have fired; 0: in time",
            found.overdue_seconds,
        )
        yield _gauge(
            "assistant_retention_attempts",
            "Attempts at letting go of old data since it was last done; 1: at work, or failed once",
            found.retention_attempts,
        )

    def _of_writer(self) -> Iterator[Metric]:
        done, (waiting, most) = self.desks.store.written, self.desks.store.waiting()
        yield _gauge("assistant_writer_queue_requests", "Requests that wait to be stored", waiting)
        yield _gauge("assistant_writer_queue_limit_requests", "Waiting requests at which more are turned away", most)
        yield _counter("assistant_commits", "Commits", done.commits)
        company = {("alone",): done.requests - done.shared, ("shared",): done.shared}
        yield _counts("assistant_stored_requests", "Requests stored, by company in their commit", ("commit",), company)
        yield _counter("assistant_repeated_requests", "Requests carried out once more", done.again)
        yield _counter("assistant_turned_away_requests", "Requests the full queue had no room for", done.turned_away)

    def _of_doors(self) -> Iterator[Metric]:
        doors = self.doors
        yield _counts("assistant_events", "Events taken in", ("door", "outcome"), doors.events)
        yield _counts(
            "assistant_refused_event_requests",
            "Requests with events that were refused",
            ("door", "reason"),
            doors.refused,
        )
        too_often = {(door,): count for door, count in doors.too_often.items()}
        yield _counts("assistant_too_often", "Requests turned away for coming too often", ("door",), too_often)
        yield _counts("assistant_http_requests", "Requests", ("method", "path", "status"), doors.requests)
        yield _counts(
            "assistant_socket_operations", "What was done through open pages", ("op", "outcome"), doors.operations
        )
        yield _histogram(
            "assistant_http_request_duration_seconds", "From a request to its answer", doors.seconds, "path"
        )

    def _of_screens(self) -> Iterator[Metric]:
        done = self.hub.tally
        yield _gauge("assistant_sockets_open", "Open pages", len(self.hub))
        yield _counter("assistant_sockets_dropped", "Pages dropped because they took nothing any more", done.dropped)
        yield _counter("assistant_renderings", "Screens rendered", done.renderings)
        yield _gauge("assistant_bus_connected", "Whether other nodes are heard at once", float(self.bus.connected))
        yield _counter("assistant_signals_told", "Signals given to the bus", self.desks.tally.told)
        yield _counter("assistant_signals_heard", "Signals had from the bus", done.heard)
        yield _histogram(
            "assistant_push_delay_seconds", "From an event's arrival until its screens are told", {"": done.delay}
        )


READINGS = web.AppKey("readings", Readings)


def _gauge(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(name, says, value=value)


def _counter(name: str, says: str, value: float) -> Metric:
    return CounterMetricFamily(name, says, value=value)


def _gauges(name: str, says: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _counts(name: str, says: str, labels: Sequence[str], values: Mapping[tuple[Any, ...], float]) -> Metric:
    family = CounterMetricFamily(name, says, labels=labels)
    for key, value in tuple(values.items()):
        family.add_metric([str(part) for part in key], value)
    return family


def _histogram(name: str, says: str, values: Mapping[str, Histogram], label: str = "") -> Metric:
    family = HistogramMetricFamily(name, says, labels=[label] if label else [])
    for key, found in tuple(values.items()):
        family.add_metric([key] if label else [], _cumulative(found), found.total)
    return family


def _cumulative(found: Histogram) -> list[tuple[str, float]]:
    passed, told = 0, []
    for bound, count in zip((*map(str, found.bounds), "+Inf"), found.counts, strict=True):
        passed += count
        told.append((bound, float(passed)))
    return told
