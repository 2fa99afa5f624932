"""How live pages end: with a session, a key or an agent, with a stop, or because they take nothing."""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant import store
from assistant.domain.staff import Principal
from assistant.services.access import Access
from assistant.web.keys import Pace
from tests.until import until
from tests.web.live_chats import chat
from tests.web.open_page import OpenPage
from tests.web.service import Service, running

# In what a sidebar's page starts from.
BEARER = re.compile(r'"token": ?"([^"]+)"')


@pytest.fixture
async def quick(tmp_path: Path) -> AsyncIterator[Service]:
    """A service that looks after its sockets all the time."""
    async with running(tmp_path, pace=Pace(renew_seconds=0.05, check_seconds=0.05)) as made:
        yield made


async def test_a_sidebars_bearer_is_renewed_while_it_is_open_until_its_agent_is_shut_out(quick: Service) -> None:
    await chat(quick, "renewed")
    async with quick.sidebar(quick.parts.access.passes.bearer("default", "agent-default")) as page:
        token = (await page.hear(lambda told: told.startswith('{"token"'))).split('"')[3]
        headers = {"Authorization": f"Bearer {token}"}
        assert (await quick.call("GET", "/api/v1/conversations/renewed/sidebar", headers))[0] == 200
        await quick.parts.desks.store.write(disable_agent)
        assert await page.closed() == 4401


async def test_a_sidebar_ends_with_the_session_it_was_opened_with(quick: Service) -> None:
    await chat(quick, "ended")
    headers = await quick.fresh_cookie("agent")
    async with quick.http.get("/beside", headers=headers) as answer:
        token = BEARER.findall(await answer.text())[0]
    by_bearer = {"Authorization": f"Bearer {token}"}
    assert (await quick.call("GET", "/api/v1/conversations/ended/sidebar", by_bearer))[0] == 200
    async with quick.sidebar(token) as page:
        async with quick.http.post("/logout", headers=headers, allow_redirects=False) as answer:
            assert answer.status == 303
        assert await page.closed() == 4401
    async with quick.sidebar(token) as page:
        assert await page.closed() == 4401


async def test_what_a_key_has_let_in_goes_with_the_key(quick: Service) -> None:
    await chat(quick, "leaked")
    asked = {"agent": "whoever", "host_origin": "https://im.example.com"}
    _, made = await quick.call("POST", "/api/v1/launches", json=asked)
    async with quick.http.get(made["address"]) as answer:
        token = BEARER.findall(await answer.text())[0]
    async with quick.sidebar(token) as page:
        await page.hear(lambda told: told.startswith('{"token"'))
        await quick.run("UPDATE keys SET revoked_at = 1 WHERE id = 'key-default'")
        assert await page.closed() == 4401

    async def refused() -> bool:
        headers = {"Authorization": f"Bearer {token}"}
        return (await quick.call("GET", "/api/v1/conversations/leaked/sidebar", headers))[0] == 401

    await until(refused, every=0.05)


async def test_signing_out_ends_the_workbenchs_socket(quick: Service) -> None:
    headers = await quick.fresh_cookie("agent")
    async with quick.http.ws_connect("/desk/ws", headers=headers) as ws:
        async with quick.http.post("/logout", headers=headers, allow_redirects=False) as answer:
            assert answer.status == 303
        assert await OpenPage(ws).closed() == 4401


async def test_a_look_that_failed_does_not_end_looking_after_a_page(
    quick: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    really, looked = Access.by_session, 0

    async def fails_once(self: Access, token: str, now: datetime, shop: str | None = None) -> Principal | None:
        nonlocal looked
        looked += 1
        if looked == 2:  # the first lets the page in
            raise RuntimeError("a row that cannot be read")
        return await really(self, token, now, shop)

    headers = await quick.fresh_cookie("agent")
    monkeypatch.setattr(Access, "by_session", fails_once)
    async with quick.http.ws_connect("/desk/ws", headers=headers) as ws:
        await until(lambda: looked > 2)
        async with quick.http.post("/logout", headers=headers, allow_redirects=False) as answer:
            assert answer.status == 303
        assert await OpenPage(ws).closed() == 4401


def disable_agent(tx: store.Transaction) -> None:
    user = store.users.find(tx, "agent-default")
    assert user is not None
    store.users.disable(tx, user.id, datetime.now(UTC))


async def test_a_stop_tells_every_page_to_come_back(tmp_path: Path) -> None:
    async with running(tmp_path) as made:
        await chat(made, "stop")
        page = OpenPage(await made.http.ws_connect("/desk/ws", headers=made.cookie("agent")))
        await shown_workbench(page, "stop")
        reading = asyncio.create_task(page.closed())
    assert await reading == 1012


async def shown_workbench(page: OpenPage, conversation: str) -> None:
    await page.open(conversation)
    await page.parts("chat")


async def test_a_page_that_takes_nothing_is_dropped_and_harms_nobody(tmp_path: Path) -> None:
    async with running(tmp_path) as made:
        stalled = await stalled_page(made, messages=80)
        assert await stalled.closed() not in (1000, 1012)
    with sqlite3.connect(tmp_path / "web.db") as read:
        assert read.execute("SELECT count(*) FROM messages").fetchone() == (81,)


async def test_a_page_that_takes_nothing_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    async with running(tmp_path) as made:
        stalled = await stalled_page(made, messages=25)
        assert not stalled.ws.closed
        begun = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - begun < 20  # a page that will not say goodbye is waited for by nobody
    assert not stalled.heard


async def stalled_page(service: Service, messages: int) -> OpenPage:
    """A page that reads nothing while a long chat goes on, which another page follows to the end."""
    await chat(service, "slow")
    stalled = OpenPage(await service.http.ws_connect("/desk/ws", headers=service.cookie("agent")))
    await stalled.open("slow")
    async with service.workbench() as lively:
        await shown_workbench(lively, "slow")
        for n in range(messages):
            await chat(service, "slow", f"{n:02}" + "字" * 9_000, side="agent", agent="a1")
            await lively.parts("chat", f"{n:02}字")
    return stalled
