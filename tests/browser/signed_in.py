"""Pages of the running service as a person sees them who has signed in: by the cookie, not through the form.

Not for what is on them, nor for signing in itself.
"""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, BrowserContext, FrameLocator, Page

from assistant.web.guard import COOKIE
from tests.browser.line import Line
from tests.web.service import Service


async def context_of(
    browser: Browser, service: Service, role: str = "agent", shop: str = "default", **more: Any
) -> BrowserContext:
    """A browser of its own for one person; `more` is what Playwright's `new_context` takes."""
    made = await browser.new_context(**{"locale": "zh-CN", "viewport": {"width": 1280, "height": 800}, **more})
    await made.add_cookies([{"name": COOKIE, "value": service.cookies[shop, role], "url": service.address}])
    return made


async def opened(
    browser: Browser, service: Service, path: str, role: str = "agent", line: Line | None = None, **more: Any
) -> Page:
    """A page, in a context of its own that whoever asked for it closes; `line` can be cut afterwards."""
    context = await context_of(browser, service, role, **more)
    if line is not None:
        await line.lead(context)
    page = await context.new_page()
    await page.goto(service.address + path)
    return page


async def workbench(browser: Browser, service: Service, **more: Any) -> tuple[Page, FrameLocator]:
    """An agent's workbench and the sidebar in it."""
    page = await opened(browser, service, "/desk", **more)
    return page, page.frame_locator("#sidebar")
