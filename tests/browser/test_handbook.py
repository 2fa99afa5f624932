"""The handbook beside the chat: looked up and inserted without leaving the keyboard."""

from playwright.async_api import Browser, expect

from tests.browser.signed_in import workbench
from tests.web.service import Service, message

RULE = "无质量问题退货由买家承担运费，质量问题由我们承担"


async def test_an_entry_is_looked_up_and_inserted_by_keyboard_unless_it_is_withdrawn(
    browser: Browser, service: Service
) -> None:
    desk, sidebar = await workbench(browser, service)
    await service.send(message("h1", "退货谁出运费"))
    await desk.locator('[data-conversation="c1"]').first.click()
    await expect(sidebar.locator("#buyer-name")).to_be_visible()
    await desk.locator("#draft").press("Alt+G")
    field, first = sidebar.locator("#handbook-field"), sidebar.locator("#handbook-list [role=option]").first
    await expect(field).to_be_focused()
    await field.fill("运费")
    await expect(first).to_contain_text("退货运费规则")
    await expect(first.locator(".until")).to_have_text("长期有效")
    await field.press("Enter")
    await expect(desk.locator("#draft")).to_have_value(RULE)
    await expect(sidebar.locator("#handbook")).to_be_hidden()
    await desk.locator("#draft").fill("")

    await desk.locator("#draft").press("Alt+G")
    await field.fill("运费")
    await expect(first).to_contain_text("退货运费规则")
    gone = {"handbook": ["freight_rule"]}
    await service.call("POST", "/api/v1/notices", json={"text": "规则今天改", "withdraws": gone})
    await expect(first.locator(".until")).to_have_text("已撤回：规则今天改")
    await field.press("Enter")
    await expect(desk.locator("#draft")).to_have_value("")
    await field.press("Escape")
    await expect(sidebar.locator("#handbook")).to_be_hidden()
    await expect(desk.locator("#draft")).to_be_focused()
    await desk.context.close()
