"""A notice from the page of a leader to the sidebar of an agent and back, in a real browser, by keyboard."""

from typing import Literal

from playwright.async_api import Browser, Page, expect

from tests.browser.looks import in_every_look
from tests.browser.preview import shown
from tests.browser.signed_in import opened, workbench
from tests.browser.test_pages_are_accessible import violations
from tests.web import samples
from tests.web.service import Service, message


async def choose_first(page: Page, names: str) -> None:
    """Click what the list begins with, once that is what was looked for: an open list shows what it last found."""
    first = page.locator("#pick-list [role=option]").first
    await expect(first).to_contain_text(names)
    await first.click()


async def test_a_notice_is_posted_withdraws_a_reply_is_read_and_ended(browser: Browser, service: Service) -> None:
    desk, sidebar = await workbench(browser, service)
    await service.send(message("n1", "能便宜点嘛"))
    await desk.locator('[data-conversation="c1"]').first.click()
    card = sidebar.locator("[data-card=suggestion]").first
    await expect(card.locator("[data-insert]")).to_be_visible()

    leader = await opened(browser, service, "/notices", "leader")
    await expect(leader.locator("#text")).to_be_focused()
    await leader.keyboard.type("满减今天停用")
    await leader.locator("#pick").focus()
    await leader.keyboard.type("觉得价格太贵")
    await expect(leader.locator("#pick-list [role=option]").first).to_contain_text("整个情景")
    await leader.keyboard.press("Enter")
    await expect(leader.locator("#picked li")).to_have_count(1)
    await leader.locator("#text").press("Enter")
    row = leader.locator("#notices-list article").first
    await expect(row).to_contain_text("满减今天停用")
    await expect(row).to_contain_text("觉得价格太贵未下单")

    # The agent's sidebar was open all the time and shows it without being asked.
    notice = sidebar.locator("#notices .notice").first
    await expect(notice).to_contain_text("满减今天停用")
    await expect(card.locator(".withdrawn")).to_have_text("已撤回 满减今天停用")
    await expect(card.locator("[data-insert]")).to_have_count(0)
    await desk.locator("#draft").press("Alt+1")
    await expect(desk.locator("#draft")).to_have_value("")

    await desk.locator("#draft").press("Alt+N")
    await expect(notice).to_have_attribute("data-read", "")
    await expect(row.locator("[data-tone=ok]")).to_contain_text("agent")

    await row.locator("button").press("Enter")
    await expect(leader.locator("#notices-list article").first).to_have_attribute("data-state", "ended")
    await expect(sidebar.locator("#notices .notice")).to_have_count(0)
    await expect(card.locator("[data-insert]")).to_be_visible()
    await desk.locator("#draft").press("Alt+1")
    await expect(desk.locator("#draft")).not_to_have_value("")
    await leader.context.close()
    await desk.context.close()


async def test_a_quick_reply_listed_when_the_notice_comes_can_no_longer_be_chosen(
    browser: Browser, service: Service
) -> None:
    desk, sidebar = await workbench(browser, service)
    await service.send(message("q1", "在吗"))
    await desk.locator('[data-conversation="c1"]').first.click()
    await expect(sidebar.locator("#buyer-name")).to_be_visible()
    await sidebar.locator("#quick").fill("赠品")
    first = sidebar.locator("#quick-list [role=option]").first
    await expect(first).to_contain_text("赠品")
    _, page = await service.call("GET", "/api/v1/quick-replies?q=赠品&conversation=c1")
    ids = [item["id"] for item in page["items"]]
    await service.call("POST", "/api/v1/notices", json={"text": "赠品已送完", "withdraws": {"quick_replies": ids}})
    await expect(first).to_contain_text("已撤回：赠品已送完")
    await sidebar.locator("#quick").press("Enter")
    await expect(desk.locator("#draft")).to_have_value("")
    await desk.context.close()


async def test_a_notice_is_shown_before_any_chat_is_chosen(browser: Browser, service: Service) -> None:
    desk, sidebar = await workbench(browser, service)
    await expect(sidebar.locator("#choose")).to_be_visible()
    await service.call("POST", "/api/v1/notices", json={"text": "发货改48小时"})
    await expect(sidebar.locator("#notices")).to_contain_text("发货改48小时")
    await expect(sidebar.locator("#say")).to_have_text("发货改48小时")
    await sidebar.locator("#notices [data-op=notice]").click()
    await expect(sidebar.locator("#notices .seen")).to_be_visible()
    await desk.context.close()


async def test_several_notices_stand_in_one_line_until_they_are_unfolded(browser: Browser) -> None:
    words = [text for text, _, _ in samples.WORDS["zh-CN"]["notices"]]
    async with shown(browser, "/sidebar?conversation=c1") as alone:
        more = alone.side.locator("#notices .more")
        await expect(more).to_have_text("+2")
        await expect(alone.side.get_by_text(words[1])).to_be_hidden()
        await more.press("Enter")
        await expect(more).to_have_attribute("aria-expanded", "true")
        await expect(alone.side.get_by_text(words[1])).to_be_visible()
        await alone.preview.push("notices")
        await expect(alone.side.get_by_text(words[2])).to_be_visible()
        await alone.page.keyboard.press("Alt+N")
        assert [told["id"] for told in await alone.until_heard("notice")] == ["1"]


async def test_what_was_chosen_can_be_dropped_again_and_a_time_is_asked_for_only_when_wanted(
    browser: Browser, service: Service
) -> None:
    page = await opened(browser, service, "/notices", "trainer", locale="en")
    await expect(page.locator("#at")).to_be_hidden()
    await page.locator("#ends-at").check()
    await expect(page.locator("#at")).to_be_visible()
    for _ in range(2):
        await page.locator("#pick").fill("gift")
        await choose_first(page, "gift rule")
    await expect(page.locator("#picked li")).to_have_count(1)
    await expect(page.locator("#picked li")).to_contain_text("gift rule")
    await page.locator("#picked button").press("Enter")
    await expect(page.locator("#picked li")).to_have_count(0)
    await page.context.close()


async def test_an_agent_may_not_open_the_page_and_is_not_led_there(browser: Browser, service: Service) -> None:
    page = await opened(browser, service, "/notices")
    await expect(page.locator("h1")).to_have_text("没有权限")
    await page.goto(f"{service.address}/desk")
    await expect(page.locator(".brand h1")).to_be_visible()
    await expect(page.locator('a[href="/notices"]')).to_have_count(0)
    await page.context.close()


@in_every_look
async def test_axe_finds_nothing_on_the_page(
    browser: Browser, service: Service, lang: str, scheme: Literal["light", "dark"]
) -> None:
    gone = {"handbook": ["gift_rule"], "situations": ["price-too-high"]}
    for text in ("赠品已送完", "发货改48小时"):
        _, made = await service.call("POST", "/api/v1/notices", json={"text": text, "withdraws": gone})
    await service.call("POST", f"/api/v1/notices/{made['id']}/end")
    page = await opened(browser, service, "/notices", "leader", locale=lang, color_scheme=scheme)
    await page.locator("#pick").fill("赠品")
    await choose_first(page, "gift" if lang == "en" else "赠品")
    await page.locator("#pick").fill("赠品")
    await expect(page.locator("#pick-list [role=option]").first).to_be_visible()
    assert await violations(page) == []
    await page.context.close()
