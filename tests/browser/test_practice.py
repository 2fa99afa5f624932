"""A whole practice by keyboard alone, from the workbench to the review; its pages in both languages and schemes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from assistant.services.clocks import DemoClock
from tests.browser.looks import in_every_look
from tests.browser.signed_in import opened
from tests.browser.test_pages_are_accessible import violations
from tests.domain.practice_samples import PATIENT
from tests.web.service import Service, running

# The clock runs ten times as fast: the reminder after a minute and a half comes after nine seconds.
SPEED = 10


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    clock = DemoClock(datetime.now(UTC), datetime.now(UTC), speed=SPEED)
    async with running(tmp_path, clock, cast=PATIENT) as made:
        yield made


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus."""
    for _ in range(60):
        if await page.evaluate("selector => Boolean(document.activeElement?.matches(selector))", selector):
            return
        await page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {selector}")


async def test_a_whole_practice_by_keyboard(browser: Browser, service: Service) -> None:
    page = await opened(browser, service, "/desk")
    await tab_to(page, "#practise")
    await page.keyboard.press("Enter")
    await page.locator("#start").wait_for()
    await tab_to(page, '[name=buyer][value="chat"]')
    await page.keyboard.press("Space")
    await tab_to(page, "#start [type=submit]")
    await page.keyboard.press("Enter")

    row = page.locator('[data-conversation="chat-price"]').first
    await row.wait_for()
    await tab_to(page, '[data-conversation="chat-price"]')
    await page.keyboard.press("Enter")
    await expect(page.locator("#chat")).to_contain_text("能便宜点嘛")
    await expect(page.locator("#draft")).to_be_focused()
    await page.keyboard.type("亲，现在满300减40哦", delay=80)  # too quick a hand is not measured
    await page.keyboard.press("Enter")
    await expect(page.locator("#chat")).to_contain_text("买家已下单")

    follow_up = page.frame_locator("#sidebar").locator("#follow_ups .due")
    await expect(follow_up).to_contain_text("下单后未付款")
    await page.keyboard.press("Alt+F")
    await expect(page.locator("#draft")).not_to_have_value("")
    await page.keyboard.press("Enter")
    await expect(page.locator("#chat")).to_contain_text("买家已付款")

    await expect(page.locator("#over")).to_be_visible()
    await expect(page.locator("#composer")).to_be_hidden()
    await expect(page.locator("#over a")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_have_text("我的练习讲评")
    await review_shows_what_happened(page)


async def review_shows_what_happened(page: Page) -> None:
    goals = page.locator('[data-kind="goal_reached"]')
    await expect(goals).to_have_count(2)
    await expect(goals.first).to_contain_text("做到了：知道优惠")
    await expect(goals.first.locator(".rests")).to_contain_text("亲，现在满300减40哦")
    await expect(page.locator('[data-kind="follow_up_done"]')).to_contain_text("下单后未付款")
    # Only what was typed was measured, and the card was not.
    rates = page.locator('.said [data-side="agent"] .meta')
    await expect(rates).to_have_count(2)
    await expect(rates.first).to_contain_text("每分钟")
    await expect(rates.last).not_to_contain_text("每分钟")
    await tab_to(page, '[data-kind="goal_reached"] a')
    await page.keyboard.press("Enter")
    await expect(page.locator(".said :target")).to_contain_text("亲，现在满300减40哦")


async def begun(service: Service, *buyers: str) -> int:
    body = {"buyers": list(buyers), "at_once": len(buyers), "pace": "fast"}
    status, made = await service.call("POST", "/api/v1/practices", service.cookie("agent"), json=body)
    assert status == 200
    return int(made["id"])


async def test_pasted_and_inserted_texts_are_not_measured(browser: Browser, service: Service) -> None:
    id = await begun(service, "chat")
    page = await opened(browser, service, f"/practice/{id}/desk")
    sent: list[str] = []
    page.on("websocket", lambda ws: ws.on("framesent", lambda text: sent.append(str(text))))
    await page.reload()
    await page.locator('[data-conversation="chat-chat"]').first.click()
    await expect(page.locator('.messages[data-conversation="chat-chat"]')).to_be_visible()
    for text, measured in (("贴上去的", False), ("手打的", True)):
        await (page.locator("#draft").press_sequentially(text) if measured else paste(page, text))
        await page.keyboard.press("Enter")
        await expect(page.locator("#chat")).to_contain_text(text)
        said = next(frame for frame in sent if text in frame)
        assert ('"wrote"' in said) == measured, said


async def paste(page: Page, text: str) -> None:
    """As browsers do: the words stand there as soon as it is told of, before anything else can happen to the page."""
    await page.locator("#draft").evaluate(
        """(draft, text) => {
          draft.focus();
          draft.dispatchEvent(new ClipboardEvent('paste', {bubbles: true}));
          document.execCommand('insertText', false, text);
        }""",
        text,
    )


async def test_outside_a_practice_nothing_is_measured(browser: Browser, service: Service) -> None:
    at = datetime.now(UTC).isoformat()
    place = {"conversation": "c1", "buyer": "b1", "side": "buyer", "type": "message"}
    assert (await service.send({"id": "m1", "at": at, "text": "在吗", **place}))[0] == 200
    page = await opened(browser, service, "/desk")
    sent: list[str] = []
    page.on("websocket", lambda ws: ws.on("framesent", lambda text: sent.append(str(text))))
    await page.reload()
    await page.locator('[data-conversation="c1"]').first.click()
    await page.locator("#draft").press_sequentially("在的亲")
    await page.keyboard.press("Enter")
    await expect(page.locator("#chat")).to_contain_text("在的亲")
    said = next(frame for frame in sent if "在的亲" in frame)
    assert "wrote" not in said


async def test_no_more_buyers_can_be_chosen_than_can_be_practised_with(browser: Browser, service: Service) -> None:
    page = await opened(browser, service, "/practice")
    await page.locator("#start").evaluate("form => { form.dataset.most = 1; }")
    boxes = page.locator("[name=buyer]")
    await expect(boxes).to_have_count(2)
    await boxes.first.uncheck()
    await boxes.last.uncheck()
    await expect(page.locator("#start [type=submit]")).to_be_disabled()
    await boxes.first.check()
    await expect(boxes.last).to_be_disabled()
    await expect(page.locator("#start [type=submit]")).to_be_enabled()


@in_every_look
async def test_axe_finds_nothing_on_the_pages_of_a_practice(
    browser: Browser, service: Service, lang: str, scheme: str
) -> None:
    page = await opened(browser, service, "/practice", "leader", locale=lang, color_scheme=scheme)
    assert await violations(page) == []
    id = await begun(service, "chat", "price")
    page = await opened(browser, service, f"/practice/{id}/desk", locale=lang, color_scheme=scheme)
    await page.locator("[data-conversation]").nth(1).wait_for()
    assert await violations(page.main_frame) == []
    await tab_to(page, ".rehearsal button")
    await page.keyboard.press("Enter")
    await page.locator(".findings").first.wait_for()
    assert await violations(page) == []
    await page.set_viewport_size({"width": 360, "height": 800})
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
