"""The panel of sums with the real service in a real browser: by keyboard, beside a chat that goes on."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.line import Line
from tests.browser.looks import in_every_look
from tests.browser.stocked import CLIPBOARD, alone, at_work, stocked_service
from tests.browser.test_pages_are_accessible import violations
from tests.web.service import Service, message


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with stocked_service(tmp_path) as made:
        yield made


async def test_two_keys_bring_the_price_in_hand_of_the_item_talked_about(browser: Browser, service: Service) -> None:
    page, side = await at_work(browser, service)
    await page.keyboard.press("Alt+S")
    await expect(side.locator("#sums-text")).to_have_text(
        "双面羊毛大衣 599，满300减40 → 559，券 15 → 544，包邮，到手544元"
    )
    await expect(side.locator("#sums-sum div").last).to_have_text("到手544.00")
    await expect(side.locator("#sums-lines [data-name=quantity]")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#draft")).to_have_value(
        "双面羊毛大衣 599，满300减40 → 559，券 15 → 544，包邮，到手544元"
    )
    await expect(page.locator("#draft")).to_be_focused()
    await expect(side.locator("#sums")).to_be_hidden()
    await page.context.close()


async def test_what_is_typed_is_worked_out_and_stays_while_the_buyer_goes_on(
    browser: Browser, service: Service
) -> None:
    page, side = await at_work(browser, service)
    await page.keyboard.press("Alt+S")
    await expect(side.locator("#sums-text")).not_to_be_empty()
    await page.keyboard.type("2")  # over the selected 1, in the frame where the key has led
    await expect(side.locator("#sums-text")).to_contain_text("599×2 = 1198，两件9.5折 → 1138.10，券 15 → 1123.10")
    await service.send(message("m3", "能便宜点嘛"))
    await expect(side.locator("[data-card=suggestion]").first).to_be_visible()
    quantity = side.locator("#sums-lines [data-name=quantity]")
    await expect(quantity).to_have_value("2")
    await expect(quantity).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(side.locator("#sums")).to_be_hidden()
    await expect(page.locator("#draft")).to_be_focused()
    await expect(page.locator("#draft")).to_have_value("")
    await page.context.close()


async def test_a_coupon_the_buyer_does_not_have_is_left_out_with_one_key(browser: Browser, service: Service) -> None:
    page, side = await at_work(browser, service)
    await page.keyboard.press("Alt+S")
    coupon = side.locator("#sums-rules button", has_text="满159减15券")
    await expect(coupon).to_have_attribute("aria-pressed", "true")
    await coupon.press("Space")
    await expect(side.locator("#sums-text")).to_have_text("双面羊毛大衣 599，满300减40 → 559，包邮，到手559元")
    await expect(coupon).to_have_attribute("aria-pressed", "false")
    await expect(coupon).to_be_focused()
    await page.context.close()


async def test_each_buyer_has_numbers_of_their_own_and_they_are_kept(browser: Browser, service: Service) -> None:
    page, side = await at_work(browser, service)
    await page.keyboard.press("Alt+S")
    await expect(side.locator("#sums-text")).not_to_be_empty()
    await page.keyboard.type("3")
    await expect(side.locator("#sums-text")).to_contain_text("599×3")
    await page.locator('[data-conversation="c2"]').first.click()
    await expect(side.locator("#sums")).to_be_hidden()
    await expect(side.locator("#buyer [data-conversation]")).to_have_attribute("data-conversation", "c2")
    await page.locator("#draft").press("Alt+S")
    await expect(side.locator("#sums-lines [data-name=price]")).to_have_value("")
    await expect(side.locator("#sums-lines [data-name=price]")).to_be_focused()
    await page.locator('[data-conversation="c1"]').first.click()
    await expect(side.locator("#orders")).to_contain_text("针织开衫")
    await page.locator("#draft").press("Alt+S")
    await expect(side.locator("#sums-lines [data-name=quantity]")).to_have_value("3")
    await expect(side.locator("#sums-text")).to_contain_text("599×3")
    await page.context.close()


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("price", "1.234 元", "单价写成 129 或 129.90，最多两位小数。"),
        ("price", "-5", "单价写成 129 或 129.90，最多两位小数。"),
        ("price", "一百", "单价写成 129 或 129.90，最多两位小数。"),
        ("quantity", "两件", "件数写 1 到 9999 的整数，如 2。"),
        ("quantity", "0", "件数写 1 到 9999 的整数，如 2。"),
    ],
)
async def test_what_is_no_number_is_said_beside_its_field_and_nothing_is_lost(
    browser: Browser, service: Service, field: str, typed: str, said: str
) -> None:
    page, side = await at_work(browser, service)
    await page.keyboard.press("Alt+S")
    await expect(side.locator("#sums-text")).not_to_be_empty()
    wrong = side.locator(f"#sums-lines [data-name={field}]")
    await wrong.fill(typed)
    await expect(side.locator("#sums-lines .wrong")).to_have_text(said)
    await expect(wrong).to_have_attribute("aria-invalid", "true")
    await expect(side.locator("#sums-result")).to_be_hidden()
    await wrong.press("Enter")
    await expect(wrong).to_be_focused()
    await expect(wrong).to_have_value(typed)
    await expect(page.locator("#draft")).to_have_value("")
    await wrong.fill("3")
    await expect(side.locator("#sums-lines .wrong")).to_be_hidden()
    await expect(side.locator("#sums-text")).to_contain_text("到手")
    assert await wrong.get_attribute("aria-invalid") is None
    await page.context.close()


async def test_pieces_of_an_order_come_back_by_what_was_paid(browser: Browser, service: Service) -> None:
    page, side = await at_work(browser, service)
    await side.locator("#orders [data-panel=sums]").click()
    await expect(side.locator("#sums-paid")).to_have_value("450.00")
    await expect(side.locator("#sums-wrong")).to_have_text("先写上退几件。")
    await page.keyboard.press("Tab")  # from the first line's pieces past its button and the next line's fields
    for _ in range(4):
        await page.keyboard.press("Tab")
    await expect(side.locator("#sums-lines [data-name=back]").nth(1)).to_be_focused()
    await page.keyboard.type("1")
    await expect(side.locator("#sums-text")).to_have_text("退碎花裙：原价 328 - 分摊的优惠 67.68 = 应退 260.32 元")
    await page.keyboard.press("Enter")
    await expect(page.locator("#draft")).to_have_value("退碎花裙：原价 328 - 分摊的优惠 67.68 = 应退 260.32 元")
    await side.locator("#orders [data-panel=sums]").click()
    await side.locator("#sums-lines [data-name=back]").first.fill("2")
    await expect(side.locator("#sums-lines .wrong").first).to_have_text("退几件写 0 到 1 的整数。")
    await side.locator("#sums-paid").fill("999")
    await side.locator("#sums-lines [data-name=back]").first.fill("1")
    await expect(side.locator("#sums-paid-wrong")).to_have_text("实付写成 129 或 129.90，不能超过原价加运费。")
    await page.context.close()


async def test_what_came_back_before_is_taken_into_account(browser: Browser, service: Service) -> None:
    page, side = await at_work(browser, service)
    await side.locator("#orders [data-panel=sums]").click()
    await side.locator("#sums-before").press("Enter")
    gone = side.locator("#sums-lines [data-name=gone]")
    await expect(gone.first).to_be_focused()
    await gone.nth(1).fill("1")
    await side.locator("#sums-lines [data-name=back]").first.fill("1")
    await expect(side.locator("#sums-sum")).to_contain_text("已退货款−260.32应退189.68")
    await side.locator("#sums-refunded").fill("300")
    await expect(side.locator("#sums-sum")).to_contain_text("已退货款−300.00应退150.00")
    await gone.nth(1).fill("2")
    await expect(side.locator("#sums-lines .wrong").nth(1)).to_contain_text("以前退过几件，写 0 到 1 的整数")
    await page.context.close()


async def test_lines_are_added_and_removed_by_keyboard(browser: Browser, service: Service) -> None:
    page, side = await at_work(browser, service)
    await page.keyboard.press("Alt+S")
    await expect(side.locator("#sums-text")).not_to_be_empty()
    await side.locator("#sums-add").press("Enter")
    await page.keyboard.type("裤子")
    await page.keyboard.press("Tab")
    await page.keyboard.type("159")
    await expect(side.locator("#sums-text")).to_contain_text("双面羊毛大衣 599 + 裤子 159 = 758")
    await side.locator("[data-remove]").first.press("Enter")
    await expect(side.locator("#sums-text")).to_contain_text("裤子 159，券 15 → 144")
    await page.context.close()


async def test_when_the_service_is_away_the_numbers_stay_and_it_is_said(browser: Browser, service: Service) -> None:
    line = Line("/api/v1/prices")
    page, side = await at_work(browser, service, line)
    await page.keyboard.press("Alt+S")
    await expect(side.locator("#sums-text")).not_to_be_empty()
    line.cut = True
    await page.keyboard.type("2")
    await expect(side.locator("#sums-wrong")).to_have_text("暂时算不了，填的都还在，请稍后再试。")
    await expect(side.locator("#sums-lines [data-name=quantity]")).to_have_value("2")
    line.cut = False
    await page.keyboard.press("Enter")
    await expect(page.locator("#draft")).to_have_value(re.compile("599×2"))
    await page.context.close()


TOO_WIDE = """() => [...document.querySelectorAll('.panel :is(button, p, li, input, label, dd, dt)')]
  .filter(e => e.offsetParent && e.tagName !== 'INPUT')
  .filter(e => e.getBoundingClientRect().right > innerWidth || e.scrollWidth > e.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 120))"""


@in_every_look
async def test_the_panels_are_accessible_and_fit(browser: Browser, service: Service, lang: str, scheme: str) -> None:
    page = await alone(browser, service, locale=lang, color_scheme=scheme)
    for width in (280, 360, 420):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.locator("#orders [data-panel=sums]").click()
        await page.locator("#sums-lines [data-name=back]").first.fill("1")
        await expect(page.locator("#sums-text")).to_contain_text("应退")
        await page.locator("#sums-lines [data-name=price]").last.fill("x")
        await expect(page.locator("#sums-lines .wrong").last).to_be_visible()
        assert await page.evaluate(TOO_WIDE) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await violations(page) == []
        await page.keyboard.press("Alt+B")
        await expect(page.locator("#order-note-change")).to_be_focused()
        assert await page.evaluate(TOO_WIDE) == []
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
        assert await violations(page) == []
    await page.context.close()


async def test_beside_no_composer_the_sum_is_copied_and_says_so(browser: Browser, service: Service) -> None:
    page = await alone(browser, service, permissions=["clipboard-read", "clipboard-write"])
    await page.keyboard.press("Alt+S")
    await expect(page.locator("#sums-text")).not_to_be_empty()
    await page.keyboard.press("Enter")
    await expect(page.locator("#sums-said")).to_have_text("已复制")
    assert await page.evaluate(CLIPBOARD) == await page.locator("#sums-text").inner_text()
    await page.context.close()
