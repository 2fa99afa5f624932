"""Sends recorded events to a running service: the first one happens now. Not for virtual time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import aiohttp

from assistant.cli.progress import progress_bar
from assistant.cli.times import clock
from assistant.domain.errors import InvalidInput, NotAllowed, Unavailable

TOGETHER = 200
TRIES = 20
LONGEST_WAIT = 60.0
DOOR = "/api/v1/events"
# What moves along with `at`. Birthdays and registrations stay where they are.
TIMES = {
    "at", "modified", "created_at", "paid_at", "pay_deadline", "shipped_at", "starts_at", "ends_at",
    "opens_at", "closes_at",
}  # fmt: skip

Event = dict[str, Any]


@dataclass(slots=True)
class Posted:
    """What the service said to all of it."""

    events: int = 0
    accepted: int = 0
    duplicates: int = 0
    refused: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """One event, where it stood and when it is to happen."""

    number: int
    at: datetime
    event: Event


def post(lines: Sequence[str], address: str, key: str, speed: float) -> Posted:
    """Send all lines at their moments, in order. Raises NotAllowed or Unavailable if the service refuses."""
    report = Posted()
    found = _timed(lines, report, clock(), speed)
    with progress_bar("events", len(found)) as show:
        asyncio.run(_Sender(address, key, report, show).send(found))
    return report


def _timed(lines: Sequence[str], report: Posted, now: datetime, speed: float) -> list[Line]:
    """The events with all their times moved; lines without a time are refused here."""
    read: list[tuple[int, datetime, Event]] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        report.events += 1
        try:
            event = json.loads(line)
            at = datetime.fromisoformat(event["at"])
            read.append((number, at.astimezone(at.tzinfo or _no_offset()), event))
        except (ValueError, KeyError, TypeError) as error:
            problem = {"field": "at", "message": f"no event with a time and its offset ({error})"}
            report.refused.append({"line": number, "details": [problem]})
    first = min((at for _, at, _ in read), default=now)

    def moved(at: datetime) -> datetime:
        return now + (at - first) / speed

    latest, found = now, []
    for number, at, event in read:
        # As in virtual time, late news is told when it comes up in the file.
        latest = max(latest, moved(at))
        found.append(Line(number, latest, _moved(event, moved)))
    return found


def _no_offset() -> Any:
    raise ValueError("the offset is missing")


def _moved(value: Any, move: Callable[[datetime], datetime]) -> Any:
    if isinstance(value, list):
        return [_moved(one, move) for one in value]
    if isinstance(value, dict):
        return {k: _time(v, move) if k in TIMES else _moved(v, move) for k, v in value.items()}
    return value


def _time(value: Any, move: Callable[[datetime], datetime]) -> Any:
    try:
        at = datetime.fromisoformat(value)
        return move(at).isoformat() if at.tzinfo else value
    except (ValueError, TypeError):
        return value  # the service says what is wrong with it


class _Sender:
    def __init__(self, address: str, key: str, report: Posted, show: Callable[[int], None]) -> None:
        self._url = (address if "://" in address else f"http://{address}").rstrip("/") + DOOR
        self._headers = {"Authorization": f"Bearer {key}"}
        self._report, self._show = report, show

    async def send(self, lines: Sequence[Line]) -> None:
        """At any moment one request is under way: the order of events is kept."""
        timeout = aiohttp.ClientTimeout(total=60)
        try:
            async with aiohttp.ClientSession(headers=self._headers, timeout=timeout) as session:
                done = 0
                while done < len(lines):
                    await asyncio.sleep(max(0.0, (lines[done].at - clock()).total_seconds()))
                    now = clock()
                    batch = [line for line in lines[done : done + TOGETHER] if line.at <= now] or [lines[done]]
                    await self._deliver(session, batch)
                    done += len(batch)
                    self._show(done)
        except aiohttp.InvalidURL as error:
            raise InvalidInput(f"{self._url} is no address: write http://127.0.0.1:8080") from error

    async def _deliver(self, session: aiohttp.ClientSession, batch: Sequence[Line]) -> None:
        """Send until it is kept; what the service finds wrong is left out and reported."""
        left = list(batch)
        while left:
            status, body = await self._ask(session, left)
            if status == 200:
                self._report.accepted += body["accepted"]
                self._report.duplicates += body["duplicates"]
                return
            left = self._without_refused(left, status, body)

    def _without_refused(self, lines: list[Line], status: int, body: Any) -> list[Line]:
        error = body.get("error", {}) if isinstance(body, dict) else {}
        details = [d for d in error.get("details") or [] if 0 <= d.get("index", -1) < len(lines)]
        if status != 422 or not details:
            raise NotAllowed(f"{self._url} answered {status}: {error.get('message') or body}")
        by_index: dict[int, list[dict[str, object]]] = {}
        for detail in details:
            told = {"field": detail.get("field", ""), "message": detail.get("message", "")}
            by_index.setdefault(detail["index"], []).append(told)
        self._report.refused += [{"line": lines[i].number, "details": told} for i, told in by_index.items()]
        return [line for i, line in enumerate(lines) if i not in by_index]

    async def _ask(self, session: aiohttp.ClientSession, lines: Sequence[Line]) -> tuple[int, Any]:
        """Ask again while the service is busy or away, as long as it says. Raises Unavailable in the end."""
        said: object = "no answer"
        for attempt in range(TRIES):
            try:
                async with session.post(self._url, json=[line.event for line in lines]) as response:
                    if response.status not in (429, 503):
                        return response.status, await _body(response)
                    said, wait = response.status, _seconds(response.headers.get("Retry-After"), attempt)
            except aiohttp.InvalidURL:
                raise
            except (aiohttp.ClientError, TimeoutError) as error:
                said, wait = error, _seconds(None, attempt)
            await asyncio.sleep(wait)
        raise Unavailable(f"{self._url} could not be reached {TRIES} times ({said})")


async def _body(response: aiohttp.ClientResponse) -> Any:
    try:
        return await response.json(content_type=None)
    except ValueError:
        return (await response.text())[:200]


def _seconds(retry_after: str | None, attempt: int) -> float:
    """What the service asks for, else twice as long each time."""
    try:
        return min(float(retry_after or ""), LONGEST_WAIT)
    except ValueError:
        return float(min(0.1 * 2**attempt, 5.0))
