"""A service with a buyer, an item and an order; its workbench, and its sidebar alone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, FrameLocator, Page, expect

from tests.browser.line import Line
from tests.browser.signed_in import workbench
from tests.web.service import Service, message, running

COAT = {"title": "双面羊毛大衣", "price": "599.00"}
ORDERED = [
    {"sku": "knit", "title": "针织开衫", "price": "239.00"},
    {"sku": "dress", "title": "碎花裙", "price": "328.00"},
]
SHOW = "postMessage({v: 1, type: 'context', conv: 'c1', platform: 'other'}, location.origin)"
CLIPBOARD = "navigator.clipboard.readText()"


@asynccontextmanager
async def stocked_service(folder: Path) -> AsyncIterator[Service]:
    """A service that knows a buyer, the coat she looks at and an order of hers; and another buyer's chat."""
    async with running(folder) as made:
        at = message("x")["at"]
        order = {"type": "order", "at": at, "buyer": "b1", "order": "o-1", "status": "paid", "amount": "450.00"}
        await made.send(
            {"id": "coat", "type": "item", "at": at, "item": "coat", **COAT},
            {"id": "who", "type": "buyer", "at": at, "buyer": "b1", "nickname": "林小鹿", "tier": "senior"},
            message("m1", "在吗"),
            {"id": "view", "type": "view", "at": at, "buyer": "b1", "item": "coat", "conversation": "c1"},
            {"id": "order", **order, "items": ORDERED},
            message("m2", "在吗", conversation="c2", buyer="b2"),
        )
        yield made


async def at_work(browser: Browser, service: Service, line: Line | None = None) -> tuple[Page, FrameLocator]:
    """The workbench with the buyer's chat open and the caret in the composer."""
    page, side = await workbench(browser, service, line=line)
    await page.locator('[data-conversation="c1"]').first.click()
    await expect(side.locator("#orders")).to_contain_text("针织开衫")
    await expect(page.locator("#draft")).to_be_focused()
    return page, side


async def alone(browser: Browser, service: Service, **context: Any) -> Page:
    """The sidebar by itself, with a conversation shown."""
    opened = await browser.new_context(**{"locale": "zh-CN", "viewport": {"width": 360, "height": 900}, **context})
    page = await opened.new_page()
    launch = service.parts.access.passes.launch("default", "a1", service.address, "小王")
    await page.goto(f"{service.address}/sidebar?launch={launch}")
    await page.evaluate(SHOW)
    await expect(page.locator("#orders")).to_contain_text("针织开衫")
    return page
