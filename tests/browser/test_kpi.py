"""A leader walks from a figure to the messages behind it, in a real browser; the filters stay on the way."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.signed_in import opened
from tests.browser.test_pages_are_accessible import violations
from tests.web.service import Service, message, running

DAYS = "from=2026-11-11&to=2026-11-12"


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    def said(id: str, clock: str, side: str, **more: Any) -> dict[str, Any]:
        at = f"2026-11-11T{clock}+08:00"
        return message(id, "在吗", at=at, side=side, platform="taobao", conversation=f"c{id[0]}", buyer="b1", **more)

    async with running(tmp_path) as found:
        answers = said("1a", "10:05:00", "agent", agent="a-1"), said("2a", "11:00:10", "agent", agent="a-2")
        await found.send(said("1b", "10:00:00", "buyer"), answers[0], said("2b", "11:00:00", "buyer"), answers[1])
        yield found


async def test_from_a_figure_to_its_list_to_the_chat_with_the_filters_kept(browser: Browser, service: Service) -> None:
    page = await opened(browser, service, f"/kpi?{DAYS}", "leader")
    await page.select_option("[name=platform]", "taobao")
    await page.locator(".filters .primary").click()
    figure = page.locator(".tiles [aria-describedby=def-first_response_seconds]")
    await figure.focus()
    await expect(page.locator("#tip")).to_contain_text("每次会话里买家第一句话到客服第一次人工回复的秒数")
    await page.keyboard.press("Escape")
    await expect(page.locator("#tip")).to_be_hidden()
    await page.locator(".figures td a").first.hover()
    await expect(page.locator("#tip")).to_contain_text("接待人数")
    assert await violations(page) == []

    await page.evaluate("localStorage.setItem('assistant-theme', 'dark')")  # as the workbench remembers it
    await page.reload()
    await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page.locator("[name=platform]")).to_have_value("taobao")
    await figure.press("Enter")
    await expect(page.locator(".listed tbody tr")).to_have_count(2)
    await expect(page.locator(".listed tbody tr").first).to_contain_text("5 分")
    assert await violations(page) == []
    await page.locator(".listed tbody a").first.click()
    await expect(page.locator(".mark:not([data-tone])").last).to_have_text("第 1 轮 5 分后回复")
    assert await violations(page) == []
    await page.get_by_role("link", name="团队数据").click()
    await expect(page.locator("[name=from]")).to_have_value("2026-11-11")
    await expect(page.locator("[name=platform]")).to_have_value("taobao")
    await page.context.close()


async def test_axe_finds_nothing_on_it_in_english_and_dark(browser: Browser, service: Service) -> None:
    page = await opened(browser, service, f"/kpi?{DAYS}", "leader", locale="en", color_scheme="dark")
    await expect(page.locator("h1")).to_have_text("Team figures")
    assert await violations(page) == []
    await page.locator("#language").click()
    await expect(page.locator("h1")).to_have_text("团队数据")
    await expect(page.locator("[name=from]")).to_have_value("2026-11-11")
    await page.get_by_role("link", name="各平台的口径").click()
    await page.locator("#rule-window summary").click()
    assert await violations(page) == []
    await page.context.close()


async def test_a_leader_sets_an_alert_by_keyboard_and_axe_finds_nothing_there(
    browser: Browser, service: Service
) -> None:
    page = await opened(browser, service, "/kpi", "leader", locale="en", color_scheme="dark")
    await page.get_by_role("link", name="Alerts and reports").click()
    assert await violations(page) == []
    await page.get_by_label("Low satisfaction", exact=True).press("Space")
    await page.get_by_label("Threshold: Low satisfaction").fill("95.5")
    await page.locator("#mails").fill("nobody")
    await page.get_by_role("button", name="Save").press("Enter")
    await expect(page.locator("#error")).to_contain_text("“nobody” is no mail address")
    await expect(page.get_by_label("Threshold: Low satisfaction")).to_have_value("95.5")
    await page.locator("#mails").fill("boss@example.com")
    await page.locator("#webhook").fill("https://example.com/hook")
    await page.get_by_role("button", name="Save").press("Enter")
    await expect(page.locator("#secret")).to_be_visible()
    await page.goto(f"{service.address}/kpi/alerts")
    await expect(page.get_by_label("Low satisfaction", exact=True)).to_be_checked()
    assert await violations(page) == []
    await page.context.close()
