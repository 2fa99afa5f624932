"""Two agents, two browsers: each sees beside the buyer what the other one is doing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, FrameLocator, Page, expect

from assistant.domain.moments import SHANGHAI
from assistant.services.clocks import DemoClock
from tests.browser.signed_in import opened
from tests.web.service import Service, message, running


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    """By day, whenever the test is run: at night nobody is reminded."""
    morning = datetime.now(SHANGHAI).replace(hour=10, minute=0)
    async with running(tmp_path, DemoClock(datetime.now(UTC), morning.astimezone(UTC))) as made:
        yield made


async def at_work(browser: Browser, service: Service, role: str) -> tuple[Page, FrameLocator]:
    page = await opened(browser, service, "/desk", role)
    await page.locator('[data-conversation="c1"]').first.click()
    sidebar = page.frame_locator("#sidebar")
    await expect(sidebar.locator("#buyer-name")).to_be_visible()
    return page, sidebar


def told(service: Service, minutes_ago: float, **event: Any) -> dict[str, Any]:
    return {**event, "at": (service.parts.clock.now() - timedelta(minutes=minutes_ago)).isoformat()}


async def test_each_sees_who_answers_the_buyer_and_that_the_order_was_reminded_of_today(
    browser: Browser, service: Service
) -> None:
    order = {"id": "o1", "type": "order", "order": "o1", "buyer": "b1", "status": "unpaid", "amount": "239.00"}
    await service.send(
        told(service, 15.5, **message("m1", "拍好了", platform="taobao")),
        told(service, 15.4, **order, platform="taobao", items=[{"sku": "knit", "title": "针织开衫"}]),
    )
    one, beside_one = await at_work(browser, service, "agent")
    other, beside_other = await at_work(browser, service, "leader")
    await one.locator("#draft").fill("在的亲")
    await one.keyboard.press("Enter")
    who = beside_other.locator(".who")
    await expect(who).to_contain_text("agent 正在跟进")
    await expect(beside_one.locator(".who")).not_to_contain_text("正在跟进")
    await expect(beside_one.locator("#follow_ups .due")).to_be_visible()
    await expect(beside_other.locator("#follow_ups .due")).to_be_visible()
    await expect(who).not_to_contain_text("今日已催")
    await one.keyboard.press("Alt+F")
    await expect(one.locator("#draft")).not_to_have_value("")
    await one.keyboard.press("Enter")
    await expect(who).to_contain_text("今日已催")
    await expect(beside_other.locator("#orders")).to_contain_text("今日已催")
    await expect(beside_other.locator("#follow_ups .due")).to_have_count(0)
    await one.context.close()
    await other.context.close()
