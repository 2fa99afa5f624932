"""`/readyz` says what is wrong, in time; and a node that winds down refuses what is new and sends its pages away."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from assistant.store.migrations import steps
from assistant.store.writing.counts import QUEUE
from assistant.web.server import make_app
from assistant.web.stopping import wind_down
from tests.until import PATIENCE
from tests.web.open_page import OpenPage
from tests.web.service import Service, message
from tests.web.serving import serving

ROOT = Path(__file__).resolve().parents[2]


async def asked(service: Service) -> tuple[int, Any]:
    return await service.call("GET", "/readyz")


async def test_a_node_that_can_serve_says_so_of_every_part(service: Service) -> None:
    status, told = await asked(service)
    assert (status, told["status"]) == (200, "ready")
    assert {name: each["ok"] for name, each in told["checks"].items()} == dict.fromkeys(
        ("service", "store", "writer", "migrations", "tables", "bus"), True
    )
    assert told["checks"]["tables"] == {"ok": True, "fitted": 2, "shops": 2}
    assert told["checks"]["migrations"]["database"] == steps()[0]


async def test_a_database_that_does_not_answer_in_time_is_named(service: Service) -> None:
    go = threading.Event()
    database = service.parts.desks.store
    held = [asyncio.create_task(database.read(lambda tx: go.wait(PATIENCE))) for _ in range(8)]
    try:
        answers = await asyncio.gather(asked(service), asked(service))
    finally:
        go.set()
        await asyncio.gather(*held)
    for status, told in answers:
        assert (status, told["error"]["code"]) == (503, "unavailable")
        assert told["error"]["message"] == "not ready: store"
    assert (await asked(service))[0] == 200


async def test_a_full_queue_is_named(service: Service) -> None:
    busy, go, database = threading.Event(), threading.Event(), service.parts.desks.store

    def hold(tx: object) -> bool:
        busy.set()
        return go.wait(PATIENCE)

    waiting = [asyncio.create_task(database.write(hold))]
    await asyncio.to_thread(busy.wait, PATIENCE)
    waiting += [asyncio.create_task(database.write(lambda tx: True)) for _ in range(QUEUE + 1)]
    try:
        await asyncio.sleep(0)
        status, told = await asked(service)
        assert (status, told["error"]["message"]) == (503, "not ready: writer")
    finally:
        go.set()
        await asyncio.gather(*waiting, return_exceptions=True)
    assert (await asked(service))[0] == 200


@pytest.mark.parametrize(("step", "status"), [(steps()[-1], 503), ("9999", 200)])
async def test_an_older_database_is_not_served_from_and_a_newer_one_is(
    service: Service, step: str, status: int
) -> None:
    await service.run(f"UPDATE alembic_version SET version_num = '{step}'")
    found, told = await asked(service)
    await service.run(f"UPDATE alembic_version SET version_num = '{steps()[0]}'")
    assert (found, told["checks"]["migrations"]) == (
        status, {"ok": status == 200, "database": step, "program": steps()[0]}
    )  # fmt: skip


# --- winding down --------------------------------------------------------------------------------------------------


@asynccontextmanager
async def second_node(service: Service) -> AsyncIterator[tuple[web.Application, ClientSession]]:
    """Another node on the same database."""
    app = make_app(service.parts)
    async with serving(app) as address, ClientSession(address, headers=service.key()) as http:
        yield app, http


async def test_a_node_that_winds_down_refuses_what_is_new_and_sends_its_pages_away(service: Service) -> None:
    async with second_node(service) as (app, http):
        page = OpenPage(await http.ws_connect("/ws", protocols=("assistant.v1", f"bearer.{service.bearer()}")))
        await page.hear(lambda told: "speed" in told)
        closing = asyncio.create_task(page.closed())
        await wind_down(app)
        assert await closing == 1012
        async with http.post("/api/v1/events", json=message("late")) as answer:
            assert (answer.status, (await answer.json())["error"]["code"]) == (503, "unavailable")
            assert int(answer.headers["Retry-After"]) >= 1
            assert answer.headers["Connection"] == "close"
        async with http.get("/healthz") as answer:
            assert answer.status == 200
        async with http.get("/readyz") as answer:
            assert (await answer.json())["error"]["message"] == "not ready: service"
    assert await service.send(message("late")) == (200, {"accepted": 1, "duplicates": 0})


def test_what_does_not_end_by_itself_is_ended() -> None:
    program = "import time; from assistant.app.stopping import end_after; end_after(0.1); time.sleep(100)"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, timeout=PATIENCE, check=False)
    assert (ran.returncode, b"stopped_by_force" in ran.stdout + ran.stderr) == (1, True)
