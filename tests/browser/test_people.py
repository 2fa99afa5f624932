"""Administrators at work in a real browser, by keyboard: the menu, people, the audit; the company's sign-in service."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from assistant import store
from assistant.connectors.oidc import Client, Issuer
from assistant.services import identities
from assistant.web.keys import Outside
from tests.browser.looks import in_every_look
from tests.browser.signed_in import opened
from tests.browser.test_pages_are_accessible import violations
from tests.web.oidc_provider import CLIENT, SECRET, Provider, provided
from tests.web.service import Service, running


@pytest.fixture(scope="module")
async def provider() -> AsyncIterator[Provider]:
    async with provided() as made:
        made.tell_the_truth()
        yield made


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory, provider: Provider) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("people")
    issuer = Issuer(Client(provider.address, CLIENT, SECRET), lambda: datetime.now(UTC), lambda: 0.0)
    async with running(folder, oidc=Outside(issuer, provider.address, "", None)) as made:
        now = made.parts.clock.now()
        await made.parts.desks.store.write(lambda tx: store.shops.add(tx, "default", now))
        await made.parts.desks.store.write(
            lambda tx: identities.link(tx, "leader-default", provider.address, "u-1", now, by="operator")
        )
        yield made


@in_every_look
async def test_axe_finds_nothing_on_the_administrators_pages(
    browser: Browser, service: Service, lang: str, scheme: str
) -> None:
    page = await opened(browser, service, "/people", "admin", locale=lang, color_scheme=scheme)
    await page.locator(".acts summary").first.click()
    assert await violations(page) == []
    for path in ("/audit?kind=people", "/password", "/connections", "/login"):
        await page.goto(service.address + path)
        assert await violations(page) == []
    await page.context.close()


async def test_a_role_is_changed_and_somebody_shut_out_by_keyboard_from_the_menu_on(
    browser: Browser, service: Service
) -> None:
    page = await opened(browser, service, "/desk", "admin")
    menu = page.locator("#admin")
    await menu.locator("summary").press("Enter")
    await expect(menu.get_by_role("link", name="人员")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(menu.get_by_role("link", name="人员")).to_be_hidden()
    await expect(menu.locator("summary")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    agent = page.locator("tr", has=page.get_by_text("agent-default"))
    await agent.get_by_role("combobox").select_option("trainer")
    await agent.get_by_role("button", name="保存").press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("角色改好了")
    await expect(agent.get_by_role("combobox")).to_have_value("trainer")
    await agent.locator("summary").press("Enter")
    await agent.get_by_role("button", name="停用").press("Enter")
    await expect(agent).to_contain_text("已停用")
    await page.get_by_role("link", name="记录").press("Enter")
    await expect(page.locator("tbody tr").first).to_contain_text("停用人员")
    await page.context.close()


async def test_the_companys_service_leads_back_to_the_page_that_was_asked_for(
    browser: Browser, service: Service
) -> None:
    page = await browser.new_page(locale="zh-CN")
    await page.goto(service.address + "/kpi")
    await page.get_by_role("link", name="用公司账号登录").press("Enter")
    # The session's cookie is kept from what other sites lead to: it must be there all the same.
    await expect(page).to_have_url(service.address + "/kpi")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("数据")
    await page.close()
