"""What people have typed in a real browser: refused, switched away from, reloaded, it is never lost."""

from playwright.async_api import Browser, Page, expect

from tests.browser.preview import shown
from tests.web import samples

WHY = "请再试一次。"


async def at_the_composer(page: Page) -> None:
    await expect(page.locator("#draft")).to_be_focused()


async def test_a_refused_note_comes_back_with_the_reason_beside_it(browser: Browser) -> None:
    async with shown(browser) as desk:
        await desk.side.locator("#notes-summary").click()
        note = desk.side.locator("#note-text")
        desk.preview.refusing = WHY
        await note.fill("喜欢宽松款")
        await note.press("Enter")
        await expect(desk.side.locator("#notes-fold .refusal")).to_have_text("没有保存：" + WHY)
        await expect(note).to_have_value("喜欢宽松款")
        await desk.preview.push()
        await expect(desk.side.locator("#notes-fold .refusal")).to_be_visible()
        desk.preview.refusing = None
        await note.press("Enter")
        await expect(note).to_have_value("")
        await expect(desk.side.locator("#notes-fold .refusal")).to_be_hidden()
        assert [told["text"] for told in await desk.until_heard("note", 2)] == ["喜欢宽松款", "喜欢宽松款"]


async def test_a_refused_record_and_tag_say_so_where_they_are(browser: Browser) -> None:
    async with shown(browser) as desk:
        desk.preview.refusing = WHY
        size = desk.side.locator("#record-out-of-stock-size")
        await size.fill("XL")
        await size.press("Enter")
        await expect(desk.side.locator("#record-out-of-stock .refusal")).to_contain_text(WHY)
        await expect(size).to_have_value("XL")
        await desk.side.locator("#tags-edit").click()
        await desk.side.locator(".choice", has_text="材质").click()
        await expect(desk.side.locator(".tags .refusal")).to_contain_text(WHY)


async def test_what_is_refused_after_going_on_waits_with_its_own_buyer(browser: Browser) -> None:
    async with shown(browser) as desk:
        await desk.side.locator("#notes-summary").click()
        desk.preview.acknowledge = False
        await desk.side.locator("#note-text").fill("给第一位的")
        await desk.side.locator("#note-text").press("Enter")
        key = (await desk.until_heard("note"))[0]["key"]
        await desk.page.locator('[data-conversation="c2"].row').click()
        await desk.until_heard("open", 3)
        await desk.preview.refuse(key, "x", say=WHY)
        await expect(desk.side.locator("#toast")).to_contain_text("刚才那个会话")
        await expect(desk.side.locator("#note-text")).to_have_value("")
        await desk.page.locator('[data-conversation="c1"].row').click()
        await expect(desk.side.locator("#note-text")).to_have_value("给第一位的")


async def test_a_message_that_is_too_long_is_not_sent_and_says_by_how_much(browser: Browser) -> None:
    async with shown(browser) as desk:
        await desk.page.fill("#draft", "长" * 10_001)
        await desk.page.locator("#draft").press("Enter")
        await expect(desk.page.locator("#told")).to_have_text(
            "没有发出：太长了：最多 10000 字，现在 10001 字。请删短，或分成几条。"
        )
        await expect(desk.page.locator("[data-pending='']")).to_have_count(0)
        assert desk.heard("send") == []
        await desk.page.fill("#draft", "长" * 10_000)
        await expect(desk.page.locator("#told")).to_be_empty()
        await desk.page.locator("#draft").press("Enter")
        assert len((await desk.until_heard("send"))[0]["text"]) == 10_000


async def test_a_refused_message_goes_back_into_the_composer(browser: Browser) -> None:
    async with shown(browser) as desk:
        desk.preview.refusing = WHY
        await desk.page.fill("#draft", "在的亲")
        await desk.page.locator("#draft").press("Enter")
        await expect(desk.page.locator("#told")).to_have_text("没有发出：" + WHY)
        await expect(desk.page.locator("#draft")).to_have_value("在的亲")
        await expect(desk.page.locator("[data-pending='']")).to_have_count(0)


async def test_a_due_follow_up_is_not_inserted_twice_by_its_key(browser: Browser) -> None:
    due = samples.WORDS["zh-CN"]["due"][1]
    async with shown(browser) as desk:
        await expect(desk.side.locator("#follow-up-f1")).to_be_visible()
        draft = desk.page.locator("#draft")
        await draft.press("Alt+KeyF")
        await expect(draft).to_have_value(due)
        await desk.until_heard("follow_up")
        await desk.preview.push()
        await draft.press("Alt+KeyF")
        await desk.page.locator('[data-conversation="c2"].row').click()
        await desk.page.locator('[data-conversation="c1"].row').click()
        await expect(desk.side.locator("#follow-up-f1 .done")).to_be_visible()
        await draft.press("Alt+KeyF")
        await desk.page.reload()
        await expect(desk.side.locator("#follow-up-f1 .done")).to_be_visible()
        await draft.press("Alt+KeyF")
        await expect(draft).to_have_value(due)
        assert len(desk.heard("follow_up")) == 1


async def test_drafts_and_the_open_chat_outlive_a_reload_and_another_language(browser: Browser) -> None:
    async with shown(browser) as desk:
        await desk.side.locator("#notes-summary").click()
        await desk.side.locator("#note-text").fill("半句备注")
        await desk.side.locator("#record-out-of-stock-size").fill("X")
        await desk.page.fill("#draft", "半句话")
        await desk.page.locator('[data-conversation="c2"].row').click()
        await desk.page.fill("#draft", "另一半")
        await desk.page.locator("#language").click()
        await expect(desk.page.locator("html")).to_have_attribute("lang", "en")
        await expect(desk.page.locator('[data-conversation="c2"].row')).to_have_attribute("aria-current", "true")
        await expect(desk.page.locator("#draft")).to_have_value("另一半")
        await desk.page.locator('[data-conversation="c1"].row').click()
        await expect(desk.page.locator("#draft")).to_have_value("半句话")
        await expect(desk.side.locator("#note-text")).to_have_value("半句备注")
        await expect(desk.side.locator("#note-text")).to_be_visible()
        await expect(desk.side.locator("#record-out-of-stock-size")).to_have_value("X")


async def test_signing_out_leaves_nothing_half_written_behind(browser: Browser) -> None:
    async with shown(browser) as desk:
        await desk.page.fill("#draft", "半句话")
        await desk.page.wait_for_function("JSON.stringify(sessionStorage).includes('半句话')")
        await desk.page.evaluate(
            "document.addEventListener('submit', event => event.preventDefault()); null",
        )
        await desk.page.locator('form[action="/logout"] button').click()
        await desk.page.wait_for_function("sessionStorage.length === 0")


async def test_another_scheme_closes_nothing(browser: Browser) -> None:
    async with shown(browser) as desk:
        await desk.side.locator("#tags-edit").click()
        await desk.side.locator("#tag-text").fill("送")
        opened = len(desk.heard("open"))
        await desk.page.locator("#theme").click()
        await expect(desk.side.locator("html")).to_have_attribute("data-theme", "dark")
        await expect(desk.side.locator("#tag-text")).to_be_visible()
        await expect(desk.side.locator("#tag-text")).to_have_value("送")
        assert len(desk.heard("open")) == opened


async def test_escape_leads_from_every_field_of_the_sidebar_to_the_composer(browser: Browser) -> None:
    async with shown(browser) as desk:
        await desk.side.locator("#notes-summary").click()
        await desk.side.locator("#tags-edit").click()
        for field in ("#note-text", "#tag-text", "#record-out-of-stock-item", "#quick"):
            await desk.side.locator(field).focus()
            await desk.side.locator(field).press("Escape")
            await at_the_composer(desk.page)
        await expect(desk.side.locator("#tag-groups")).to_be_hidden()


async def test_after_writing_down_what_was_missing_the_hands_are_back_at_the_composer(browser: Browser) -> None:
    async with shown(browser) as desk:
        await desk.side.locator("#record-out-of-stock-size").fill("XL")
        await desk.side.locator("#record-out-of-stock button").click()
        await at_the_composer(desk.page)


async def test_one_key_leads_to_what_is_to_be_written_down(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.locator("#draft").press("Alt+KeyR")
        await expect(desk.side.locator("#record-out-of-stock-item")).to_be_focused()
        await desk.page.keyboard.type("碎花裙")
        await desk.page.keyboard.press("Escape")
        await at_the_composer(desk.page)
    async with shown(browser, make=samples.nothing) as desk:
        await expect(desk.side.locator("#buyer-name")).to_be_visible()
        await desk.page.locator("#draft").press("Alt+KeyR")
        await expect(desk.side.locator("#note-text")).to_be_focused()


async def test_a_quantity_in_words_is_not_sent(browser: Browser) -> None:
    async with shown(browser) as desk:
        quantity = desk.side.locator("#record-out-of-stock-quantity")
        await quantity.fill("两件")
        await quantity.press("Enter")
        await expect(desk.side.locator("#record-out-of-stock .refusal")).to_contain_text("例如 2")
        await quantity.fill("２")
        await quantity.press("Enter")
        assert [told["quantity"] for told in await desk.until_heard("record")] == ["２"]


async def test_arrows_walk_through_the_list_of_conversations(browser: Browser) -> None:
    async with shown(browser) as desk:
        rows = desk.page.locator("#conversations .row")
        await rows.first.focus()
        for key, at in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("Home", 0), ("ArrowUp", 0)):
            await desk.page.keyboard.press(key)
            await expect(rows.nth(at)).to_be_focused()
        await desk.page.keyboard.press("End")
        await expect(rows.last).to_be_focused()
        assert await desk.page.locator('#conversations .row[tabindex="0"]').count() == 1
        await desk.page.keyboard.press("Enter")
        await expect(rows.last).to_have_attribute("aria-current", "true")


async def test_a_dismissal_is_taken_back_by_its_key_and_by_its_button(browser: Browser) -> None:
    async with shown(browser) as desk:
        first, toast = desk.side.locator("#suggestion-s1"), desk.side.locator("#toast")
        await expect(first).to_be_visible()
        await desk.page.locator("#draft").press("Alt+KeyX")
        await expect(first).to_be_hidden()
        await expect(toast).to_contain_text("已忽略")
        await desk.page.locator("#draft").press("Alt+KeyZ")
        await expect(first).to_be_visible()
        await expect(toast).to_be_hidden()
        await first.locator("[data-action=dismissed]").click()
        await expect(first).to_be_hidden()
        await desk.side.locator("#toast-undo").click()
        await expect(first).to_be_visible()
        await at_the_composer(desk.page)
        actions = [told["action"] for told in await desk.until_heard("suggestion", 4)]
        assert actions == ["dismissed", "restored", "dismissed", "restored"]
