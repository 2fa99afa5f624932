"""What was said in a Matrix room while nobody read, where that is more than is read at once."""

from __future__ import annotations

from typing import Any

import pytest
from aiohttp import ClientSession, web

from assistant.connectors import matrix
from assistant.connectors.matrix import MOST_PAGES, MatrixSettings
from assistant.connectors.matrix_reading import Rooms
from assistant.services.clocks import SystemClock
from tests.web.serving import serving

ROOM = "!r:example.com"
TOLD = {ROOM: {"timeline": {"limited": True, "prev_batch": "0", "events": []}}}


class Homeserver:
    """Has so many pages of a room's past, a message on each."""

    def __init__(self, pages: int) -> None:
        self.pages = pages

    async def messages(self, request: web.Request) -> web.Response:
        at = int(request.query["from"])
        if at >= self.pages:
            return web.json_response({"chunk": []})
        said: dict[str, Any] = {
            "type": "m.room.message", "event_id": f"$e{at}", "sender": "@b:example.com", "origin_server_ts": 1_700_000,
            "content": {"msgtype": "m.text", "body": "在吗"},
        }  # fmt: skip
        return web.json_response({"chunk": [said], "end": str(at + 1)})

    async def members(self, request: web.Request) -> web.Response:
        return web.json_response({"joined": {"@b:example.com": {"display_name": "b"}}})


@pytest.mark.parametrize(
    ("pages", "read", "left"), [(3, 3, 0), (MOST_PAGES - 1, MOST_PAGES - 1, 0), (60, MOST_PAGES, 1)]
)
async def test_what_was_too_much_to_be_read_is_told_of(pages: int, read: int, left: int) -> None:
    host, app = Homeserver(pages), web.Application()
    app.router.add_get("/_matrix/client/v3/rooms/{id}/messages", host.messages)
    app.router.add_get("/_matrix/client/v3/rooms/{id}/joined_members", host.members)
    async with serving(app) as address, ClientSession() as http:
        given = {"homeserver": address, "access_token": "t", "agents": "@lin:example.com=lin"}
        settings, now = MatrixSettings.model_validate(given), SystemClock().now
        batches = [one async for one in matrix._joined(settings, http, TOLD, "s1", Rooms(), settings.logins(), now)]
    assert sum(event["type"] == "message" for one in batches for event in one.events) == read
    assert len([words for one in batches for words in one.left_out if "not read" in words]) == left
