"""Chatwoot in a real browser: the dashboard app's tab opens the window beside, and a click there sends as the agent."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from assistant.connectors.running import Running
from assistant.connectors.stand_ins.chatwoot_demo import ChatwootPages
from tests.browser.signed_in import context_of
from tests.connectors.at_work import connected, reading
from tests.until import until
from tests.web.service import Service

LOGIN = "agent-default"


@pytest.fixture
async def chatwoot(service: Service) -> AsyncIterator[ChatwootPages]:
    """A stand-in that the service is connected to."""
    made = ChatwootPages()
    made.app_address = f"{service.address}/hosts/chatwoot"
    reads, made.own_token = made.user(1, "管理员"), made.user(12, "林晓")
    made.chat(418, 9031, "小鹿爱吃糖")
    made.chat(419, 9032, "南方小土豆")
    desks, clock = service.parts.desks, service.parts.clock
    async with made.running():
        await connected(
            desks, clock, "default", "chatwoot", url=made.address, account_id=3, access_token=reads,
            agents=f"12={LOGIN}", agent_tokens=f"{LOGIN}={made.own_token}",
        )  # fmt: skip
        async with reading(Running(desks, clock)):
            await until(lambda: made.listeners == 1)
            yield made


async def test_the_tab_opens_the_window_beside_which_follows_the_chat_and_sends_on_a_click(
    browser: Browser, service: Service, chatwoot: ChatwootPages
) -> None:
    await chatwoot.buyer_says(419, "能优惠点吗")
    page = await (await context_of(browser, service)).new_page()
    await page.goto(chatwoot.address)
    await page.get_by_role("button", name="小鹿爱吃糖").click()
    await page.get_by_role("tab", name="客服助手").click()
    app = page.frame_locator("iframe")
    await expect(app.locator("#which")).to_have_text("当前会话：小鹿爱吃糖 #418")
    async with page.expect_popup() as popup:
        await app.get_by_role("link", name="打开助手").click()
    beside = await popup.value
    await chatwoot.buyer_says(418, "怎么付款呀")  # until now we knew nothing of this chat
    await expect(beside.locator("#buyer-name")).to_have_text("小鹿爱吃糖")
    # The tab is made anew for the next chat; the window that is open already goes along with it.
    await page.get_by_role("button", name="南方小土豆").click()
    await page.get_by_role("tab", name="客服助手").click()
    await app.get_by_role("link", name="打开助手").click()
    await expect(beside.locator("#buyer-name")).to_have_text("南方小土豆")
    card = beside.locator("[data-card=suggestion]").first
    button = card.locator("[data-insert]")
    await expect(button).to_contain_text("发送")
    await expect(button).not_to_contain_text("复制", use_inner_text=True)
    words = (await card.locator(".text").inner_text()).strip()
    await button.click()
    await page.get_by_role("tab", name="消息").click()
    await expect(page.locator("#messages p[data-mine]")).to_have_text(words)
    assert chatwoot.chats[419].messages[-1]["sender_id"] == 12
    # Her own words have come back from the host: what the buyer says next is not answered by them.
    await expect(beside.locator("#waiting-clock")).to_have_count(0)
    # Refused by the host: it stays before the agent's eyes until she has decided.
    chatwoot.chats[419].can_reply = False
    await chatwoot.buyer_says(419, "有点小贵")
    again = beside.locator("[data-card=suggestion]:not([data-state=inserted]) [data-insert]").first
    await again.click()
    failed = beside.locator("article.sending")
    await expect(failed).to_contain_text("没有发出")
    await failed.get_by_role("button", name="不发了").click()
    await expect(failed).to_have_count(0)
