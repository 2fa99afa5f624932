"""Starts proving processes and hears what they say, without ever holding up the event loop."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from assistant.domain.errors import AssistantError, InvalidInput
from assistant.services.proving_jobs import Job

# Told at least so often how far it is (0..1); answers whether to go on.
Watch = Callable[[float], Awaitable[bool]]
WATCH_SECONDS = 1.0
# Who looks at one thing mostly looks at the next: a process that has nothing to do waits so long before it ends, since
# starting one takes seconds.
IDLE_SECONDS = 60.0
# A report holds examples of every situation that changed, on one line.
LONGEST_LINE = 64 * 1024 * 1024
# What may be imported there is what may be here, wherever it was started.
_START = "import sys; sys.path[:] = sys.argv[1:]; from assistant.services.proving_work import main; main()"


class Broken(AssistantError):
    """The process ended before it was done: its log says why."""

    code = "broken"


class Stopped(AssistantError):
    """The work was stopped before its end."""

    code = "stopped"


class Provers:
    """Processes that do one job after the other; each that is at work works alone, at most one waits for more."""

    def __init__(self) -> None:
        self._idle: Process | None = None
        self._ending: asyncio.TimerHandle | None = None

    async def proved(self, job: Job, watch: Watch) -> dict[str, Any]:
        """What comes of a job. Raises InvalidInput for what cannot be done, Stopped when `watch` said so, Broken if the
        process failed; only after the first is the process used again."""
        process = self._taken() or await asyncio.create_subprocess_exec(
            sys.executable, "-c", _START, *sys.path, stdin=PIPE, stdout=PIPE, limit=LONGEST_LINE
        )
        try:
            found = await _asked(process, job, watch)
        except InvalidInput:
            self._keep(process)
            raise
        except BaseException:
            await _end(process)
            raise
        self._keep(process)
        return found

    def _taken(self) -> Process | None:
        process, self._idle = self._idle, None
        if self._ending is not None:
            self._ending.cancel()
        return process if process is not None and process.returncode is None else None

    def _keep(self, process: Process) -> None:
        self._forget()
        self._idle = process
        self._ending = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._forget)

    def _forget(self) -> None:
        if (process := self._taken()) is not None:
            process.kill()

    async def close(self) -> None:
        """End what waits."""
        if (process := self._taken()) is not None:
            await _end(process)


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


async def _asked(process: Process, job: Job, watch: Watch) -> dict[str, Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    handing_over = asyncio.create_task(_hand_over(process.stdin, job.model_dump_json().encode()))
    try:
        return await _hear(process.stdout, watch)
    finally:
        handing_over.cancel()
        await asyncio.gather(handing_over, return_exceptions=True)


async def _hand_over(stdin: asyncio.StreamWriter, asked: bytes) -> None:
    stdin.write(asked + b"\n")
    await stdin.drain()


class _Said(NamedTuple):
    share: float = 0.0
    result: dict[str, Any] | None = None


async def _hear(stdout: asyncio.StreamReader, watch: Watch) -> dict[str, Any]:
    """Read what the process says; `watch` is asked once a second, also while it says nothing."""
    loop = asyncio.get_running_loop()
    share, watched_at = 0.0, loop.time()
    reading = asyncio.create_task(stdout.readline())
    try:
        while True:
            await asyncio.wait({reading}, timeout=max(0.0, watched_at + WATCH_SECONDS - loop.time()))
            if reading.done():
                said = _read(reading.result())
                if said.result is not None:
                    return said.result
                share = said.share
                reading = asyncio.create_task(stdout.readline())
            if loop.time() >= watched_at + WATCH_SECONDS:
                if not await watch(share):
                    raise Stopped
                watched_at = loop.time()
    finally:
        reading.cancel()


def _read(line: bytes) -> _Said:
    if not line:
        raise Broken
    told = json.loads(line)
    if "refused" in told:
        refused = told["refused"]
        raise InvalidInput(refused["message"], reason=refused["reason"], **refused["values"])
    return _Said(float(told.get("share", 0.0)), told.get("result"))
