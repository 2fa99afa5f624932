"""The trainers' pages in a real browser, by keyboard: from a typed word to what an open sidebar offers, and back."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser.looks import in_every_look
from tests.browser.script_pages import HELLO, LONG, PRICE
from tests.browser.signed_in import opened, workbench
from tests.browser.test_pages_are_accessible import violations
from tests.web.service import Service, message, running
from tests.web.small_tables import small_tables

pytestmark = pytest.mark.usefixtures("no_drafts_left")


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("scripts")
    async with running(folder, settings=small_tables(folder)) as found:
        yield found


async def test_a_reply_is_mended_previewed_published_and_offered_in_an_open_sidebar(
    browser: Browser, service: Service
) -> None:
    desk, sidebar = await workbench(browser, service)
    page = await opened(browser, service, PRICE, "trainer")
    card = page.frame_locator("#preview").locator("#suggestions .text")
    await expect(card).to_contain_text("秋冬焕新")
    await page.locator("[data-sample=nothing]").click()
    await expect(card).to_contain_text("单件价格我这边改不了")

    await write_with_completion(page)
    await expect(card).to_contain_text("价格实在改不了")
    await expect(page.locator("#saved")).to_contain_text("已保存")
    await err_and_mend(page)
    await publish(page)

    await service.send(message("b1", "能便宜点嘛"))
    await desk.locator('[data-conversation="c1"]').first.click()
    offered = sidebar.locator("[data-card=suggestion] .text").first
    await expect(offered).to_contain_text("价格实在改不了")

    await put_back(page, "已恢复到第 1 版")
    await page.locator("#toast span").hover()  # so it stays until it is pressed
    await service.send(message("b2", "能便宜点嘛", conversation="c2", buyer="b2"))
    await desk.locator('[data-conversation="c2"]').first.click()
    await expect(offered).to_contain_text("单件价格我这边改不了")
    await page.locator("#toast button").click()
    await expect(page.locator("#toast span")).to_contain_text("已恢复到第 2 版")
    await put_back(page, "已恢复到第 1 版")
    await page.context.close()
    await desk.context.close()


async def write_with_completion(page: Page) -> None:
    reply = page.locator(".reply [data-part=text]").first
    await reply.fill("亲，价格实在改不了，不过")
    await reply.press("End")
    await page.keyboard.type("{多件")
    await expect(page.locator("#variables [role=option]").first).to_contain_text("shop.multi_buy")
    await page.keyboard.press("Enter")
    await expect(reply).to_have_value("亲，价格实在改不了，不过{{ shop.multi_buy }}")


async def err_and_mend(page: Page) -> None:
    await page.keyboard.type("{{ oder.amount }}")
    told = page.locator(".reply .told").first
    await expect(told).to_contain_text("没有变量 `oder.amount`")
    await expect(page.locator(".reply [data-part=text]").first).to_have_attribute("aria-invalid", "true")
    await page.keyboard.press("Control+s")
    await expect(page.locator(".entry[aria-current=true] .mark")).to_have_text("有错", timeout=LONG)
    for _ in "{{ oder.amount }}":
        await page.keyboard.press("Backspace")
    await expect(page.locator(".told")).to_have_count(0)


async def publish(page: Page) -> None:
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#state")).to_have_text("没有错误，可以发布", timeout=LONG)
    await expect(page.locator("ins")).to_contain_text("价格实在改不了")
    await page.keyboard.type("改价")
    await page.keyboard.press("Control+Enter")
    await expect(page.locator("#toast span")).to_contain_text("已发布", timeout=LONG)
    await expect(page.locator("tbody tr").first).to_contain_text("改价")


async def put_back(page: Page, told: str) -> None:
    await page.locator("[data-restore]").last.click()
    await expect(page.locator("#toast span")).to_contain_text(told)


async def test_two_trainers_in_one_row_lose_nothing(browser: Browser, service: Service) -> None:
    one = await opened(browser, service, HELLO, "trainer")
    other = await opened(browser, service, HELLO, "leader")
    for page in (one, other):
        await expect(page.locator("[data-field=title]")).to_have_value("欢迎语")
    await other.locator("[data-field=title]").fill("对方的标题")
    await other.keyboard.press("Control+s")
    await expect(other.locator("#saved")).to_contain_text("已保存")
    await one.locator("[data-field=title]").fill("我的标题")
    await one.keyboard.press("Control+s")
    await expect(one.locator("#conflict-title")).to_contain_text("leader 刚改过这一行")
    await expect(one.locator("#theirs mark")).to_contain_text("对方的标题")
    await expect(one.locator("#mine mark")).to_contain_text("我的标题")
    await one.keyboard.press("Enter")
    await expect(one.locator("#saved")).to_contain_text("已保存")
    await other.locator("[data-field=title]").fill("又改一次")
    await other.keyboard.press("Control+s")
    await other.locator("#take-theirs").click()
    await expect(other.locator("[data-field=title]")).to_have_value("我的标题")
    for page in (one, other):
        await page.context.close()


async def test_of_two_rows_opened_in_quick_succession_the_last_one_stays(browser: Browser, service: Service) -> None:
    page = await opened(browser, service, HELLO, "trainer")
    await expect(page.locator("[data-field=title]")).to_have_value("欢迎语")
    asked, held, gone_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(route: Route) -> None:
        asked.set()
        await held.wait()
        await route.continue_()
        gone_on.set()

    await page.route("**/scripts/row?*id=price-too-high*", slow)
    entry = '#tree .entry[data-table="{}"][data-id="{}"]'
    await page.locator(entry.format("situations", "price-too-high")).evaluate("entry => entry.click()")
    # What is called off before it is asked for is never held.
    await asked.wait()
    await page.locator(entry.format("quick_replies", "hello")).evaluate("entry => entry.click()")
    await expect(page.locator("#row-id")).to_have_text("hello")
    held.set()
    await gone_on.wait()
    # What is asked for later is answered later.
    await page.evaluate("() => fetch('/scripts/tree').then(answer => answer.text())")
    await expect(page.locator("#row-id")).to_have_text("hello")
    await expect(page.locator("[data-field=title]")).to_have_value("欢迎语")
    await page.context.close()


async def test_enter_opens_a_row_of_the_tree_and_once_more_leads_into_it(browser: Browser, service: Service) -> None:
    page = await opened(browser, service, PRICE, "trainer")
    await page.locator("#filter").fill("欢迎语")
    entry = page.locator('#tree .entry[data-table="quick_replies"][data-id="hello"]')
    await expect(entry).to_be_visible()
    await entry.focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#row-id")).to_have_text("hello")
    await expect(entry).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#form [data-field=title]")).to_be_focused()
    await page.locator("[data-mode=yaml]").click()
    await expect(page.locator("#text")).to_be_visible(timeout=LONG)
    await entry.press("Enter")
    await expect(page.locator("#text")).to_be_focused()
    await page.context.close()


async def test_a_slip_that_is_mended_late_does_not_write_over_what_was_typed_meanwhile(
    browser: Browser, service: Service
) -> None:
    page, held, asked = await opened(browser, service, PRICE, "trainer"), asyncio.Event(), asyncio.Event()
    reply = page.locator(".reply [data-part=text]").first
    await reply.fill("亲，价格改不了，{{ shop.multi_by }}")
    await expect(page.locator("#complaints [data-mend]")).to_be_visible()

    async def slow(route: Route) -> None:
        asked.set()
        await held.wait()
        await route.continue_()

    await page.route("**/scripts/look", slow)
    await page.locator("#complaints [data-mend]").click()
    await asked.wait()
    await reply.fill("亲，想好了再改")
    held.set()
    await expect(page.locator("#saved")).to_contain_text("已保存")
    await expect(reply).to_have_value("亲，想好了再改")
    await page.context.close()


async def test_replies_are_added_and_reordered_by_keyboard_and_both_views_show_one_row(
    browser: Browser, service: Service
) -> None:
    page = await opened(browser, service, PRICE, "trainer")
    ids = page.locator(".reply [data-part=id]")
    await expect(ids.first).to_have_value("multi-buy")
    await page.locator(".reply [data-part=text]").first.press("Alt+ArrowDown")
    await expect(ids.first).to_have_value("coupon")
    await page.locator("[data-add=reply]").press("Enter")
    await page.keyboard.type("亲，稍等")
    await page.locator("[data-mode=yaml]").click()
    await expect(page.locator("#text")).to_have_value(re.compile("- id: reply-4\n  text: 亲，稍等\n$"))
    await page.locator("#text").press("Control+End")
    await page.keyboard.type("phrase: [x]\n")
    await expect(page.locator("#complaints b").first).to_have_text("没有 `phrase` 这一项")
    await expect(page.locator("#complaints .where").first).to_have_text(re.compile(r"第 \d+ 行第 1 列"))
    await expect(page.locator("#numbers [data-tone=bad]")).to_have_count(1)
    await page.context.close()


async def test_one_press_mends_an_obvious_slip_in_the_form_and_in_the_text(browser: Browser, service: Service) -> None:
    page = await opened(browser, service, PRICE, "trainer")
    reply = page.locator("#form [data-part=text]").first
    await reply.fill("😀亲，{{ promotion.titel }}还在")
    button = page.locator("#form .told .mend")
    await expect(button).to_have_text("改成 promotion.title")
    await button.press("Enter")
    await expect(reply).to_have_value("😀亲，{{ promotion.title }}还在")
    await expect(reply).to_be_focused()
    await page.locator("[data-mode=yaml]").click()
    text = page.locator("#text")
    await expect(text).to_be_visible(timeout=LONG)
    written = await text.input_value()
    await text.fill(written.replace("phrases:", "phrase:"))
    await text.press("Alt+Enter")
    await expect(text).to_have_value(written)
    await expect(page.locator("#looked")).to_have_attribute("data-state", "ok")
    await expect(page.locator("#saved")).to_contain_text("已保存")
    await page.locator("#filter").fill("欢迎语")
    await page.locator(".group[data-table=quick_replies] .entry:visible").first.click()
    await expect(page.locator("#language")).to_have_attribute(
        "href", re.compile("table=quick_replies&id=hello&lang=en")
    )
    await page.context.close()


async def test_what_was_typed_a_moment_ago_is_kept_by_who_goes_on_to_publish(
    browser: Browser, service: Service
) -> None:
    page = await opened(browser, service, HELLO, "trainer")
    await page.locator("[data-field=title]").fill("刚刚写的")
    await page.locator("#publish").click()
    await expect(page.locator(".difference ins")).to_contain_text("刚刚写的")
    await page.context.close()


async def test_who_may_only_read_sees_what_is_published_and_can_change_nothing(
    browser: Browser, service: Service
) -> None:
    page = await opened(browser, service, HELLO, "agent")
    await expect(page.locator("[data-field=title]")).to_be_disabled()
    for name in ("#publish", "#new", "#remove", "a[href='/scripts/replace']"):
        await expect(page.locator(name)).to_have_count(0)
    await page.context.close()


PATHS = (
    PRICE,
    "/scripts/publish",
    "/scripts/versions",
    "/scripts/replace",
    "/scripts/try",
    "/scripts/back-test",
    "/scripts/gaps",
)


@in_every_look
async def test_axe_finds_nothing_on_the_pages(
    browser: Browser, service: Service, lang: str, scheme: Literal["light", "dark"]
) -> None:
    page = await opened(browser, service, HELLO, "trainer", locale=lang, color_scheme=scheme)
    await page.locator("[data-field=text]").fill("亲{{ promotion.titel }}")
    await page.keyboard.press("Control+s")
    await expect(page.locator("#saved")).to_have_text(re.compile("已保存|Saved"))
    assert await violations(page) == []
    for path in PATHS:
        await page.goto(service.address + path)
        if path == PRICE:
            await expect(page.locator(".reply").first).to_be_visible()
        assert await violations(page) == [], path
    await page.context.close()
