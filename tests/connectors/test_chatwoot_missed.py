"""What was missed while the cable was down, asked for of hosts that do not behave."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import ClientSession, web

from assistant.connectors import chatwoot_cable
from assistant.connectors.chatwoot_cable import MOST_PAGES, Stream
from assistant.connectors.chatwoot_settings import ChatwootSettings
from assistant.services.clocks import SystemClock
from assistant.services.hosts import Batch
from tests.until import PATIENCE
from tests.web.serving import serving


class Host:
    """Tells of so many pages of one chat each; of messages always the same hundred, whatever is asked for."""

    def __init__(self, pages: int) -> None:
        self.pages, self.asked = pages, 0

    async def chats(self, request: web.Request) -> web.Response:
        page = int(request.query["page"])
        rows = [{"id": page, "last_activity_at": 2_000_000_000, "meta": {"sender": {"id": 7}}}]
        return web.json_response({"data": {"payload": rows if page <= self.pages else []}})

    async def messages(self, request: web.Request) -> web.Response:
        self.asked += 1
        said: list[dict[str, Any]] = [
            {"id": id, "content": "在吗", "message_type": 0, "created_at": 1_700_000_000 + id, "private": False,
             "sender": {"id": 7, "type": "contact"}}
            for id in range(1, 101)
        ]  # fmt: skip
        return web.json_response({"payload": said})


async def missed(host: Host) -> list[Batch]:
    app = web.Application()
    app.router.add_get("/api/v1/accounts/3/conversations", host.chats)
    app.router.add_get("/api/v1/accounts/3/conversations/{id}/messages", host.messages)
    async with serving(app) as address, ClientSession() as http, asyncio.timeout(PATIENCE):
        settings = ChatwootSettings.model_validate({"url": address, "account_id": 3, "access_token": "t"})
        return [batch async for batch in chatwoot_cable._missed(Stream(settings, http, SystemClock().now))]


async def test_a_host_that_always_tells_the_same_is_not_asked_for_ever() -> None:
    host = Host(1)
    found = await missed(host)
    assert host.asked == 2
    assert len({event["id"] for batch in found for event in batch.events}) == 100
    assert [words for batch in found for words in batch.left_out] == []


async def test_chats_that_were_too_many_to_be_read_are_told_of() -> None:
    left_out = [words for batch in await missed(Host(MOST_PAGES + 5)) for words in batch.left_out]
    assert len(left_out) == 1
    assert "older ones were not read" in left_out[0]
