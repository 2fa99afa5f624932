"""For operators: whether the process lives, and the description of the API."""

from __future__ import annotations

from aiohttp import web

from assistant.web.keys import OPENAPI


async def alive(request: web.Request) -> web.StreamResponse:
    return web.json_response({"status": "ok"})


async def openapi(request: web.Request) -> web.StreamResponse:
    return web.json_response(request.app[OPENAPI])
