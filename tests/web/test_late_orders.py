"""Orders that come in late at the public door: said beside the chat, and still known after a restart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import web

from assistant.app import opened_desks, service
from assistant.services.clocks import SystemClock
from assistant.settings import read_settings
from assistant.web.server import make_app
from tests.web.service import message, running


async def test_a_restarted_service_knows_that_orders_come_in_late(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    async with running(tmp_path) as first:
        await first.send(message("m1", "在吗", conversation="c1", buyer="b1", platform="taobao"))
        for n in range(3):
            late = {"type": "order", "at": (now - timedelta(minutes=9)).isoformat(), "platform": "taobao"}
            about = {"id": f"o{n}", "order": f"o{n}", "buyer": "b1", "status": "unpaid", "amount": "9.50"}
            assert (await first.send({**late, **about}))[0] == 200
        async with first.sidebar() as page:
            await page.open("c1")
            await page.parts("follow_ups", "催付已暂停")
    settings = read_settings()
    with opened_desks(settings, f"sqlite:///{tmp_path}/web.db") as desks:
        parts = service.parts(settings, desks, SystemClock())
        assert parts.desks.news.delay("default", "taobao", datetime.now(UTC)) is None
        runner = web.AppRunner(make_app(parts), access_log=None, shutdown_timeout=1)
        await runner.setup()
        try:
            found = parts.desks.news.delay("default", "taobao", datetime.now(UTC))
        finally:
            await runner.cleanup()
    assert found is not None
    assert found > timedelta(minutes=8)
