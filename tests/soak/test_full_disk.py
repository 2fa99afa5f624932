"""The disk is full while buyers talk: the service says so and lives on, and once there is room takes everything again.
Nothing is stored in halves."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession

from assistant.store.engine import open_engine
from tests.soak.house import PATIENCE
from tests.soak.ledger import complaints
from tests.web.processes import Process
from tests.web.service import message

ROOM = 200_000  # bytes left when the disk is about to be full
Fill = Callable[[Process], None]


@contextmanager
def small_disk(folder: Path) -> Iterator[tuple[Fill, Fill]]:
    """A file system of its own; it is filled up by another file."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:  # who may not mount one gets the next best
        with quota(folder) as instead:
            yield instead
        return

    def fill(served: Process) -> None:
        found = os.statvfs(folder)
        (folder / "other").write_bytes(bytes(found.f_bavail * found.f_frsize - ROOM))

    try:
        yield fill, lambda served: (folder / "other").unlink()
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@contextmanager
def quota(folder: Path) -> Iterator[tuple[Fill, Fill]]:
    """No file of the service may grow any more."""

    def limit(served: Process, most: int) -> None:
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))

    def fill(served: Process) -> None:
        wal = served.database.with_name(served.database.name + "-wal")
        limit(served, wal.stat().st_size + ROOM)

    yield fill, lambda served: limit(served, resource.RLIM_INFINITY)


@pytest.mark.parametrize("disk", [small_disk, pytest.param(quota, marks=pytest.mark.soak)])
async def test_a_full_disk_is_told_and_nothing_is_lost_or_stored_in_halves(
    tmp_path: Path, disk: Callable[[Path], AbstractContextManager[tuple[Fill, Fill]]]
) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    with disk(folder) as (fill, make_room):
        served = Process(folder)
        key = await asyncio.to_thread(served.add_key)
        async with ClientSession(await served.start("serve"), headers={"Authorization": f"Bearer {key}"}) as http:
            before = await send_until(http, "before", 200, at_least=5)
            fill(served)
            full = await send_until(http, "full", 503)
            assert await healthy(http)
            make_room(served)
            after = await send_until(http, "after", 200, at_least=5)
            # What was refused is sent again, as a platform does.
            again = await send_until(http, "full", 200, at_least=len(full) + 1)
        assert await served.end(signal.SIGTERM) == 0
        assert found_wrong(served, before | full | after | again) == []


async def send_until(http: ClientSession, name: str, status: int, at_least: int = 1) -> set[str]:
    """Send chat after chat until so many in a row have this status; the ids of all that were acknowledged."""
    acknowledged, in_a_row, number = set[str](), 0, 0
    async with asyncio.timeout(PATIENCE):
        while in_a_row < at_least:
            events = chat(f"{name}-{number}")
            async with http.post("/api/v1/events", json=events) as answer:
                assert answer.status in (200, 503), await answer.text()
                if answer.status == 503:
                    assert answer.headers["Retry-After"]
                    assert (await answer.json())["error"]["message"]
                else:
                    acknowledged |= {str(event["id"]) for event in events}
            in_a_row = in_a_row + 1 if answer.status == status else 0
            number += 1
    return acknowledged


def chat(name: str) -> list[dict[str, object]]:
    place = {"conversation": name, "buyer": name}
    return [message(f"{name}-{n}", "能便宜点嘛" + "，真的很喜欢" * 200, **place) for n in range(3)]


async def healthy(http: ClientSession) -> bool:
    async with http.get("/healthz") as answer:
        return answer.status == 200


def found_wrong(served: Process, acknowledged: set[str]) -> list[str]:
    engine = open_engine(f"sqlite:///{served.database}")
    try:
        return complaints(engine, acknowledged)
    finally:
        engine.dispose()
