"""One nudge a minute at most, in a real browser: silent unless the agent wants it otherwise."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, expect

from assistant.services.sidebar_view import QueueView, SidebarView
from tests.browser.preview import Shown, shown
from tests.web import samples

PAGE = "/sidebar?conversation=c1"
LISTEN = """() => {
  window.beeps = 0;
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () { window.beeps += 1; return make.call(this); };
  window.said = [];
  const say = document.getElementById('say'), queue = document.getElementById('queue');
  new MutationObserver(() => window.said.push(say.textContent)).observe(say, {childList: true});
  window.nudged = false; // it is for some seconds
  new MutationObserver(() => window.nudged ||= queue.hasAttribute('data-nudged')).observe(queue, {attributes: true});
  window.notices = [];
  window.Notification = class {
    static permission = 'granted';
    constructor(title, {body}) { window.notices.push(body); }
  };
}"""


class Queue:
    """What the strip counts, changed by the test."""

    def __init__(self) -> None:
        self.late = self.due = 0

    def make(self, lang: str) -> SidebarView:
        return samples.view(lang, queue=QueueView(12, self.late, self.due))

    async def becomes(self, page: Shown, late: int, due: int) -> None:
        self.late, self.due = late, due
        await page.preview.push("queue")
        shows = f'#queue:has([data-count-late="{late}"]):has([data-count-due="{due}"])'
        await expect(page.side.locator(shows)).to_be_visible()


async def opened(page: Shown) -> None:
    await expect(page.side.locator("#suggestion-s1")).to_be_visible()
    await page.page.evaluate(LISTEN)
    await page.page.clock.install()


async def asked(page: Shown, box: str) -> None:
    if not await page.side.locator("#keys-on").is_visible():
        await page.side.locator("#keys summary").click()
    await page.side.locator(box).check()


async def heard(page: Shown) -> Any:
    return await page.page.evaluate("[window.beeps, window.notices]")


async def was_said(page: Shown, text: str) -> None:
    """Clocks speak in the same place, perhaps right after it."""
    await page.page.wait_for_function("text => window.said.includes(text)", arg=text)


async def test_what_comes_within_a_minute_is_said_together_at_its_end(browser: Browser) -> None:
    queue = Queue()
    async with shown(browser, PAGE, queue.make) as alone:
        await opened(alone)
        await queue.becomes(alone, 1, 0)
        await was_said(alone, "1 位买家超时")
        await alone.page.wait_for_function("window.nudged")
        await queue.becomes(alone, 2, 1)
        await queue.becomes(alone, 3, 2)
        assert not any("跟进到点" in text for text in await alone.page.evaluate("window.said"))
        await alone.page.clock.fast_forward(61_000)
        await was_said(alone, "3 位买家超时，2 个跟进到点")
        assert await heard(alone) == [0, []]


async def test_what_was_there_at_first_and_what_is_dealt_with_is_no_news(browser: Browser) -> None:
    queue = Queue()
    queue.late, queue.due = 3, 2
    async with shown(browser, PAGE, queue.make) as alone:
        await opened(alone)
        await queue.becomes(alone, 1, 1)
        assert not await alone.page.evaluate("window.nudged")
        await queue.becomes(alone, 2, 1)
        await was_said(alone, "2 位买家超时，1 个跟进到点")


async def test_sound_and_notices_come_only_to_who_wants_them_and_are_remembered(browser: Browser) -> None:
    queue = Queue()
    async with shown(browser, PAGE, queue.make) as alone:
        await opened(alone)
        await asked(alone, "#sound-on")
        await asked(alone, "#notice-on")
        await alone.page.wait_for_function("window.beeps === 2")  # switched on, it is heard once
        await queue.becomes(alone, 0, 1)
        await was_said(alone, "1 个跟进到点")
        await alone.page.wait_for_function("window.beeps === 4 && window.notices.length")
        assert await heard(alone) == [4, ["1 个跟进到点"]]
        kept = await alone.page.evaluate("localStorage.getItem('assistant-sound:a-007')")
        assert kept == "on"


async def test_a_browser_that_allows_no_notices_says_what_to_do(browser: Browser) -> None:
    async with shown(browser, PAGE) as alone:
        await expect(alone.side.locator("#suggestion-s1")).to_be_visible()
        await alone.page.evaluate("Notification.requestPermission = async () => 'denied'; null")
        await alone.side.locator("#keys summary").click()
        await alone.side.locator("#notice-on").click()
        await expect(alone.side.locator("#notice-on")).not_to_be_checked()
        await expect(alone.side.locator("#toast")).to_contain_text("网站设置")
