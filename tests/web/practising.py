"""A service with a small cast of scripted buyers, and an agent who practises with them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.domain.practice import Cast
from assistant.services.clocks import DemoClock
from tests.domain.practice_samples import PATIENT
from tests.web.open_page import OpenPage
from tests.web.service import Service, running

TELLS = "亲，现在满300减40哦"


@asynccontextmanager
async def hurried_service(folder: Path, cast: Cast = PATIENT) -> AsyncIterator[Service]:
    """A service whose clock runs twenty times as fast, with a small cast."""
    clock = DemoClock(datetime.now(UTC), datetime.now(UTC), speed=20)
    async with running(folder, clock, cast=cast) as made:
        yield made


async def begin(service: Service, role: str = "agent", *buyers: str, shop: str = "default") -> int:
    """Start a practice; whatever ran before is ended."""
    _, listed = await service.call("GET", "/api/v1/practices", service.cookie(role, shop))
    for one in listed["practices"]:
        if one["state"] == "running" and one["agent"] == f"{role}-{shop}":
            await service.call("POST", f"/api/v1/practices/{one['id']}/end", service.cookie(role, shop))
    body = {"buyers": list(buyers) or ["price"], "at_once": 1, "pace": "fast"}
    status, made = await service.call("POST", "/api/v1/practices", service.cookie(role, shop), json=body)
    assert status == 200, made
    assert made["address"] == f"/practice/{made['id']}/desk"
    return int(made["id"])


@asynccontextmanager
async def rehearsal(service: Service, id: int, role: str = "agent") -> AsyncIterator[OpenPage]:
    async with service.http.ws_connect(f"/practice/{id}/ws", headers=service.cookie(role)) as ws:
        yield OpenPage(ws)


async def page(service: Service, path: str, role: str = "agent", **more: Any) -> tuple[int, str]:
    headers = {**service.cookie(role), "Accept": "text/html"}
    async with service.http.request(more.pop("method", "GET"), path, headers=headers, **more) as answer:
        return answer.status, await answer.text()
