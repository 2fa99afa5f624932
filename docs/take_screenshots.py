"""Takes the pictures of the READMEs from a real demo in headless Chromium. Run: python docs/take_screenshots.py"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright

FOLDER = Path(__file__).parent / "screenshots"
PATIENCE = 60_000.0
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


async def main() -> None:
    with tempfile.TemporaryDirectory() as data:
        demo = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "assistant", "demo", "--port", "0", "--data", data), stdout=asyncio.subprocess.PIPE
        )
        try:
            assert demo.stdout is not None
            address = (await demo.stdout.readline()).decode().split()[-1]
            await take(address)
        finally:
            demo.terminate()
            await demo.wait()


async def take(address: str) -> None:
    """One agent's beginning, in Chinese by day and in English by night."""
    async with async_playwright() as play:
        browser = await play.chromium.launch(executable_path=shutil.which("chromium"), args=ARGUMENTS)
        await workbench(browser, address, "zh-CN", "light", FOLDER / "workbench.png")
        await workbench(browser, address, "en", "dark", FOLDER / "workbench-en.png")
        await browser.close()


async def workbench(browser: Browser, address: str, language: str, scheme: str, file: Path) -> None:
    dark = scheme == "dark"
    context = await browser.new_context(
        locale=language, color_scheme="dark" if dark else "light", viewport={"width": 1280, "height": 760}
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    await page.goto(f"{address}/desk")
    buyer = "chat-dudu" if dark else "chat-lin-xiaolu"
    await page.locator(f'[data-conversation="{buyer}"]').first.click()
    sidebar = page.frame_locator("#sidebar")
    await sidebar.locator("[data-card=suggestion]").first.wait_for()
    if not dark:
        await page.locator("#draft").press("Alt+1")
        await page.locator("#draft").press("Enter")
        await sidebar.locator("#follow_ups .running").first.wait_for()
    await page.locator("[data-conversation]").nth(3).wait_for()
    await page.screenshot(path=file)
    await context.close()


if __name__ == "__main__":
    asyncio.run(main())
