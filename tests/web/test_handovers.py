"""Passing follow-ups on by HTTP: whose they are, who may, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.until import until
from tests.web.service import Service, message, running


@pytest.fixture
async def busy(tmp_path: Path) -> AsyncIterator[Service]:
    """agent-default promised something in c1, a1 in c2."""
    async with running(tmp_path) as made:
        for chat, agent in (("c1", "agent-default"), ("c2", "a1")):
            said = {"conversation": chat, "buyer": chat, "side": "agent", "agent": agent}
            await made.send(message(f"m-{chat}", "10分钟内回您", **said))
        yield made


async def agents(service: Service) -> list[str | None]:
    def read(tx: Any) -> list[str | None]:
        return [agent for (agent,) in tx.driver.execute("SELECT agent FROM follow_ups ORDER BY id")]

    return await service.parts.desks.store.read(read)


def bearer(service: Service) -> dict[str, str]:
    return {"Authorization": f"Bearer {service.bearer()}"}


async def test_an_agent_is_told_what_she_holds_and_who_could_take_it(busy: Service) -> None:
    status, found = await busy.call("GET", "/api/v1/colleagues", bearer(busy))
    assert (status, found["agent"], found["open"], found["promises"], found["due"]) == (200, "a1", 1, 1, 0)
    names = {one["agent"]: one["name"] for one in found["colleagues"]}
    assert names["leader-default"] == "leader"
    assert "a1" not in names
    assert "leader-other-shop" not in names


async def test_colleagues_whose_screens_are_open_are_marked(busy: Service) -> None:
    async def here() -> list[str]:
        _, found = await busy.call("GET", "/api/v1/colleagues", bearer(busy))
        return [one["agent"] for one in found["colleagues"] if one["here"]]

    async def only_the_leader() -> bool:
        return await here() == ["leader-default"]

    async def nobody() -> bool:
        return not await here()

    async with busy.workbench("leader"):
        await until(only_the_leader)
    await until(nobody)


async def test_what_was_passed_on_can_be_taken_back_by_its_ids(busy: Service) -> None:
    to = {"to": "leader-default"}
    status, passed = await busy.call("POST", "/api/v1/follow-ups/hand-over", bearer(busy), json=to)
    assert (status, len(passed["follow_ups"]), passed["chats"], passed["left"]) == (200, 1, 1, 0)
    assert await agents(busy) == ["agent-default", "leader-default"]
    ids = {"follow_ups": passed["follow_ups"]}
    assert (await busy.call("POST", "/api/v1/follow-ups/take-back", bearer(busy), json=ids))[1]["chats"] == 1
    assert await agents(busy) == ["agent-default", "a1"]


@pytest.mark.parametrize("path", ["follow-ups/hand-over", "follow-ups/take-back"])
async def test_an_agent_moves_nothing_of_a_colleague(busy: Service, path: str) -> None:
    body: dict[str, Any] = {"from": "agent-default", "to": "a1"} if path.endswith("over") else {"from": "x"}
    if path.endswith("back"):
        body["follow_ups"] = [1]
    status, found = await busy.call("POST", f"/api/v1/{path}", bearer(busy), json=body)
    assert (status, found["error"]["code"]) == (403, "not_allowed")
    assert (await busy.call("GET", "/api/v1/colleagues?agent=agent-default", bearer(busy)))[0] == 403
    assert await agents(busy) == ["agent-default", "a1"]


@pytest.mark.parametrize("role", ["leader", "admin"])
async def test_a_leader_passes_on_what_an_agent_left(busy: Service, role: str) -> None:
    body = {"from": "agent-default", "to": "a1"}
    status, _ = await busy.call("POST", "/api/v1/follow-ups/hand-over", busy.cookie(role), json=body)
    assert status == 200
    assert await agents(busy) == ["a1", "a1"]


@pytest.mark.parametrize(
    "body",
    [{}, {"to": "nobody"}, {"to": "leader-other-shop"}, {"to": "a1"}, {"to": 7}, {"to": None, "shop": "x"}],
)
async def test_what_cannot_be_meant_is_refused_and_nothing_moves(busy: Service, body: dict[str, Any]) -> None:
    status, found = await busy.call("POST", "/api/v1/follow-ups/hand-over", bearer(busy), json=body)
    assert (status, found["error"]["code"]) == (422, "invalid_request")
    assert await agents(busy) == ["agent-default", "a1"]


@pytest.mark.parametrize("ids", [["x"], [-1], [10**19], list(range(501))])
async def test_ids_that_are_none_are_refused(busy: Service, ids: list[Any]) -> None:
    status, _ = await busy.call("POST", "/api/v1/follow-ups/take-back", bearer(busy), json={"follow_ups": ids})
    assert status == 422


async def test_another_shops_follow_ups_are_neither_seen_nor_moved(busy: Service) -> None:
    key = busy.key("other-shop")
    body = {"from": "agent-default", "to": None}
    _, passed = await busy.call("POST", "/api/v1/follow-ups/hand-over", key, json=body)
    back = {"from": "agent-default", "follow_ups": [1, 2]}
    _, taken = await busy.call("POST", "/api/v1/follow-ups/take-back", key, json=back)
    assert (passed["follow_ups"], taken["follow_ups"]) == ([], [])
    assert await agents(busy) == ["agent-default", "a1"]
