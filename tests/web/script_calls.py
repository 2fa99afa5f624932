"""What trainers ask of the service about their tables: a row, a change of it, publishing."""

from __future__ import annotations

from typing import Any

from tests.web.service import Service

PRICE = {"table": "situations", "id": "price-too-high"}
HELLO = {"table": "quick_replies", "id": "hello"}


async def ask(service: Service, method: str, path: str, role: str = "trainer", **more: Any) -> tuple[int, Any]:
    return await service.call(method, path, service.cookie(role), **more)


async def row(service: Service, name: dict[str, str], role: str = "trainer") -> dict[str, Any]:
    status, found = await ask(service, "GET", "/scripts/row", role, params=name)
    assert status == 200, found
    return dict(found)


async def rewrite(service: Service, name: dict[str, str], old: str, new: str, role: str = "trainer") -> Any:
    before = await row(service, name, role)
    assert old in before["text"]
    body = {**name, "text": before["text"].replace(old, new), "seen": before["mark"]}
    status, saved = await ask(service, "POST", "/scripts/row", role, json=body)
    assert status == 200, saved
    return saved


async def publish(service: Service, role: str = "trainer", **more: Any) -> tuple[int, Any]:
    _, checked = await ask(service, "GET", "/scripts/publish/check", role)
    return await ask(service, "POST", "/scripts/publish", role, json={"mark": checked["mark"], **more})
