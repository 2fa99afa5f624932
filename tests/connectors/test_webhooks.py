"""Webhooks to a real server on this machine: what it can check, and what is made of its answers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiohttp import web

from assistant.connectors.webhooks import Webhooks
from assistant.services.outgoing import NotCarried
from assistant.store.outgoing import Letter
from tests.web.serving import serving

NOW = datetime(2026, 11, 11, 2, tzinfo=UTC)
LETTER = Letter(
    7, "s", "webhook", "", "complaints", "2026-11-11", "", '{"name":"complaints","shop":"默认"}', None, "taken", 0, NOW,
    NOW, None,
)  # fmt: skip


@asynccontextmanager
async def receiver(status: int = 204) -> AsyncIterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    heard: list[tuple[dict[str, str], bytes]] = []

    async def hook(request: web.Request) -> web.StreamResponse:
        heard.append((dict(request.headers), await request.read()))
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    app = web.Application()
    app.router.add_post("/{path}", hook)
    async with serving(app) as address:
        yield f"{address}/hook", heard


async def test_who_knows_the_secret_can_check_that_nobody_changed_the_body_or_the_time() -> None:
    async with receiver() as (address, heard):
        await Webhooks(private=True).carry(replace(LETTER, address=address), "s3cret", NOW)
    ((headers, body),) = heard
    stamp = headers["X-Assistant-Timestamp"]
    expected = hmac.new(b"s3cret", stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    assert headers["X-Assistant-Signature"] == f"v1={expected}"
    assert (stamp, headers["X-Assistant-Id"]) == (str(int(NOW.timestamp())), "7")
    assert body == LETTER.text.encode()


@pytest.mark.parametrize(("status", "again"), [(503, True), (429, True), (400, False), (302, False)])
async def test_an_answer_says_whether_it_is_worth_another_try_and_nobody_is_led_elsewhere(
    status: int, again: bool
) -> None:
    async with receiver(status) as (address, heard):
        with pytest.raises(NotCarried) as failed:
            await Webhooks(private=True).carry(replace(LETTER, address=address), "s", NOW)
    assert (failed.value.again, len(heard)) == (again, 1)


async def test_a_receiver_that_is_away_is_tried_again() -> None:
    async with receiver() as (address, _):
        pass
    with pytest.raises(NotCarried) as failed:
        await Webhooks(private=True).carry(replace(LETTER, address=address), "s", NOW)
    assert failed.value.again


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/hook", "http://localhost:9/hook", "http://[::1]:9/hook"])
async def test_nothing_is_told_to_the_house_itself_unless_that_is_allowed(address: str) -> None:
    with pytest.raises(NotCarried, match="ASSISTANT_PRIVATE_WEBHOOKS") as failed:
        await Webhooks().carry(replace(LETTER, address=address), "s", NOW)
    assert not failed.value.again
