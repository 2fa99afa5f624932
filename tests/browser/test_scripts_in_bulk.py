"""Many rows of the trainers' tables at once in a real browser: put in order, from a file, replaced, newly shipped."""

import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.async_api import Browser, expect

from tests.browser.script_pages import HELLO, LONG
from tests.browser.signed_in import opened
from tests.browser.test_pages_are_accessible import violations
from tests.web.service import Service, running
from tests.web.small_tables import small_tables

pytestmark = pytest.mark.usefixtures("no_drafts_left")


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("scripts")
    async with running(folder, settings=small_tables(folder)) as found:
        yield found


async def test_rows_are_put_in_order_by_keyboard_and_by_dragging(browser: Browser, service: Service) -> None:
    page = await opened(browser, service, HELLO, "trainer")
    group = page.locator(".group[data-table=quick_replies]").first
    rows = group.locator(".entry .title")
    await expect(rows.first).to_have_text("欢迎语")
    second = await rows.nth(1).text_content() or ""
    await group.locator(".entry").first.press("Alt+ArrowDown")
    await expect(rows.nth(1)).to_have_text("欢迎语")
    await expect(group.locator(".entry").nth(1)).to_be_focused()
    await group.locator(".entry").nth(1).drag_to(group.locator(".entry").nth(3), target_position={"x": 40, "y": 24})
    await expect(rows.nth(3)).to_have_text("欢迎语")
    await expect(rows.first).to_have_text(second)
    await page.goto(f"{service.address}/scripts/publish")
    await expect(page.locator(".difference[data-table=order] h2")).to_have_text("快捷回复")
    await expect(page.locator("#state")).to_have_attribute("data-state", "ok", timeout=LONG)
    await page.context.close()


async def test_a_faulty_workbook_is_refused_line_by_line_and_a_mended_one_becomes_a_draft(
    browser: Browser, service: Service
) -> None:
    async with service.http.get("/scripts/versions/1/file?as=xlsx", headers=service.cookie("trainer")) as answer:
        book = load_workbook(io.BytesIO(await answer.read()))
    book["quick_replies"]["C2"] = "亲{{ promotion.titel }}"
    page = await opened(browser, service, "/scripts/versions", "trainer")
    await page.locator("#file").set_input_files(files=[workbook(book)])
    await expect(page.locator("#brought .fault")).to_have_count(1, timeout=LONG)
    await expect(page.locator("#brought .fault")).to_contain_text("quick_replies 第 2 行")
    await expect(page.locator("#brought-take")).to_be_hidden()
    book["quick_replies"]["C2"] = "亲，在的"
    await page.locator("#file").set_input_files(files=[workbook(book)])
    await expect(page.locator("#brought-title")).to_contain_text("会改动", timeout=LONG)
    await page.locator("#brought-take").press("Enter")
    await expect(page.locator(".difference[data-id=hello] ins")).to_contain_text("亲，在的", timeout=LONG)
    await page.context.close()


def workbook(book: Any) -> Any:
    written = io.BytesIO()
    book.save(written)
    return {"name": "a.xlsx", "mimeType": "application/octet-stream", "buffer": written.getvalue()}


async def test_words_are_replaced_where_they_are_ticked_and_never_by_looking_for_them(
    browser: Browser, service: Service
) -> None:
    page = await opened(browser, service, "/scripts/replace", "trainer")
    await page.clock.install()
    await expect(page.locator("#words")).to_be_focused()
    await page.keyboard.type("看中哪款")
    await page.keyboard.press("Enter")
    await expect(page.locator("#hits li").first).to_be_visible()
    await expect(page.locator("#by")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#replace")).to_contain_text("删去")
    for box in (await page.locator("#hits input").all())[1:]:
        await box.uncheck()
    await page.locator("#by").fill("喜欢哪一款")
    await page.keyboard.press("Enter")
    await expect(page.locator("#toast span")).to_have_text("改了 1 行，已存为草稿")
    await page.locator("#toast span").hover()  # as long as somebody is about to take it back, it stays
    await page.clock.fast_forward(60_000)
    await expect(page.locator("#hits mark").first).to_have_text("喜欢哪一款")
    await page.locator("#toast button").click()
    await expect(page.locator("#toast span")).to_have_text("已换回来，1 行和替换之前一样")
    await expect(page.locator("#hits mark").first).to_have_text("看中哪款")
    await page.context.close()


async def test_what_a_newer_release_ships_is_proposed_and_only_what_is_ticked_becomes_a_draft(
    browser: Browser, service: Service
) -> None:
    library = service.parts.desks.library
    before = library.shipped
    hello, *rest = before.quick_replies
    newer = hello.model_copy(update={"text": "亲，新版的欢迎语"})
    more = hello.model_copy(update={"id": "brand-new", "title": "新版才有", "shortcut": None})
    library.shipped = before.model_copy(update={"quick_replies": (newer, *rest, more)})
    try:
        page = await opened(browser, service, "/scripts", "trainer")
        await expect(page.locator(".news")).to_contain_text("新版自带 2 行")
        await page.locator(".news a").click()
        await expect(page.locator(".difference")).to_have_count(2)
        assert await violations(page) == []
        await page.locator(f"[name=row][data-id={hello.id}]").uncheck()
        await page.locator("#take").click()
        await expect(page.locator(".difference")).to_have_count(1)
        await expect(page.locator(".difference ins").first).to_contain_text("brand-new")
        await page.goto(f"{service.address}/scripts/shipped")
        await page.locator("#away").click()
        await expect(page.locator("#welcome")).to_be_visible()
        await expect(page.locator(".news")).to_have_count(0)
        await page.context.close()
    finally:
        library.shipped = before
