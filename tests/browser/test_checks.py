"""Checks in a real browser: what is stopped before it goes out, and the one key that answers a warning."""

import re

from playwright.async_api import Browser, FrameLocator, Page, expect

from tests.browser.signed_in import workbench
from tests.until import until
from tests.web.service import Service, message

CONTACT = "您加我微信聊吧"
PRAISE = "满意的话给个五星好评哦"


async def opened(browser: Browser, service: Service, text: str = "在吗") -> tuple[Page, FrameLocator]:
    page, sidebar = await workbench(browser, service)
    await service.send(message("m1", text))
    await page.locator('[data-conversation="c1"]').first.click()
    await expect(sidebar.locator("#buyer-name")).to_be_visible()
    return page, sidebar


async def test_what_is_blocked_is_not_sent_and_better_words_are_one_key_away(
    browser: Browser, service: Service
) -> None:
    page, _ = await opened(browser, service)
    box, draft = page.locator("#check"), page.locator("#draft")
    await draft.fill(CONTACT)
    await draft.press("Enter")
    await expect(box).to_contain_text("这句话不能发")
    await expect(box).to_contain_text("加我微信")
    await expect(box).to_be_focused()
    await expect(box.locator(".reasons")).to_be_hidden()
    await page.keyboard.press("1")
    await expect(box).to_be_visible()
    await expect(page.locator("#told")).to_be_empty()
    await page.keyboard.press("Escape")
    await expect(box).to_be_hidden()
    await expect(page.locator("#told")).to_contain_text("「加我微信」不能发")
    await expect(draft).to_be_focused()
    await expect(draft).to_have_value(CONTACT)
    assert await draft.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)") == "加我微信"
    await expect(page.locator("#chat .message")).to_have_count(1)
    await draft.press("Enter")
    await expect(box).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(draft).to_have_value("有什么需要在这里直接跟我说就好，聊天记录都在，售后也有保障")
    await draft.press("Enter")
    await expect(page.locator("#chat")).to_contain_text("聊天记录都在")
    await until(lambda: service.stored("聊天记录都在"))
    assert await service.facts("check.hit") == []
    await page.context.close()


async def test_who_writes_on_is_asked_no_more_about_the_words_before(browser: Browser, service: Service) -> None:
    page, _ = await opened(browser, service)
    box, draft = page.locator("#check"), page.locator("#draft")
    await draft.fill(CONTACT)
    await draft.press("Enter")
    await expect(box).to_contain_text("这句话不能发")
    await draft.fill(PRAISE)
    await expect(box).to_be_hidden()
    await draft.press("Enter")
    await expect(box).to_contain_text("这句话要确认")
    await expect(box).to_be_focused()
    await expect(page.locator("#told")).to_be_empty()
    await page.keyboard.press("1")
    await expect(page.locator("#chat")).to_contain_text("五星好评")
    await page.context.close()


async def test_a_warning_is_answered_by_one_key_and_the_sidebar_says_what_went_out(
    browser: Browser, service: Service
) -> None:
    page, sidebar = await opened(browser, service)
    await page.locator("#draft").fill(PRAISE)
    await page.locator("#draft").press("Enter")
    await expect(page.locator("#check")).to_contain_text("这句话要确认")
    await page.keyboard.press("1")
    await expect(page.locator("#chat")).to_contain_text("五星好评")
    await expect(page.locator("#draft")).to_have_value("")
    await expect(sidebar.locator("#checked")).to_contain_text("索要满分好评")
    await service.until_facts("check.overridden", [{"code": "C02", "reason": "buyers_words"}])
    await service.until_facts("check.hit", [{"code": "C02", "by": "hand"}], "code", "by")
    await page.context.close()


async def test_a_promise_that_says_no_time_becomes_a_follow_up_by_one_key(browser: Browser, service: Service) -> None:
    page, sidebar = await opened(browser, service)
    draft = page.locator("#draft")
    await draft.fill("亲，保证今天发货")
    await draft.press("Enter")
    await expect(page.locator("#check")).to_contain_text("打包票")
    await page.keyboard.press("2")
    await expect(sidebar.locator("#vow")).to_be_visible()
    await draft.press("Alt+V")
    await expect(sidebar.locator("#follow_ups")).to_contain_text("保证今天发货")
    await expect(sidebar.locator("#checked")).to_be_empty()
    await page.context.close()


async def test_a_card_that_says_too_much_is_asked_about_before_it_is_inserted(
    browser: Browser, service: Service
) -> None:
    promotion = {"promotion": "p1", "title": "秋冬满减", "text": "全网最低价"}
    await service.send({"id": "p1", "type": "promotion", "at": message("x")["at"], **promotion})
    page, sidebar = await opened(browser, service, "能便宜点嘛")
    await expect(sidebar.locator("[data-card=suggestion]").first).to_contain_text("全网最低价")
    box, draft = sidebar.locator("#check"), page.locator("#draft")
    await draft.press("Alt+1")
    await expect(box).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(box).to_be_hidden()
    await expect(draft).to_be_focused()
    await expect(draft).to_have_value("")
    await draft.press("Alt+1")
    await expect(box).to_be_focused()
    await page.keyboard.press("2")
    await expect(draft).to_have_value(re.compile("全网最低价"))
    await service.until_facts("check.overridden", [{"code": "C05", "reason": "true"}])
    await page.context.close()
