"""axe on every page in both languages and schemes; clocks that announce once; forced colours; no motion."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Frame, Page, expect

from tests.browser.looks import in_every_look
from tests.browser.preview import Shown, shown
from tests.web import samples

AXE = Path(__file__).parent / "vendor/axe.min.js"
RULES = "{resultTypes: ['violations'], rules: {'region': {enabled: true}}}"


async def violations(place: Page | Frame) -> list[tuple[str, str]]:
    """What axe finds, by rule and by the first element that breaks it."""
    await place.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = (await place.evaluate(f"axe.run(document, {RULES})"))["violations"]
    return [(each["id"], each["nodes"][0]["html"][:160]) for each in found]


@in_every_look
async def test_axe_finds_nothing_in_the_sidebar(browser: Browser, lang: str, scheme: str) -> None:
    path = "/sidebar?conversation=c1"
    async with shown(browser, path, lang=lang, color_scheme=scheme, viewport={"width": 360, "height": 800}) as alone:
        await open_everything(alone)
        assert await violations(alone.page) == []


async def open_everything(alone: Shown) -> None:
    await expect(alone.side.locator("#suggestion-s1")).to_be_visible()
    for name in ("#tags-edit", "#notes-summary", "#keys summary"):
        await alone.side.locator(name).click()
    await alone.side.locator("#quick").focus()
    await expect(alone.side.locator("[role=option]").first).to_be_visible()


@in_every_look
async def test_axe_finds_nothing_on_the_workbench(browser: Browser, lang: str, scheme: str) -> None:
    async with shown(browser, "/desk", lang=lang, color_scheme=scheme) as desk:
        await expect(desk.page.locator(".message").first).to_be_visible()
        assert await violations(desk.page.main_frame) == []


@pytest.mark.parametrize("path", ["/login?error", "/error", "/sidebar"])
async def test_axe_finds_nothing_on_pages_with_little_on_them(browser: Browser, path: str) -> None:
    async with shown(browser, path) as alone:
        assert await violations(alone.page) == []


async def test_a_crossed_threshold_is_announced_once_however_often_it_is_rendered(browser: Browser) -> None:
    words = samples.WORDS["zh-CN"]
    running = samples.follow_ups(words)[2:]
    view = samples.view(waiting=None, follow_ups=running)
    async with shown(browser, "/sidebar?conversation=c1", lambda _: view) as alone:
        await expect(alone.side.locator("#say")).to_have_text(f"{words['armed'][1][0]} 还有 30 秒")
        await alone.page.evaluate("document.querySelector('#say').textContent = ''")
        await alone.preview.push("follow_ups")
        await alone.preview.push()
        await alone.preview.sockets[0].send_json({"now": samples.NOW + 10, "speed": 0})
        await expect(alone.side.locator("#follow-up-f3 time")).to_have_text("0:13")
        await expect(alone.side.locator("#say")).to_be_empty()
        await alone.preview.sockets[0].send_json({"now": samples.NOW + 24, "speed": 0})
        await expect(alone.side.locator("#say")).to_have_text(f"{words['armed'][1][0]} 跟进时间到")
        await expect(alone.side.locator("#follow-up-f3 time")).to_contain_text("超时")


async def test_clocks_run_as_fast_as_the_demo_says(browser: Browser) -> None:
    running = [row for row in samples.follow_ups(samples.WORDS["zh-CN"]) if row.id == "f2"]
    view = samples.view(waiting=None, follow_ups=tuple(running))
    async with shown(browser, "/sidebar?conversation=c1", lambda _: view) as alone:
        clock = alone.side.locator("#follow-up-f2 time")
        await expect(clock).to_contain_text(re.compile(r"1[12]:"))
        await alone.preview.sockets[0].send_json({"now": samples.NOW, "speed": 600.0})
        await expect(clock).to_contain_text("超时")


async def test_a_waiting_clock_says_in_words_that_it_is_late(browser: Browser) -> None:
    async with shown(browser, "/sidebar?conversation=c1") as alone:
        await expect(alone.side.locator("#waiting-clock")).to_have_attribute("data-level", "notice")
        await alone.preview.sockets[0].send_json({"now": samples.NOW + 140, "speed": 0})
        await expect(alone.side.locator("#waiting-clock .flag:visible")).to_have_text("超时")
        await expect(alone.side.locator("#waiting-clock time")).to_have_text("3:02")


async def test_nothing_moves_for_those_who_ask_for_it(browser: Browser) -> None:
    async with shown(browser, "/sidebar?conversation=c1", reduced_motion="reduce") as alone:
        button = alone.side.locator("#suggestion-s1 [data-insert]")
        assert await button.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"


async def test_buttons_keep_their_edges_in_forced_colours(browser: Browser) -> None:
    async with shown(browser, "/sidebar?conversation=c1", forced_colors="active") as alone:
        for name in ("[data-insert]", "[data-action=dismissed]"):
            style = await alone.side.locator(f"#suggestion-s1 {name}").evaluate("e => getComputedStyle(e).borderStyle")
            assert style == "solid"
