"""A leader watches the floor in a real browser: it moves by itself, and a follow-up goes to a colleague."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from assistant import store
from tests.browser.signed_in import opened
from tests.browser.test_pages_are_accessible import violations
from tests.set_clock import SetClock
from tests.web.service import Service, message, running


@pytest.fixture
def clock() -> SetClock:
    """Ten in the morning; what counts seconds on a page stands as good as still as well."""
    return SetClock(datetime(2026, 11, 11, 2, tzinfo=UTC), speed=1e-6)


@pytest.fixture
async def service(tmp_path: Path, clock: SetClock) -> AsyncIterator[Service]:
    async with running(tmp_path, clock) as found:
        yield found


async def test_who_waits_comes_and_goes_and_a_follow_up_is_handed_over(
    browser: Browser, service: Service, clock: SetClock
) -> None:
    place = {"conversation": "c1", "buyer": "小红", "at": clock.at.isoformat()}
    clock.step(seconds=1)
    page = await opened(browser, service, "/kpi/now", "leader")
    await expect(page.locator("#waiters")).to_contain_text("没有买家在等")
    await service.send(message("w1", "能便宜点嘛", **place))
    row = page.locator("#waiters tbody tr")
    await expect(row).to_contain_text("小***")
    await expect(row.locator("time")).to_have_text("0:01")
    await expect(page.locator("#total-waiting")).to_have_text("1")
    place["at"] = clock.at.isoformat()
    await service.send(message("w2", "您平时穿多大码呀", **place, side="agent", agent="agent-default"))
    await expect(page.locator("#waiters")).to_contain_text("没有买家在等")
    assert await violations(page) == []

    clock.step(minutes=11)
    card = page.locator("#cards tbody tr")
    await expect(card).to_contain_text("晚了")
    await card.locator("[data-hand]").press("Enter")
    await expect(page.locator("#hand-to")).to_be_focused()
    await expect(page.locator("#hand-to option:checked")).not_to_have_text("agent")
    await page.locator("#hand-to").select_option(label="trainer")
    assert await violations(page) == []
    await page.locator("#hand-go").click()
    await expect(page.locator("#hand")).to_be_hidden()
    await expect(card).to_contain_text("trainer")
    await card.locator("a").click()
    await expect(page.locator(".said")).to_contain_text("能便宜点嘛")
    await page.get_by_role("link", name="现在").click()
    await expect(page.locator("#cards tbody tr")).to_have_count(1)
    await page.context.close()


async def test_axe_finds_nothing_on_it_in_english_and_dark(browser: Browser, service: Service, clock: SetClock) -> None:
    await service.send(message("e1", "人呢", conversation="c1", buyer="b1", at=clock.at.isoformat()))
    page = await opened(browser, service, "/kpi/now", "leader", locale="en", color_scheme="dark")
    await expect(page.locator("h1")).to_have_text("Now")
    await expect(page.locator("#waiters tbody tr")).to_have_count(1)
    assert await violations(page) == []
    await page.context.close()


async def test_an_alert_comes_to_both_pages_of_leaders_while_they_are_open(browser: Browser, service: Service) -> None:
    watching = await opened(browser, service, "/kpi/now", "leader")
    reading = await watching.context.new_page()
    await reading.goto(f"{service.address}/kpi?from=2020-01-01&to=2020-01-01")
    now, desks = service.parts.clock.now(), service.parts.desks
    for page in (watching, reading):
        await expect(page.locator("#alerts")).to_be_hidden()
    await desks.store.write(lambda tx: store.alerts.tell(tx, "default", "complaints", "2026-11-11", now, 4, 3))
    await desks.say("default", "alerts")
    for page in (watching, reading):
        await expect(page.locator("#alerts")).to_contain_text("今天 1 条提醒")
        assert await violations(page) == []
    await watching.context.close()
