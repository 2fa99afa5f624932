"""Cards in a real browser: a click or a key brings a text into the composer, the card says so."""

import pytest
from playwright.async_api import Browser, Page, expect

from assistant.services.sidebar_view import SidebarView
from tests.browser.preview import shown
from tests.until import until
from tests.web import samples

FIRST = samples.WORDS["zh-CN"]["suggestions"][0][3]
HOST_WITHOUT_ACKNOWLEDGEMENT = """window.addEventListener('message', event => {
  if (event.data.type === 'insert') event.stopImmediatePropagation();
})"""
TOO_WIDE = """() => [...document.querySelectorAll('#parts button, #parts p, #parts li')]
  .filter(e => e.offsetParent)
  .filter(e => e.getBoundingClientRect().right > innerWidth || e.scrollWidth > e.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 120))"""
ASK_FOR_ANOTHER = """() => new Promise(resolve => {
  addEventListener('message', event => event.data.type === 'ack' && resolve(event.data));
  parent.postMessage({v: 1, type: 'insert', id: 'i1', conv: 'another', text: 'x'}, location.origin);
})"""


async def in_clipboard(page: Page, text: str) -> bool:
    return bool(await page.evaluate("text => navigator.clipboard.readText().then(found => found === text)", text))


async def test_alt_and_a_digit_in_the_composer_inserts_that_suggestion(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s2")).to_be_visible()
        await desk.page.locator("#draft").press("Alt+Digit2")
        await expect(desk.page.locator("#draft")).to_have_value(samples.WORDS["zh-CN"]["suggestions"][1][3])
        await expect(desk.page.locator("#draft")).to_be_focused()
        await expect(desk.side.locator("#suggestion-s2 .done")).to_be_visible()
        told = (await desk.until_heard("suggestion"))[0]
        assert (told["id"], told["action"], told["conversation"]) == ("s2", "inserted", "c1")
        assert len(told["key"]) >= 32


async def test_a_text_goes_in_at_the_caret_and_leaves_the_draft_as_it_was(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.fill("#draft", "您好再见")
        await desk.page.evaluate("document.querySelector('#draft').setSelectionRange(0, 2)")
        await desk.side.locator("#suggestion-s1 [data-insert]").click()
        await expect(desk.page.locator("#draft")).to_have_value("您好" + FIRST + "再见")


async def test_a_due_follow_up_is_inserted_by_its_key_and_becomes_inserted_not_done(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#follow-up-f1")).to_be_visible()
        await desk.page.locator("#draft").press("Alt+KeyF")
        await expect(desk.page.locator("#draft")).to_have_value(samples.WORDS["zh-CN"]["due"][1])
        told = (await desk.until_heard("follow_up"))[0]
        assert (told["id"], told["action"]) == ("f1", "inserted")


async def test_snoozing_says_for_how_long(browser: Browser) -> None:
    async with shown(browser) as desk:
        await desk.side.locator("#follow-up-f1 [data-action=snooze]").click()
        assert (await desk.until_heard("follow_up"))[0]["minutes"] == 5
        await expect(desk.side.locator("#follow-up-f1")).to_be_hidden()


async def test_alt_l_puts_the_due_follow_up_off_and_says_which(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#follow-up-f1")).to_be_visible()
        await desk.page.locator("#draft").press("Alt+KeyL")
        told = (await desk.until_heard("follow_up"))[0]
        assert (told["id"], told["action"], told["minutes"]) == ("f1", "snooze", 5)
        await expect(desk.side.locator("#follow-up-f1")).to_be_hidden()
        await expect(desk.side.locator("#toast")).to_contain_text("稍后再提醒")
        await expect(desk.page.locator("#draft")).to_be_focused()


async def test_alt_x_puts_the_first_suggestion_away_and_then_the_next(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.locator("#draft").press("Alt+KeyX")
        await expect(desk.side.locator("#suggestion-s1")).to_be_hidden()
        await desk.page.locator("#draft").press("Alt+KeyX")
        assert [told["id"] for told in await desk.until_heard("suggestion", 2)] == ["s1", "s2"]


async def test_a_card_that_lacks_a_value_is_not_inserted_by_its_key(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s3")).to_be_visible()
        await desk.page.locator("#draft").press("Alt+Digit3")
        await desk.page.locator("#draft").press("Alt+Digit2")
        assert [told["id"] for told in await desk.until_heard("suggestion")] == ["s2"]


async def test_without_an_acknowledgement_the_card_comes_back_with_a_copy_button(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.add_init_script(HOST_WITHOUT_ACKNOWLEDGEMENT)
        await desk.page.reload()
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.side.locator("#suggestion-s1 [data-insert]").click()
        await expect(desk.side.locator("#suggestion-s1 .done")).to_be_visible()
        await expect(desk.side.locator("#suggestion-s1 [data-copy]")).to_be_visible()
        await desk.preview.push("suggestions")
        await expect(desk.side.locator("#suggestion-s1 [data-copy]")).to_be_visible()
        assert desk.heard("suggestion") == []


async def test_an_insert_for_a_conversation_no_longer_open_is_refused_by_the_host(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        frame = desk.page.frames[1]
        answer = await frame.evaluate(ASK_FOR_ANOTHER)
        assert (answer["id"], answer["error"]) == ("i1", "conversation not open")
        await expect(desk.page.locator("#draft")).to_have_value("")


async def test_beside_no_host_the_button_copies(browser: Browser) -> None:
    async with shown(browser, "/sidebar?conversation=c1", permissions=["clipboard-read", "clipboard-write"]) as alone:
        button = alone.side.locator("#suggestion-s1 [data-insert]")
        await expect(button.locator(".can-copy")).to_be_visible()
        await expect(button.locator(".can-insert")).to_be_hidden()
        await button.click()
        await alone.until_heard("suggestion")
        await until(lambda: in_clipboard(alone.page, FIRST))


async def test_a_rendering_keeps_typed_text_focus_and_the_open_fold(browser: Browser) -> None:
    changed = False

    def make(lang: str) -> SidebarView:
        return samples.nothing(lang) if changed else samples.view(lang)

    async with shown(browser, "/sidebar?conversation=c1", make) as alone:
        await alone.side.locator("#notes-summary").click()
        await alone.page.keyboard.press("Tab")
        await alone.page.keyboard.type("半句")
        changed = True
        await alone.preview.push()
        await expect(alone.side.locator("#suggestions .empty")).to_be_visible()
        await expect(alone.side.locator("#note-text")).to_have_value("半句")
        await expect(alone.side.locator("#note-text")).to_be_focused()


async def test_notes_records_and_tags_are_told_with_the_conversation_they_belong_to(browser: Browser) -> None:
    async with shown(browser) as desk:
        await desk.side.locator("#record-out-of-stock-size").fill("XL")
        await desk.side.locator("#record-out-of-stock-size").press("Enter")
        await desk.side.locator("#tags-edit").click()
        await desk.side.locator(".choice", has_text="材质").click()
        record, tag = (await desk.until_heard("record"))[0], (await desk.until_heard("tag"))[0]
        assert (record["size"], record["situation"], record["conversation"]) == ("XL", "out-of-stock", "c1")
        assert (tag["group"], tag["on"], tag["conversation"]) == ("tendency", True, "c1")
        await desk.side.locator("#tag-text").fill("送礼")
        await desk.side.locator("#tag-text").press("Enter")
        own = (await desk.until_heard("tag", 2))[1]
        assert (own["group"], own["tag"], own["on"]) == ("free", "送礼", True)


@pytest.mark.parametrize("width", [280, 360, 420])
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
async def test_nothing_is_wider_than_the_sidebar(browser: Browser, width: int, lang: str) -> None:
    size = {"width": width, "height": 800}
    async with shown(browser, "/sidebar?conversation=c1", lang=lang, viewport=size) as alone:
        await expect(alone.side.locator("#suggestion-s1")).to_be_visible()
        wide = await alone.page.evaluate(TOO_WIDE)
        assert wide == []
        assert await alone.page.evaluate("document.documentElement.scrollWidth") <= width


async def test_tags_beyond_two_rows_are_counted_and_can_be_unfolded(browser: Browser) -> None:
    names = [f"一个不短的标签{n}" for n in range(12)]
    many = samples.view(buyer=samples.buyer({**samples.WORDS["zh-CN"], "tags": names}))
    size = {"width": 360, "height": 800}
    async with shown(browser, "/sidebar?conversation=c1", lambda _: many, viewport=size) as alone:
        more = alone.side.locator("#tags-more button")
        await expect(more).to_be_visible()
        hidden = int((await more.inner_text()).removeprefix("+"))
        assert 0 < hidden < 12
        await more.click()
        await expect(alone.side.locator("#buyer-tags li[data-tag]:visible")).to_have_count(12)


async def test_a_due_follow_up_scrolled_out_of_sight_is_one_click_away(browser: Browser) -> None:
    size = {"width": 360, "height": 500}
    async with shown(browser, "/sidebar?conversation=c1", viewport=size) as alone:
        await expect(alone.side.locator("#follow-up-f1")).to_be_visible()
        await expect(alone.side.locator("#nudge")).to_be_hidden()
        await alone.page.mouse.wheel(0, 2000)
        await alone.side.locator("#nudge").click()
        await expect(alone.side.locator("#follow-up-f1 [data-insert]")).to_be_focused()
        await expect(alone.side.locator("#nudge")).to_be_hidden()


async def test_an_inserted_text_can_be_brought_again_without_being_counted_twice(browser: Browser) -> None:
    async with shown(browser) as desk:
        await desk.side.locator("#suggestion-s1 [data-insert]").click()
        await expect(desk.page.locator("#draft")).to_have_value(FIRST)
        await desk.until_heard("suggestion")
        await desk.page.locator("#draft").press("Alt+Digit1")
        await expect(desk.page.locator("#draft")).to_have_value(FIRST)
        await desk.page.fill("#draft", "")
        await desk.side.locator("#suggestion-s1 [data-again]").click()
        await expect(desk.page.locator("#draft")).to_have_value(FIRST)
        assert len(desk.heard("suggestion")) == 1
