"""Quick replies of one's own by keyboard alone: written beside a chat, found, filled in, sent; and a file looked at."""

from playwright.async_api import Browser, FrameLocator, Page, expect

from tests.browser.signed_in import opened
from tests.web.service import Service, message


async def write_one(page: Page, side: FrameLocator, text: str, title: str, shortcut: str) -> None:
    """By keyboard: the focus is in the form's text."""
    await expect(side.locator("#own-form [name=text]")).to_be_focused()
    await page.keyboard.type(text)
    await page.keyboard.press("Tab")
    await page.keyboard.type(title)
    await page.keyboard.press("Tab")
    await page.keyboard.type("尺码")
    await page.keyboard.press("Tab")
    await page.keyboard.type(shortcut)
    await page.keyboard.press("Control+Enter")


async def test_one_is_written_found_filled_in_and_sent_by_keyboard(browser: Browser, service: Service) -> None:
    page = await opened(browser, service, "/desk")
    side = page.frame_locator("#sidebar")
    await service.send(message("m1", "XL还有吗"))
    row = page.locator('[data-conversation="c1"]').first
    await row.wait_for()
    await row.focus()
    await page.keyboard.press("Enter")
    await expect(side.locator("#sidebar")).to_have_attribute("data-phase", "ready")
    await page.keyboard.press("Alt+KeyQ")
    await expect(side.locator("#own-note")).to_contain_text("还没有自己的快捷回复")
    await expect(side.locator("#own-find")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await write_one(page, side, "亲，{{?尺码}}码还有现货", "有现货", "yf")
    clash = side.locator("#own-wrong")
    await expect(clash).to_contain_text("和团队的")
    await side.locator("#own-form [name=shortcut]").fill("xhuo")
    await page.keyboard.press("Control+Enter")
    kept = side.locator("#own-list .row")
    await expect(kept).to_have_count(1)
    await expect(kept).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#draft")).to_be_focused()
    await bring_it(page, side)
    draft = page.locator("#draft")
    await page.keyboard.press("Enter")
    await expect(page.locator("#told")).to_contain_text("还有空没有填")
    await page.keyboard.type("XL")
    await expect(draft).to_have_value("亲，XL码还有现货")
    await page.keyboard.press("Enter")
    await expect(draft).to_have_value("")
    await expect(page.locator("#chat")).to_contain_text("亲，XL码还有现货")
    await service.until_facts("quick_reply.sent", [{"script": "~1"}], "script")
    await page.context.close()


async def bring_it(page: Page, side: FrameLocator) -> None:
    """Find it by its shortcut and choose it."""
    await page.keyboard.press("/")
    await side.locator("#quick").press_sequentially("xhuo")
    first = side.locator("#quick-list [role=option]").first
    await expect(first).to_contain_text("我的")
    await expect(first).to_contain_text("有现货")
    await page.keyboard.press("Enter")
    await expect(page.locator("#draft")).to_have_value("亲，__尺码__码还有现货")


async def test_one_that_is_saved_twice_in_quick_succession_is_kept_once(browser: Browser, service: Service) -> None:
    page = await opened(browser, service, "/quick-replies", "trainer")
    await page.locator("#own-add").click()
    await page.locator("#own-form [name=text]").fill("亲，明天就发")
    await page.locator("#own-form [name=title]").fill("明天发")
    await page.locator("#own-form").evaluate("form => { form.requestSubmit(); form.requestSubmit(); }")
    await expect(page.locator("#own-list .row")).to_have_count(1)
    await page.reload()
    await expect(page.locator("#own-count")).to_have_text("1 / 300 条")
    await page.context.close()


async def test_a_spreadsheet_is_seen_before_it_is_taken_in(browser: Browser, service: Service) -> None:
    page = await opened(browser, service, "/quick-replies")
    content = "分组,标题,内容\n问候,在,亲，在的\n问候,慢走,\n"
    await page.locator("#own-file").set_input_files(
        {"name": "mine.csv", "mimeType": "text/csv", "buffer": content.encode("gb18030")}
    )
    await expect(page.locator("#own-faults li")).to_have_text(["第 3 行还没有写内容。"])
    await expect(page.locator("#own-take")).to_be_disabled()
    columns = page.locator("#reply-columns select")
    await columns.nth(2).select_option("")
    await columns.nth(1).select_option("text")
    await expect(page.locator("#own-brought-name")).to_contain_text("2 条可以导入")
    await page.locator("#own-take").click()
    await expect(page.locator("#own-list .row")).to_have_count(2)
    await expect(page.locator("#own-count")).to_have_text("2 / 300 条")
    await page.context.close()
