"""The socket in a real browser: nothing is lost or doubled while it is away, and the page says so."""

import asyncio

from playwright.async_api import Browser, expect

from assistant.services.sidebar_view import SidebarView
from tests.browser.preview import REPLIES, shown
from tests.web import samples


class Known:
    """The buyer's name, changed by the test."""

    name = "林小鹿"

    def make(self, lang: str) -> SidebarView:
        return samples.view(lang, buyer=samples.buyer({**samples.WORDS["zh-CN"], "nickname": self.name}))


async def test_a_click_made_while_the_connection_is_away_arrives_once(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.preview.leave()
        await expect(desk.side.locator("#net")).to_contain_text("连接已断开")
        await desk.side.locator("#suggestion-s1 [data-action=dismissed]").click()
        await expect(desk.side.locator("#net")).to_contain_text("1 项操作待发送")
        desk.preview.back()
        told = await desk.until_heard("suggestion")
        await expect(desk.side.locator("#net")).to_be_empty()
        assert (told[0]["id"], told[0]["conversation"]) == ("s1", "c1")
        # What is clicked afterwards is said after all there was to say.
        await desk.side.locator("#suggestion-s2 [data-action=dismissed]").click()
        assert [one["id"] for one in await desk.until_heard("suggestion", 2)] == ["s1", "s2"]


async def test_a_chat_chosen_while_the_connection_is_away_is_named_and_said_to_come_later(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.preview.leave()
        await expect(desk.side.locator("#net")).to_contain_text("连接已断开")
        chosen = desk.page.locator('[data-conversation="c2"].row')
        await chosen.click()
        await expect(desk.side.locator("#later")).to_have_text("连上后显示这个会话")
        await expect(desk.side.locator("#skeleton")).to_be_hidden()
        await expect(desk.page.locator("#chat-head h2")).to_be_visible()
        await expect(desk.page.locator("#chat-head h2")).to_have_text(await chosen.locator(".whole").inner_text())
        await expect(desk.page.locator("#chat-head .chip")).to_be_hidden()


async def test_what_was_not_acknowledged_is_said_again_under_the_same_key(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        desk.preview.acknowledge = False
        await desk.side.locator("#suggestion-s1 [data-action=dismissed]").click()
        await desk.until_heard("suggestion")
        desk.preview.acknowledge = True
        await desk.preview.drop()
        told = await desk.until_heard("suggestion", 2)
        assert told[0]["key"] == told[1]["key"]
        await desk.preview.drop()
        await desk.until_heard("open", 3)
        await desk.side.locator("#suggestion-s2 [data-action=dismissed]").click()
        assert [one["id"] for one in await desk.until_heard("suggestion", 3)] == ["s1", "s1", "s2"]


async def test_a_rendering_before_the_acknowledgement_does_not_bring_a_card_back(browser: Browser) -> None:
    known = Known()
    async with shown(browser, make=known.make) as desk:
        desk.preview.acknowledge = False
        await desk.side.locator("#suggestion-s1 [data-action=dismissed]").click()
        await desk.until_heard("suggestion")
        await desk.preview.push("suggestions")
        known.name = "在它之后"
        await desk.preview.push("buyer")
        await expect(desk.side.locator("#buyer-name")).to_have_text("在它之后")
        await expect(desk.side.locator("#suggestion-s1")).to_be_hidden()


async def test_a_refused_click_is_undone_and_said(browser: Browser) -> None:
    async with shown(browser) as desk:
        desk.preview.acknowledge = False
        await desk.side.locator("#suggestion-s1 [data-action=dismissed]").click()
        key = (await desk.until_heard("suggestion"))[0]["key"]
        await desk.preview.refuse(key, "同事已处理")
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await expect(desk.side.locator("#suggestion-s1 .refusal")).to_have_text("没有保存：同事已处理")


async def test_after_a_restart_everything_is_rendered_anew(browser: Browser) -> None:
    known = Known()
    async with shown(browser, "/sidebar?conversation=c1", known.make) as alone:
        await expect(alone.side.locator("#buyer-name")).to_have_text("林小鹿")
        known.name, before = "改了名字", len(alone.heard("open"))
        await alone.preview.drop(1012)
        await expect(alone.side.locator("#buyer-name")).to_have_text("改了名字")
        assert len(alone.heard("open")) == before + 1


async def test_an_expired_sign_in_is_said_and_not_retried(browser: Browser) -> None:
    async with shown(browser, "/sidebar?conversation=c1") as alone:
        await expect(alone.side.locator("#suggestion-s1")).to_be_visible()
        await alone.preview.drop(4401)
        await expect(alone.side.locator("#expired")).to_be_visible()
        await expect(alone.side.locator("#net")).to_be_empty()
        await expect(alone.side.locator("#suggestion-s1")).to_be_visible()
        await asyncio.sleep(0.8)
        assert alone.preview.sockets == []


async def test_a_renewed_token_is_used_from_then_on(browser: Browser) -> None:
    known = Known()
    async with shown(browser, "/sidebar?conversation=c1", known.make) as alone:
        await expect(alone.side.locator("#suggestion-s1")).to_be_visible()
        await alone.preview.sockets[0].send_json({"token": "t2"})
        alone.preview.token = "t2"
        known.name = "在它之后"  # what comes after it has been shown, so it has been heard
        await alone.preview.push("buyer")
        await expect(alone.side.locator("#buyer-name")).to_have_text("在它之后")
        await alone.side.locator("#quick").focus()
        await expect(alone.side.locator("[role=option]")).to_have_count(len(REPLIES))
        before = len(alone.heard("open"))
        await alone.preview.drop()
        await alone.until_heard("open", before + 1)
        assert "bearer.t2" in alone.preview.protocols[-1]


async def test_the_token_is_not_left_in_the_page_or_its_address(browser: Browser) -> None:
    async with shown(browser, "/sidebar?launch=secret&conversation=c1") as alone:
        await expect(alone.side.locator("#suggestion-s1")).to_be_visible()
        assert await alone.side.locator("#boot").count() == 0
        assert alone.page.url.endswith("/sidebar")


async def test_while_the_next_conversation_loads_the_last_one_is_not_shown(browser: Browser) -> None:
    async with shown(browser) as desk:
        await expect(desk.side.locator("#suggestion-s1")).to_be_visible()
        await desk.page.locator('[data-conversation="c2"]').click()  # the stand-in only ever renders c1
        await expect(desk.side.locator("#skeleton")).to_be_visible()
        await expect(desk.side.locator("#parts")).to_be_hidden()
        await expect(desk.side.locator("#parts")).to_have_attribute("aria-busy", "true")
        await desk.page.locator("#draft").press("Alt+Digit1")
        await expect(desk.page.locator("#draft")).to_have_value("")


async def test_no_conversation_chosen_says_so(browser: Browser) -> None:
    async with shown(browser, "/sidebar") as alone:
        await expect(alone.side.locator("#choose h1")).to_have_text("选择一个会话")
