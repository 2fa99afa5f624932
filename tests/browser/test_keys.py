"""The keys in a real browser: which of them work now is listed in the page, and where they lead the server decides."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from assistant.services.sidebar_view import QueueView
from tests.browser.preview import Shown, shown
from tests.web import samples

SIDEBAR = Path(__file__).resolve().parents[2] / "web_sidebar"
LISTED = "#help-keys div:not([hidden]) kbd"


async def listed(page: Shown) -> list[str]:
    return [text for text in await page.side.locator(LISTED).all_inner_texts() if text != "3"]


async def opened(page: Shown) -> None:
    await expect(page.side.locator("#suggestion-s1")).to_be_visible()
    await page.page.locator("#draft").press("Alt+Slash")
    await expect(page.side.locator("#help")).to_be_visible()


async def test_alt_slash_lists_the_keys_that_do_something_now(browser: Browser) -> None:
    async with shown(browser) as desk:
        await opened(desk)
        before = await listed(desk)
        assert {"/", "Alt+1", "Alt+0", "Alt+X", "Alt+J", "Alt+S", "Alt+/"} <= set(before)
        assert "Alt+Z" not in before
        await desk.page.locator("#draft").press("Alt+X")
        await expect(desk.side.locator(LISTED).get_by_text("Alt+Z")).to_be_visible()


async def test_all_keys_are_listed_when_asked_for_and_none_is_forgotten(browser: Browser) -> None:
    code = (SIDEBAR / "static/js/keys.js").read_text(encoding="utf-8")
    known = {f"Alt+{name}" for name in re.findall(r"\w+: '([A-Z0/])'", code)} | {"Alt+1", "/", "Esc"}
    assert len(known) > 15
    async with shown(browser) as desk:
        await opened(desk)
        await desk.page.keyboard.press("Enter")
        await expect(desk.side.locator("#help-keys div[hidden]")).to_have_count(0)
        assert set(await listed(desk)) == known


async def test_escape_or_the_key_itself_leads_back_to_the_composer(browser: Browser) -> None:
    async with shown(browser) as desk:
        for key in ("Escape", "Alt+Slash"):
            await opened(desk)
            await desk.page.keyboard.press(key)
            await expect(desk.side.locator("#help")).to_be_hidden()
            await expect(desk.page.locator("#draft")).to_be_focused()


@pytest.mark.parametrize("sign", ["?", "\uff1f"])
async def test_a_question_mark_asks_for_them_only_where_nobody_writes(browser: Browser, sign: str) -> None:
    async with shown(browser, "/sidebar?conversation=c1") as alone:
        await expect(alone.side.locator("#suggestion-s1")).to_be_visible()
        await alone.side.locator("#notes-summary").click()
        await alone.side.locator("#note-text").focus()
        await alone.page.keyboard.insert_text(sign)
        await expect(alone.side.locator("#help")).to_be_hidden()
        await alone.side.locator("#notes-summary").focus()
        await alone.page.evaluate(
            "key => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}))", sign
        )
        await expect(alone.side.locator("#help")).to_be_visible()


async def test_before_a_chat_is_chosen_only_what_needs_none_is_listed(browser: Browser) -> None:
    async with shown(browser, "/sidebar") as alone:
        await expect(alone.side.locator("#choose")).to_be_visible()
        await alone.side.locator("#help-open").click()
        assert set(await listed(alone)) == {"Alt+G", "Alt+H", "Alt+Q", "Alt+/"}


async def test_the_next_buyer_is_the_servers_not_the_one_the_strip_still_shows(browser: Browser) -> None:
    stale = QueueView(2, 0, 0, first="answered", first_platform="taobao")
    async with shown(browser, make=lambda lang: samples.view(lang, queue=stale)) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.locator("#draft").press("Alt+J")
        await desk.until_opened("c2")


async def test_where_nobody_waits_the_key_says_so(browser: Browser) -> None:
    async with shown(browser) as desk:
        desk.preview.leads_to = None
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.locator("#draft").press("Alt+J")
        await expect(desk.side.locator("#toast span").first).to_have_text("没有别的买家在等")
        await desk.page.locator("#draft").press("Alt+K")
        await expect(desk.side.locator("#toast span").first).to_have_text("没有别的跟进到点")


async def test_enter_takes_the_first_quick_reply_that_can_be_said(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.side.locator("#quick").fill("物流")
        await expect(desk.side.locator("#quick-list [role=option]").first).to_contain_text("缺少：快递公司")
        await expect(desk.side.locator("#quick-list [aria-selected=true]")).to_contain_text("物流没更新")
        await desk.side.locator("#quick").press("Enter")
        await expect(desk.page.locator("#draft")).to_have_value("亲，我催一下快递，有消息马上告诉您")


async def test_a_key_that_is_held_down_is_pressed_once(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.locator("#draft").focus()
        await desk.page.keyboard.down("Alt")
        for _ in range(3):  # what a keyboard says while a key is held down
            await desk.page.keyboard.down("KeyX")
        await desk.page.keyboard.up("KeyX")
        await desk.page.keyboard.up("Alt")
        await expect(desk.side.locator("[data-card=suggestion][data-state=dismissed]")).to_have_count(1)
