"""Takes the pictures of the READMEs, and of a chat host's pages, from a real demo in headless Chromium.
Run: python docs/take_screenshots.py (matrix.png is taken by hand, beside a homeserver)"""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import Browser, Page, async_playwright, expect

FOLDER = Path(__file__).parent / "screenshots"
PATIENCE = 60_000.0
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
# In Chinese by day and in English by night.
LANGUAGES = (("zh-CN", ""), ("en", "-en"))


async def main() -> None:
    async with async_playwright() as play:
        browser = await play.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"), args=ARGUMENTS
        )
        async with shop("--with", "chatwoot") as address:
            await beside(browser, address, FOLDER / "beside.png")
            await tab(browser, address, FOLDER / "chatwoot-tab.png")
            await connections(browser, address, FOLDER / "connections.png")
        for language, ending in LANGUAGES:
            async with shop("--speed", "3") as address:
                await workbench(browser, address, language, FOLDER / f"workbench{ending}.png")
                await scripts(browser, address, language, FOLDER / f"scripts{ending}.png")
                await figures(browser, address, language, FOLDER / f"kpi{ending}.png")
        await browser.close()


@asynccontextmanager
async def shop(*more: str) -> AsyncIterator[str]:
    """The address of a demo; a host that plays beside it has the port after its own."""
    with tempfile.TemporaryDirectory() as data:
        demo = await started("demo", "--port", str(free_port()), "--data", data, *more)
        try:
            assert demo.stdout is not None
            lines = [(await demo.stdout.readline()).decode() for _ in range(2 if "--with" in more else 1)]
            yield lines[-1].split()[-1]
        finally:
            demo.terminate()
            await demo.wait()


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


async def started(*words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "assistant", *words, stdout=asyncio.subprocess.PIPE
    )


# --- the pictures ----------------------------------------------------------------------------------------------------


async def opened(browser: Browser, language: str, width: int = 1280, height: int = 760) -> Page:
    context = await browser.new_context(
        locale=language,
        color_scheme="dark" if language == "en" else "light",
        viewport={"width": width, "height": height},
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    return page


async def workbench(browser: Browser, address: str, language: str, file: Path) -> None:
    """A buyer who was told the promotion has ordered and would pay later: a card, a clock and an order at once."""
    page = await opened(browser, language)
    await page.goto(f"{address}/desk")
    await page.locator('[data-conversation="chat-lin-xiaolu"]').first.click()
    sidebar = page.frame_locator("#sidebar")
    card = sidebar.locator("[data-card=suggestion]")
    await card.filter(has_text="觉得价格太贵未下单").wait_for()
    await page.locator("#draft").press("Alt+1")
    await expect(page.locator("#draft")).not_to_have_value("")
    await page.locator("#draft").press("Enter")
    await card.filter(has_text="下单后未付款").wait_for()
    await page.mouse.move(640, 300)
    # Somebody else has waited too long meanwhile: the frame that nudges goes after some seconds.
    await sidebar.locator("#queue:not([data-nudged])").wait_for()
    await page.screenshot(path=file)
    await page.context.close()


async def scripts(browser: Browser, address: str, language: str, file: Path) -> None:
    page = await opened(browser, language, height=900)
    await page.goto(f"{address}/scripts?table=situations&id=price-too-high")
    await page.locator("#preview").wait_for(state="visible")
    await page.frame_locator("#preview").locator("[data-card]").first.wait_for()
    await page.screenshot(path=file)
    await page.context.close()


async def figures(browser: Browser, address: str, language: str, file: Path) -> None:
    """The day before yesterday: what becomes of asking is told when the day after is over."""
    page = await opened(browser, language, height=900)
    day = (datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(days=2)).date().isoformat()
    await page.goto(f"{address}/kpi?from={day}&to={day}")
    await page.wait_for_load_state("networkidle")
    await page.screenshot(path=file)
    await page.context.close()


async def beside(browser: Browser, address: str, file: Path) -> None:
    """The window of its own beside a chat of Chatwoot."""
    page = await opened(browser, "zh-CN")
    await page.goto(f"{address}/desk")
    await page.locator('[data-conversation="418"]').first.wait_for()
    await page.set_viewport_size({"width": 380, "height": 640})
    await page.goto(f"{address}/beside?platform=chatwoot&conversation=418")
    await page.locator("[data-card=suggestion] [data-insert]").first.wait_for()
    await page.locator("#queue b").first.wait_for()
    await page.screenshot(path=file)
    await page.context.close()


async def tab(browser: Browser, address: str, file: Path) -> None:
    """The tab inside Chatwoot, which opens that window."""
    page, (host, port) = await opened(browser, "zh-CN", height=420), address.rsplit(":", 1)
    await page.goto(f"{host}:{int(port) + 1}/")
    await page.get_by_role("tab", name="客服助手").click()
    await page.frame_locator("iframe").get_by_role("link", name="打开助手").wait_for()
    await page.screenshot(path=file)
    await page.context.close()


async def connections(browser: Browser, address: str, file: Path) -> None:
    page = await opened(browser, "zh-CN", width=640, height=220)
    await page.goto(f"{address}/connections")
    await page.get_by_text("Chatwoot").first.wait_for()
    await page.screenshot(path=file)
    await page.context.close()


if __name__ == "__main__":
    asyncio.run(main())
