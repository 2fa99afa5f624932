"""The end of a shift in a real browser: one key, a look at how many, a choice, and a way back."""

from __future__ import annotations

from playwright.async_api import Browser, expect

from tests.browser.preview import shown


async def test_one_key_opens_it_and_nothing_moves_before_a_colleague_is_chosen(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.locator("#draft").press("Alt+H")
        await expect(desk.side.locator("#shift-load")).to_contain_text("我名下有 12 条跟进没做完：承诺 3 条，到点 2 条")
        go = desk.side.locator("#shift-go")
        await expect(go).to_have_text("交接 12 条")
        await go.press("Enter")
        await expect(desk.side.locator("#shift")).to_have_attribute("open", "")
        assert desk.heard("hand-over") == []


async def test_pressed_again_it_counts_anew_and_escape_puts_it_away(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.locator("#draft").press("Alt+H")
        load = desk.side.locator("#shift-load")
        await expect(load).to_contain_text("12 条")
        desk.preview.load = {"open": 2, "promises": 0, "due": 0}
        await desk.page.locator("#draft").press("Alt+H")
        await expect(load).to_have_text("我名下有 2 条跟进没做完，都还没到点")
        await desk.side.locator("#shift-to").press("Escape")
        await expect(desk.side.locator("#shift")).not_to_have_attribute("open", "")
        await expect(desk.page.locator("#draft")).to_be_focused()


async def test_it_goes_to_the_colleague_chosen_and_alt_z_takes_it_back(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.locator("#draft").press("Alt+H")
        await expect(desk.side.locator("#shift-go")).to_be_enabled()
        await desk.side.locator("#shift-to").select_option(label="小李（在线）")
        await desk.side.locator("#shift-go").press("Enter")
        (told,) = await desk.until_heard("hand-over")
        assert told["to"] == "xiaoli"
        await expect(desk.side.locator("#toast")).to_contain_text("已把 3 条跟进交给：小李")
        await expect(desk.page.locator("#draft")).to_be_focused()
        await desk.page.locator("#draft").press("Alt+Z")
        (back,) = await desk.until_heard("take-back")
        assert back["follow_ups"] == [7, 8, 9]
        await expect(desk.side.locator("#say")).to_have_text("已撤回 3 条跟进")


async def test_nobody_in_particular_may_be_chosen(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.side.locator("#shift summary").click()
        await expect(desk.side.locator("#shift-go")).to_be_enabled()
        await desk.side.locator("#shift-to").select_option(value="*")
        await desk.side.locator("#shift-go").click()
        (told,) = await desk.until_heard("hand-over")
        assert told["to"] is None


async def test_what_was_taken_over_leads_from_one_chat_to_the_next(browser: Browser) -> None:
    async with shown(browser) as desk:
        await desk.side.locator('#queue [data-go="handed"]').click()
        await desk.until_opened("c4")
