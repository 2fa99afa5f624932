"""`serve --workers N`: one parent that serves nobody keeps N processes at work on one port.

Each listens for itself (SO_REUSEPORT), so that the system shares connections out and a dead one takes no part; the
parent holds the port, starts again who has died, and passes on that it is time to stop. Not for what a worker does
(`service.py`).
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import signal
import socket
import sys
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

import structlog

from assistant.app import logs, opened_desks, service
from assistant.app.stopping import STOP_SECONDS
from assistant.domain.errors import AssistantError, InvalidInput
from assistant.settings import Settings

log = structlog.get_logger(__name__)

# A worker that has died is started again after so long, twice as long after each time it died before it was ready.
FIRST_WAIT, LONGEST_WAIT = 0.2, 30.0
# A worker ends itself in any case after its own time to stop; one that cannot even do that is ended by force.
PATIENCE = STOP_SECONDS + 5.0


def serve(settings: Settings, workers: int) -> None:
    """Serve with so many processes until told to stop. Raises InvalidInput where that cannot be."""
    url = service.own_database(settings)
    if not url.startswith("postgresql"):
        raise InvalidInput("several workers need PostgreSQL; one SQLite file is served by one process: --workers 1")
    if settings.redis is None:
        raise InvalidInput("several workers tell each other over Redis or Valkey: set ASSISTANT_REDIS, or --workers 1")
    logs.configure(settings.log_level)
    with held_port(settings.host, settings.port) as port:
        with opened_desks(settings, url) as desks:
            service.prepare(desks)
        asyncio.run(_Keeper(settings.model_copy(update={"port": port}), workers).run())


@contextlib.contextmanager
def held_port(host: str, port: int) -> Iterator[int]:
    """The port, free until now, and ours to share between processes. Raises InvalidInput if it is taken."""
    held: list[socket.socket] = []
    try:
        try:
            _take(host, port, held)
        except OSError as error:
            raise service.cannot_listen(host, port, error) from error
        yield held[0].getsockname()[1]
    finally:
        for one in held:
            one.close()


def _take(host: str, port: int, held: list[socket.socket]) -> None:
    """Bind every address of the host; what is bound stands in `held` even if the next one fails."""
    for family, _, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        at = (address[0], port or (held[0].getsockname()[1] if held else 0), *address[2:])
        if at[1]:
            # Whoever shares theirs would let us in: with strangers we do not want to share.
            _bound(family, at, shared=False).close()
        held.append(_bound(family, at, shared=True))


def _bound(family: int, address: tuple[object, ...], *, shared: bool) -> socket.socket:
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.bind(address)
    except OSError:
        made.close()
        raise
    return made


def _work(settings: Settings, number: int, parent: Connection) -> None:
    """A worker's life, in its own process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all of us: the parent passes it on
    try:
        service.work(settings, number, parent)
    except AssistantError as error:
        sys.exit(error.message)


class _Keeper:
    """The parent: as many workers as were asked for."""

    def __init__(self, settings: Settings, workers: int) -> None:
        self._settings, self._count = settings, workers
        self._processes: dict[int, SpawnProcess] = {}
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        ready = {number: asyncio.Event() for number in range(1, self._count + 1)}
        async with asyncio.TaskGroup() as tasks:
            keeping = [tasks.create_task(self._keep(number, told)) for number, told in ready.items()]
            announcing = tasks.create_task(self._announce(ready.values()))
            await self._stopping.wait()
            announcing.cancel()
            for process in self._processes.values():
                process.terminate()
            await asyncio.wait(keeping, timeout=PATIENCE)
            for process in self._processes.values():
                process.kill()

    async def _announce(self, ready: Iterable[asyncio.Event]) -> None:
        for one in ready:
            await one.wait()
        service.announce(self._settings, self._settings.port)

    async def _keep(self, number: int, ready: asyncio.Event) -> None:
        """Start a worker, and another one each time it has ended, until it is time to stop."""
        wait = FIRST_WAIT
        while not self._stopping.is_set():
            process, worker = self._start(number)
            told = await _told_ready(worker)
            if told:
                wait = FIRST_WAIT
                ready.set()
            await _readable(process.sentinel)
            process.join()
            worker.close()
            if not told and not ready.is_set():
                # It never worked: what keeps it from working was said by itself, and the others fare no better.
                log.error("workers.not_started", worker=number, code=process.exitcode)
                self._stopping.set()
            if not self._stopping.is_set():
                log.warning("workers.ended", worker=number, code=process.exitcode, again_in=wait)
                await self._rest(wait)
                wait = min(2 * wait, LONGEST_WAIT)

    def _start(self, number: int) -> tuple[SpawnProcess, Connection]:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(
            target=_work, args=(self._settings, number, theirs), name=f"worker-{number}", daemon=True
        )
        process.start()
        theirs.close()  # so that its end of the pipe ends with it
        self._processes[number] = process
        return process, ours

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)


async def _told_ready(worker: Connection) -> bool:
    """Whether the worker says that it is ready; False if it ends before."""
    await _readable(worker.fileno())
    try:
        return bool(worker.recv())
    except EOFError:
        return False


async def _readable(file: int) -> None:
    loop, found = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(file, found.set)
    try:
        await found.wait()
    finally:
        loop.remove_reader(file)
