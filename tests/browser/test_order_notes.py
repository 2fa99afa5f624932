"""The panel of order notes with the real service in a real browser: written, kept and copied by keyboard."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.line import Line
from tests.browser.stocked import CLIPBOARD, at_work, stocked_service
from tests.web.service import Service


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with stocked_service(tmp_path) as made:
        yield made


async def test_an_order_note_is_written_kept_and_copied_by_keyboard_alone(browser: Browser, service: Service) -> None:
    page, side = await at_work(browser, service)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.keyboard.press("Alt+B")
    await expect(side.locator("#order-note-change")).to_be_focused()
    await expect(side.locator("#order-note-kinds :checked")).to_have_value("改码")
    await page.keyboard.press("ArrowDown")
    await expect(side.locator("#order-note-kinds :checked")).to_have_value("改颜色")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.type("黑L->XL")
    await page.keyboard.press("Enter")
    line = side.locator("#order-note-text")
    await expect(line).to_have_text(re.compile(r"^改码 黑L→XL agent \d\d/\d\d \d\d:\d\d$"))
    await expect(side.locator("#order-note-said")).to_have_text("已保存，已复制")
    assert await page.frames[1].evaluate(CLIPBOARD) == await line.inner_text()
    await expect(side.locator("#notes li")).to_have_count(1)
    assert await side.locator("#notes li p").text_content() == await line.inner_text()
    await page.keyboard.press("Enter")
    await expect(side.locator("#order-note-wrong")).to_have_text("先写改成什么。")
    await page.keyboard.press("Escape")
    await expect(page.locator("#draft")).to_be_focused()
    await page.context.close()


async def test_a_note_whose_answer_was_lost_is_written_once(browser: Browser, service: Service) -> None:
    line = Line("/order-notes")
    page, side = await at_work(browser, service, line)
    await page.keyboard.press("Alt+B")
    await expect(side.locator("#order-note-change")).to_be_focused()
    await page.keyboard.type("黑L→XL")
    line.deaf = True
    await page.keyboard.press("Enter")
    await expect(side.locator("#order-note-wrong")).to_have_text("没有保存，写的都还在，请稍后再试。")
    await expect(side.locator("#order-note-change")).to_have_value("黑L→XL")
    line.deaf = False
    await page.keyboard.press("Enter")
    await expect(side.locator("#order-note-text")).to_contain_text("改码 黑L→XL")
    await expect(side.locator("#notes li")).to_have_count(1)
    assert await service.count("notes") == 1
    await page.context.close()


async def test_a_half_written_order_note_waits_for_its_own_buyer(browser: Browser, service: Service) -> None:
    page, side = await at_work(browser, service)
    await side.locator("#orders [data-panel=order-note]").click()
    await side.locator("#order-note-change").fill("加一双袜子")
    await side.locator("#order-note-kinds label", has_text="加赠品").click()
    await page.locator('[data-conversation="c2"]').first.click()
    await expect(side.locator("#order-note")).to_be_hidden()
    await expect(side.locator("#buyer [data-conversation]")).to_have_attribute("data-conversation", "c2")
    await page.locator("#draft").press("Alt+B")
    await expect(side.locator("#order-note-wrong")).to_have_text("这位买家还没有订单。")
    await expect(side.locator("#order-note-change")).to_have_value("")
    await page.locator('[data-conversation="c1"]').first.click()
    await expect(side.locator("#orders")).to_contain_text("针织开衫")
    await page.locator("#draft").press("Alt+B")
    await expect(side.locator("#order-note-change")).to_have_value("加一双袜子")
    await expect(side.locator("#order-note-kinds :checked")).to_have_value("加赠品")
    await page.context.close()
