"""The quick-reply field in a real browser: keyboard only, an input method in between, and what it says."""

from playwright.async_api import Browser, expect

from tests.browser.preview import REPLIES, Shown, shown

OPTIONS = "#quick-list [role=option]"


async def test_a_slash_in_the_empty_composer_opens_it_and_enter_brings_the_text_back(
    browser: Browser,
) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.locator("#draft").press("/")
        await expect(desk.side.locator("#quick")).to_be_focused()
        await expect(desk.side.locator(OPTIONS)).to_have_count(len(REPLIES))
        await desk.page.keyboard.press("ArrowDown")
        await expect(desk.side.locator("#quick")).to_have_attribute("aria-activedescendant", "quick-1")
        await desk.page.keyboard.press("Enter")
        await expect(desk.page.locator("#draft")).to_have_value(REPLIES[1][2])
        await expect(desk.page.locator("#draft")).to_be_focused()
        await expect(desk.side.locator("#quick")).to_have_attribute("aria-expanded", "false")


async def test_a_slash_in_a_draft_is_a_slash(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.locator("#draft").press_sequentially("1/2")
        await expect(desk.page.locator("#draft")).to_have_value("1/2")


async def test_what_a_chinese_input_method_types_for_a_slash_opens_it_too(browser: Browser) -> None:
    async with shown(browser, "/sidebar?conversation=c1") as alone:
        await expect(alone.side.locator("#suggestion-s1")).to_be_visible()
        await alone.page.evaluate("dispatchEvent(new KeyboardEvent('keydown', {key: '、', code: 'Slash'}))")
        await expect(alone.side.locator("#quick")).to_be_focused()


async def test_arrows_wrap_and_escape_closes_and_returns_to_the_composer(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.locator("#draft").press("/")
        await expect(desk.side.locator(OPTIONS)).to_have_count(len(REPLIES))
        await desk.page.keyboard.press("ArrowUp")
        await expect(desk.side.locator(OPTIONS).last).to_have_attribute("aria-selected", "true")
        await desk.page.keyboard.press("Escape")
        await expect(desk.side.locator("#quick-box")).to_be_hidden()
        await expect(desk.page.locator("#draft")).to_be_focused()
        await expect(desk.page.locator("#draft")).to_have_value("")


async def test_enter_belongs_to_the_input_method_while_it_is_composing(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.fill("#draft", "ni hao")
        press = "document.querySelector('#draft').dispatchEvent(new KeyboardEvent('keydown', %s))"
        enter = "{key: 'Enter', bubbles: true, isComposing: true}"
        await desk.page.evaluate(press % enter)
        await expect(desk.page.locator("#draft")).to_have_value("ni hao")
        await desk.page.locator("#draft").press("Enter")
        await expect(desk.page.locator("#draft")).to_have_value("")
        assert [told["text"] for told in await desk.until_heard("send")] == ["ni hao"]


async def test_nothing_found_is_said(browser: Browser) -> None:
    async with shown(browser, "/sidebar?conversation=c1") as alone:
        await alone.side.locator("#quick").fill("没有这样的")
        await expect(alone.side.locator("#quick-note")).to_have_text("没有匹配的快捷回复")
        await expect(alone.side.locator("#say")).to_have_text("没有匹配的快捷回复")


async def test_shortcuts_can_be_switched_off_and_stay_off(browser: Browser) -> None:
    async with shown(browser, "/sidebar?conversation=c1") as alone:
        await expect(alone.side.locator("#suggestion-s1")).to_be_visible()
        await alone.side.locator("#keys summary").click()
        await alone.side.locator("#keys-on").uncheck()
        await alone.page.reload()
        await alone.page.evaluate("history.replaceState(null, '', '/sidebar?conversation=c1'), location.reload()")
        await expect(alone.side.locator("#suggestion-s1")).to_be_visible()
        await alone.page.locator("body").press("/")
        await alone.page.locator("body").press("Alt+Digit1")
        await expect(alone.side.locator("#quick")).not_to_be_focused()
        assert alone.heard("suggestion") == []


async def test_a_text_with_a_hole_in_it_cannot_be_brought_to_the_buyer(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.side.locator("#quick").fill("查询物流")
        await expect(desk.side.locator(OPTIONS)).to_have_count(1)
        await expect(desk.side.locator(f"{OPTIONS} .lacks")).to_have_text("缺少：快递公司")
        await desk.side.locator("#quick").press("Enter")
        await expect(desk.side.locator("#quick-box")).to_be_visible()
        await expect(desk.page.locator("#draft")).to_have_value("")


async def test_enter_pressed_before_the_list_has_caught_up_means_what_was_typed(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.locator("#draft").press("/")
        await expect(desk.side.locator(OPTIONS)).to_have_count(len(REPLIES))
        await desk.page.keyboard.insert_text("发货")
        await desk.page.keyboard.press("Enter")
        await expect(desk.page.locator("#draft")).to_have_value(REPLIES[2][2])


async def test_enter_pressed_before_anything_is_listed_means_what_was_typed(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        desk.preview.lists_all = False  # the list is still closed when Enter is pressed
        await desk.page.locator("#draft").press("/")
        await expect(desk.side.locator("#quick")).to_be_focused()
        await desk.page.keyboard.insert_text("发货")
        await desk.page.keyboard.press("Enter")
        await expect(desk.page.locator("#draft")).to_have_value(REPLIES[2][2])


async def test_a_list_that_was_cut_says_how_many_there_are(browser: Browser) -> None:
    async with shown(browser, "/sidebar?conversation=c1") as alone:
        alone.preview.unlisted = 53
        await alone.side.locator("#quick").fill("退换")
        await expect(alone.side.locator("#quick-note")).to_have_text("共 54 条，先显示 1 条")
        await expect(alone.side.locator("#say")).to_have_text("共 54 条，先显示 1 条")
        alone.preview.unlisted = 0
        await alone.side.locator("#quick").fill("发货")
        await expect(alone.side.locator("#say")).to_have_text("1 条快捷回复")
        await expect(alone.side.locator("#quick-note")).to_be_hidden()


async def test_the_total_of_a_cut_list_stays_in_sight_and_covers_nothing_that_is_chosen(browser: Browser) -> None:
    small = {"width": 360, "height": 560}
    async with shown(browser, "/sidebar?conversation=c1", viewport=small) as alone:
        alone.preview.unlisted = 53
        await alone.side.locator("#quick").focus()
        note, last = alone.side.locator("#quick-note"), alone.side.locator(OPTIONS).last
        await expect(note).to_be_in_viewport(ratio=1)
        await expect(last).not_to_be_in_viewport(ratio=1)
        await alone.page.keyboard.press("ArrowUp")
        await expect(last).to_have_attribute("aria-selected", "true")
        chosen, total = await last.bounding_box(), await note.bounding_box()
        assert chosen
        assert total
        assert chosen["y"] + chosen["height"] <= total["y"] + 1


async def test_an_input_method_that_hides_the_key_opens_it_by_the_character_it_writes(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        for character in ("、", "／"):
            await desk.page.locator("#draft").focus()
            await desk.page.keyboard.insert_text(character)
            await expect(desk.side.locator("#quick")).to_be_focused()
            await expect(desk.page.locator("#draft")).to_have_value("")
            await desk.page.keyboard.press("Escape")
            await expect(desk.page.locator("#draft")).to_be_focused()


async def test_tab_goes_through_the_blanks_and_then_on_as_everywhere(browser: Browser) -> None:
    async with shown(browser) as desk:
        await bring_blanks(desk)
        assert await selected(desk) == "___"
        await desk.page.keyboard.insert_text("165")
        await desk.page.keyboard.press("Tab")
        assert await selected(desk) == "____"
        await desk.page.keyboard.press("Tab")
        await desk.page.keyboard.insert_text("M")
        await desk.page.keyboard.press("Shift+Tab")
        assert await selected(desk) == "____"
        await desk.page.keyboard.insert_text("52")
        await expect(desk.page.locator("#draft")).to_have_value("亲，身高165、体重52的话，建议选M码")
        await desk.page.keyboard.press("Tab")
        await expect(desk.page.locator("#draft")).not_to_be_focused()


async def test_a_text_with_a_blank_left_is_not_sent(browser: Browser) -> None:
    async with shown(browser) as desk:
        await bring_blanks(desk)
        await desk.page.keyboard.insert_text("165")
        await desk.page.keyboard.press("Enter")
        await expect(desk.page.locator("#told")).to_have_text("还有空没有填")
        assert await selected(desk) == "____"
        await desk.page.fill("#draft", "亲，建议选M码")
        await desk.page.locator("#draft").press("Enter")
        assert [told["text"] for told in await desk.until_heard("send")] == ["亲，建议选M码"]


async def bring_blanks(desk: Shown) -> None:
    """The quick reply with blanks, in the composer."""
    await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
    await desk.side.locator("#quick").fill("报尺码")
    await expect(desk.side.locator(OPTIONS)).to_have_count(1)
    await desk.side.locator("#quick").press("Enter")
    await expect(desk.page.locator("#draft")).to_be_focused()


async def selected(desk: Shown) -> str:
    """What is selected in the composer."""
    found = await desk.page.locator("#draft").evaluate("d => d.value.slice(d.selectionStart, d.selectionEnd)")
    return str(found)
