"""For operators: alive, ready, metrics, and the description of the API."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from assistant import store
from assistant.domain.errors import Unavailable
from assistant.web.keys import DESKS, OPENAPI


async def alive(request: web.Request) -> web.StreamResponse:
    return web.json_response({"status": "ok"})


async def ready(request: web.Request) -> web.StreamResponse:
    """Ready when the store answers."""
    try:
        await request.app[DESKS].store.read(lambda tx: store.users.count(tx))
    except Exception as error:
        raise Unavailable("the store does not answer") from error
    return web.json_response({"status": "ready"})


async def metrics(request: web.Request) -> web.StreamResponse:
    return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def openapi(request: web.Request) -> web.StreamResponse:
    return web.json_response(request.app[OPENAPI])
