"""The workbench in a real browser: choosing a chat, writing, sending, drafts, and how it looks to whom."""

from playwright.async_api import Browser, expect

from tests.browser.preview import shown


async def test_enter_sends_once_and_shows_the_message_on_its_way(browser: Browser) -> None:
    async with shown(browser) as desk:
        await desk.page.fill("#draft", "在的亲")
        await desk.page.locator("#draft").press("Enter")
        told = (await desk.until_heard("send"))[0]
        assert (told["conversation"], told["platform"], told["text"]) == ("c1", "taobao", "在的亲")
        bubble = desk.page.locator(f"#message-desk-{told['key']}")
        await expect(bubble).to_contain_text("在的亲")
        await expect(bubble).to_contain_text("发送中")
        await expect(desk.page.locator("#draft")).to_be_empty()


async def test_shift_enter_breaks_the_line_and_blank_text_is_not_sent(browser: Browser) -> None:
    async with shown(browser) as desk:
        await desk.page.locator("#draft").press("Enter")
        await desk.page.locator("#draft").press("Shift+Enter")
        await desk.page.locator("#draft").press("Enter")
        await desk.page.fill("#draft", "一")
        await desk.page.locator("#draft").press("Shift+Enter")
        await desk.page.keyboard.insert_text("二")
        await desk.page.locator("#draft").press("Enter")
        assert [told["text"] for told in await desk.until_heard("send")] == ["一\n二"]


async def test_a_message_written_while_the_connection_is_away_is_sent_once(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.page.locator(".message").first).to_be_visible()
        await desk.preview.leave()
        await expect(desk.page.locator("#net")).to_contain_text("连接已断开")
        await desk.page.fill("#draft", "稍等")
        await desk.page.locator("#draft").press("Enter")
        desk.preview.back()
        await desk.until_heard("send")
        # What is written afterwards is said after all there was to say.
        await desk.page.fill("#draft", "好了")
        await desk.page.locator("#draft").press("Enter")
        assert [told["text"] for told in await desk.until_heard("send", 2)] == ["稍等", "好了"]


async def test_a_draft_stays_with_its_conversation(browser: Browser) -> None:
    async with shown(browser) as desk:
        await desk.page.fill("#draft", "写了一半")
        await desk.page.locator('[data-conversation="c2"].row').click()
        await expect(desk.page.locator("#draft")).to_be_empty()
        await expect(desk.page.locator("#draft")).to_be_focused()
        await desk.page.locator('[data-conversation="c1"].row').click()
        await expect(desk.page.locator("#draft")).to_have_value("写了一半")


async def test_choosing_the_open_conversation_once_more_leads_to_its_composer(browser: Browser) -> None:
    async with shown(browser) as desk:
        row = desk.page.locator('[data-conversation="c1"].row')
        await row.focus()
        await row.click()
        await expect(desk.page.locator("#draft")).to_be_focused()


async def test_what_is_typed_beside_the_composer_is_written_into_it(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.page.locator(".message").first).to_be_visible()
        await desk.page.locator("#chat").focus()
        await desk.page.keyboard.press("a")
        await desk.page.keyboard.press("b")
        await expect(desk.page.locator("#draft")).to_have_value("ab")
        await desk.page.fill("#draft", "")
        await desk.page.locator('[data-conversation="c1"].row').focus()
        await desk.page.keyboard.press("/")
        await expect(desk.page.locator("#draft")).to_be_empty()
        await expect(desk.page.frame_locator("#sidebar").locator("#quick")).to_be_focused()


async def test_keys_that_write_nothing_leave_the_focus_where_it_is(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.page.locator(".message").first).to_be_visible()
        await desk.page.locator("#chat").focus()
        for key in ("PageUp", "Space", "Control+c", "Shift"):
            await desk.page.keyboard.press(key)
        await expect(desk.page.locator("#chat")).to_be_focused()


async def test_a_late_clock_covers_no_name_in_narrow_windows_and_in_english(browser: Browser) -> None:
    async with shown(browser, lang="en", viewport={"width": 1000, "height": 700}) as desk:
        row = desk.page.locator('[data-conversation="c1"].row')
        await expect(row).to_be_visible()
        covered = """row => {
          row.querySelector('.name').innerHTML = '<span class="whole">嘟嘟妈</span><span class="chip">VIP</span>';
          const side = row.querySelector('.side'), chip = row.querySelector('.name .chip');
          Object.assign(side, {className: 'side wait', innerHTML: '22:06<span class="flag">Overdue</span>'});
          side.dataset.level = 'late';
          return chip.getBoundingClientRect().right > side.getBoundingClientRect().left;
        }"""
        assert not await row.evaluate(covered)


async def test_choosing_a_conversation_opens_it_here_and_in_the_sidebar(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        before = len(desk.heard("open"))
        await desk.page.locator('[data-conversation="c3"].row').click()
        opened = await desk.until_heard("open", before + 2)
        assert [told["conversation"] for told in opened[-2:]] == ["c3", "c3"]


async def test_the_chosen_scheme_reaches_the_sidebar_and_is_remembered(browser: Browser) -> None:
    async with shown(browser, color_scheme="light") as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.locator("#theme").click()
        await expect(desk.side.locator("html")).to_have_attribute("data-theme", "dark")
        await desk.page.reload()
        await expect(desk.page.locator("html")).to_have_attribute("data-theme", "dark")
        await expect(desk.page.locator("#theme")).to_have_attribute("aria-label", "切换到浅色")


async def test_the_tab_says_how_many_follow_ups_are_due(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.page).to_have_title("(1) 工作台")


async def test_three_columns_fit_into_1024_pixels(browser: Browser) -> None:
    async with shown(browser, viewport={"width": 1024, "height": 700}) as desk:
        await expect(desk.page.locator(".message").first).to_be_visible()
        assert await desk.page.evaluate("document.documentElement.scrollWidth") == 1024
        box = await desk.page.locator("#sidebar").bounding_box()
        assert box
        assert (box["x"] + box["width"], box["width"]) == (1024, 340)


async def test_a_stranger_cannot_speak_as_the_host_or_as_the_sidebar(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        ask = "{v: 1, type: 'insert', id: 'x', conv: 'c1', text: '不该出现'}"
        await desk.page.evaluate(f"postMessage({ask}, location.origin)")  # right origin, wrong source
        frame = desk.page.frames[1]
        await frame.evaluate("postMessage({v: 1, type: 'context', conv: 'c9'}, location.origin)")
        # What either window is told afterwards it has heard after that.
        for window in (desk.page.main_frame, frame):
            await window.evaluate(
                "new Promise(heard => { addEventListener('message', ({data}) => data === 'after' && heard());"
                " postMessage('after', location.origin); })"
            )
        await expect(desk.page.locator("#draft")).to_be_empty()
        assert {told["conversation"] for told in desk.heard("open")} == {"c1"}
