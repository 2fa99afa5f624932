"""A trainer proves a change on past chats before it is published, and makes drafts of what the tables lack."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.script_pages import LONG, PRICE
from tests.browser.signed_in import opened
from tests.browser.test_pages_are_accessible import violations
from tests.web.service import Service, message, running
from tests.web.small_tables import small_tables

ODD, ALSO = "掂量掂量这价位", "这数目让我肉疼"
INVOICE = ["可以开发票吗", "能开发票不", "发票怎么开"]
WAITED = "亲，可以开的"


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("proving")
    async with running(folder, settings=small_tables(folder)) as found:
        shop = await found.parts.desks.shop("default", found.parts.clock.now())
        price = shop.scripts.situation("price-too-high")
        assert price is not None
        said = [*((text, WAITED) for text in INVOICE), *((text, price.replies[0].text) for text in (ODD, ALSO))]
        for number, (text, answer) in enumerate(said):
            place = {"conversation": f"p{number}", "buyer": f"p{number}"}
            await found.send(message(f"p{number}", text, **place))
            await found.send(message(f"pa{number}", answer, **place, side="agent", agent="a1"))
        yield found


async def test_a_change_is_proven_on_past_chats_and_then_published(browser: Browser, service: Service) -> None:
    page = await opened(browser, service, PRICE, "trainer")
    phrases = page.locator("[data-field=phrases]")
    await expect(phrases).to_have_value(re.compile("能便宜点嘛"))
    await phrases.press("Control+End")
    await page.keyboard.type(f"\n{ODD}")
    await page.keyboard.press("Control+s")
    await expect(page.locator("#saved")).to_contain_text("已保存")
    await page.locator("nav a[href='/scripts/back-test']").click()
    await page.wait_for_url("**/scripts/back-test")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#back-test-run")).to_contain_text("正在回测")
    await expect(page.locator("#start")).to_be_disabled()
    gained = page.locator("#shift-price-too-high .turns[data-sign='+']")
    await expect(gained).to_contain_text(ODD, timeout=LONG)
    await expect(page.locator("#say")).to_have_text("回测结束了，结果在下面")
    await expect(page.locator("#start")).to_be_enabled()
    assert await violations(page) == []
    await gained.locator("a").first.click()
    await expect(page.locator(".said")).to_contain_text(ODD)
    await page.goto(service.address + "/scripts/publish")
    await expect(page.locator("#state")).to_have_text("没有错误，可以发布", timeout=LONG)
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#toast span")).to_contain_text("已发布", timeout=LONG)
    await page.context.close()


async def test_a_file_without_events_is_played_and_says_so_as_dark_as_the_workbench(
    browser: Browser, service: Service
) -> None:
    page = await opened(browser, service, "/scripts/back-test", "trainer")
    await page.evaluate("localStorage.setItem('assistant-theme', 'dark')")
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await page.locator("[name=source][value=file]").check()
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#refused")).to_have_text("请先选一个文件")
    await page.locator("#events").set_input_files({"name": "a.jsonl", "mimeType": "text/plain", "buffer": b"hello\n"})
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#back-test-report")).to_contain_text("里面没有读得懂的买家消息", timeout=LONG)
    await page.context.close()


async def test_what_is_lacking_becomes_drafts_by_keyboard_and_the_effect_is_seen_first(
    browser: Browser, service: Service
) -> None:
    page = await opened(browser, service, "/scripts/gaps", "trainer")
    await expect(page.locator("#gap-1 h3")).to_contain_text("发票", timeout=LONG)
    await decide(page)
    await expect(page.locator("#toast span")).to_contain_text("存为草稿了：1 个情景", timeout=LONG)
    await expect(page.locator(f"[data-text='{ALSO}']")).to_have_count(0)
    await expect(page.locator("#words-title")).to_be_visible()
    assert await violations(page) == []
    await page.locator("#gap-1 [data-effect]").press("Enter")
    await expect(page.locator("#gap-1 .effect")).to_contain_text("第一条建议会变的", timeout=LONG)
    await page.locator("#gap-1 [data-make]").press("Enter")
    phrases = page.locator("[data-field=phrases]")
    await expect(phrases).to_have_value(re.compile(INVOICE[0]))
    assert sorted((await phrases.input_value()).split("\n")) == sorted(INVOICE)
    await expect(page.locator(".reply [data-part=text]").first).to_have_value(WAITED)
    await page.locator("#publish").click()
    await expect(page.locator("#state")).to_have_text("没有错误，可以发布", timeout=LONG)
    await expect(page.locator(".difference[data-id=price-too-high] ins").last).to_contain_text(ALSO)
    await page.context.close()


async def decide(page: Page) -> None:
    """Say yes to what is proposed, look what it would do, and keep it."""
    await page.locator(f"[data-text='{ALSO}'] [data-answer=accepted]").focus()
    await page.keyboard.press("y")
    await expect(page.locator("#decided")).to_contain_text("用上 1 句")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#words-effect")).to_contain_text("第一条建议会变的", timeout=LONG)
    await expect(page.locator("#words-go")).to_contain_text("存下来")
    await page.keyboard.press("Control+Enter")
