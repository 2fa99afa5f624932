"""A chat in which the buyer only said thanks is put away by one key, in the real service and a real browser."""

from playwright.async_api import Browser, expect

from tests.browser.preview import shown
from tests.browser.signed_in import workbench
from tests.web.service import Service, message


async def test_one_key_ends_the_waiting_and_another_takes_that_back(browser: Browser, service: Service) -> None:
    page, sidebar = await workbench(browser, service)
    await service.send(message("g1", "什么时候发货"))
    await service.send(message("g2", "亲，今天就发出哦", side="agent", agent="agent-default"))
    await service.send(message("g3", "好的谢谢"))
    await page.locator('[data-conversation="c1"]').first.click()
    await expect(sidebar.locator("#let-go")).to_be_visible()
    await expect(sidebar.locator("#waiting-clock")).to_have_count(0)
    await expect(page.locator('[data-conversation="c1"] .side').first).to_contain_text("道谢")
    await page.locator("#draft").press("Alt+KeyC")
    await sidebar.locator("#toast").hover()  # so the way back stays until it is gone
    await expect(sidebar.locator("#let-go")).to_have_count(0)
    await expect(page.locator('[data-conversation="c1"] .side').first).not_to_contain_text("道谢")
    await expect(page.locator("#draft")).to_be_focused()
    await page.locator("#draft").press("Alt+KeyZ")
    await expect(sidebar.locator("#let-go")).to_be_visible()
    await sidebar.locator("#let-go").click()
    await expect(sidebar.locator("#let-go")).to_have_count(0)
    await service.send(message("g4", "对了，能换L码吗"))
    await expect(sidebar.locator("#waiting-clock")).to_be_visible()
    await expect(sidebar.locator("#let-go")).to_have_count(0)
    await page.context.close()


async def test_where_an_answer_is_owed_the_key_says_so(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#waiting-clock")).to_be_visible()
        await desk.page.locator("#draft").press("Alt+KeyC")
        await expect(desk.side.locator("#toast")).to_contain_text("请先回复")
        assert desk.heard("let_go") == []
