"""The main job with the real service in a real browser: from the buyer's message to the clock that the order stops."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.signed_in import workbench
from tests.set_clock import SetClock
from tests.until import until
from tests.web.service import Service, message, running


def of_order(id: str, status: str) -> dict[str, object]:
    at = message("x")["at"]
    return {
        "id": id,
        "type": "order",
        "at": at,
        "order": "o1",
        "buyer": "b1",
        "status": status,
        "amount": "239.00",
        "items": [{"sku": "knit", "title": "针织开衫"}],
    }


async def test_the_price_reply_is_sent_by_keyboard_and_its_clock_runs_until_the_order_comes(
    browser: Browser, service: Service
) -> None:
    page, sidebar = await workbench(browser, service)
    promotion = {"promotion": "p1", "title": "秋冬满减", "text": "满300减40"}
    await service.send({"id": "p1", "type": "promotion", "at": message("x")["at"], **promotion})
    await service.send(message("m1", "能便宜点嘛"))
    row = page.locator('[data-conversation="c1"]').first
    await row.wait_for()
    await row.focus()
    await page.keyboard.press("Enter")
    card = sidebar.locator("[data-card=suggestion]").first
    await expect(card).to_contain_text("秋冬满减")
    await expect(card).to_contain_text("买家说")
    await page.keyboard.press("Alt+1")
    await expect(page.locator("#draft")).to_have_value(
        "亲，现在有「秋冬满减」，满300减40，您看中哪款？我帮您算算到手价"
    )
    await page.keyboard.press("Enter")
    running_clock = sidebar.locator("#follow_ups .running")
    await expect(running_clock).to_contain_text("活动告知后未下单")
    await expect(sidebar.locator("[data-card=suggestion]")).to_have_count(0)
    await service.send(of_order("o1-unpaid", "unpaid"))
    await expect(running_clock).not_to_contain_text("活动告知后未下单")
    await expect(running_clock).to_contain_text("下单后未付款")
    await expect(sidebar.locator("#orders")).to_contain_text("针织开衫")
    await service.send(of_order("o1-paid", "paid"))
    # The reply had also asked which one she likes: her order has answered that.
    await expect(running_clock).to_have_count(0)
    _, found = await service.call("GET", "/api/v1/facts?limit=5000")
    names = {fact["name"] for fact in found["facts"]}
    assert {"suggestion.shown", "suggestion.inserted", "suggestion.sent", "agent.told"} <= names
    assert {"follow_up.armed", "follow_up.cancelled", "order.created", "order.paid"} <= names
    await page.context.close()


async def test_the_holding_reply_is_a_promise_that_comes_due_and_is_kept_by_the_answer(
    browser: Browser, tmp_path: Path
) -> None:
    clock = SetClock(datetime(2026, 11, 11, 2, tzinfo=UTC))
    async with running(tmp_path, clock) as service:
        page, sidebar = await workbench(browser, service)
        await service.send(message("h1", "M码还有吗", at=clock.at.isoformat()))
        await page.locator('[data-conversation="c1"]').first.click()
        await expect(sidebar.locator("#hold")).to_be_visible()
        await page.locator("#draft").press("Alt+0")
        await expect(page.locator("#draft")).to_have_value("收到，我核实下，2分钟内回您")
        follow_ups = sidebar.locator("#follow_ups")
        await expect(follow_ups).not_to_contain_text("承诺")  # inserted is not sent
        await page.keyboard.press("Enter")
        await expect(follow_ups.locator(".running")).to_contain_text("承诺我：2分钟内回您")
        clock.step(minutes=2)
        card = follow_ups.locator("[data-card=follow_up]")
        await expect(card).to_contain_text("我：2分钟内回您")
        await expect(card).to_contain_text("让您久等了")
        await page.locator("#draft").fill("请稍等")
        await page.keyboard.press("Enter")
        await expect(page.locator("#chat")).to_contain_text("请稍等")
        await expect(card).to_be_visible()
        await page.locator("#draft").fill("M码有货的，亲")
        await page.keyboard.press("Enter")
        await expect(card).to_have_count(0)
        last = await service.facts("follow_up.armed", "follow_up.due", "follow_up.done", "follow_up.cancelled")
        assert [fact["name"] for fact in last] == ["follow_up.armed", "follow_up.due", "follow_up.done"]
        due = [datetime.fromisoformat(fact["at"]) for fact in last]
        assert due[1] - due[0] == timedelta(minutes=2)
        await page.context.close()


async def test_typed_words_stay_while_the_buyer_goes_on(browser: Browser, service: Service) -> None:
    page, sidebar = await workbench(browser, service)
    await service.send(message("t1", "碎花裙M码怎么没货了"))
    await page.locator('[data-conversation="c1"]').first.click()
    field = sidebar.locator("#records input").first
    await field.fill("碎花裙")
    await service.send(message("t2", "还会补货吗"))
    await expect(page.locator("#chat")).to_contain_text("还会补货吗")
    await expect(field).to_have_value("碎花裙")
    await expect(field).to_be_focused()
    await sidebar.locator("#records button").click()
    await expect(sidebar.locator("#notes")).to_contain_text("碎花裙")
    await expect(sidebar.locator("#records form")).to_have_count(0)
    await page.context.close()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_a_late_evening_is_offered_as_the_new_time(browser: Browser, service: Service, language: str) -> None:
    page, sidebar = await workbench(browser, service, locale=language)
    await service.send(message("l1", "在吗"), of_order("l-unpaid", "unpaid"))
    await service.send(message("l2", "明天再付"))
    await page.locator('[data-conversation="c1"]').first.click()
    offer = sidebar.locator("#follow_ups [data-action=postpone]")
    await expect(offer).to_contain_text("10:00")
    await offer.click()
    await expect(offer).to_have_count(0)
    await expect(sidebar.locator("#follow_ups .running")).to_contain_text("10:00")
    await page.context.close()


async def test_one_key_leads_to_who_has_waited_longest_and_another_to_what_is_due(
    browser: Browser, service: Service
) -> None:
    page, sidebar = await workbench(browser, service)
    await service.send(message("w1", "在吗", conversation="first", buyer="first"))
    await service.send(message("w2", "在吗", conversation="second", buyer="second"))
    await page.locator('[data-conversation="second"]').first.click()
    queue = sidebar.locator("#queue")
    await expect(queue).to_contain_text("待回 2")
    await page.locator("#draft").press("Alt+J")
    await expect(sidebar.locator("[data-conversation]")).to_have_attribute("data-conversation", "first")
    await expect(page.locator("#draft")).to_be_focused()
    await page.locator("#draft").fill("在的亲")
    await page.keyboard.press("Enter")
    await expect(queue).to_contain_text("待回 1")
    await page.keyboard.press("Alt+K")
    await expect(sidebar.locator("[data-conversation]")).to_have_attribute("data-conversation", "first")
    await page.context.close()


async def test_who_presses_goes_first_and_keeps_the_card_of_the_question(browser: Browser, service: Service) -> None:
    page, sidebar = await workbench(browser, service)
    await service.send(message("p1", "在吗", conversation="calm", buyer="calm"))
    await service.send(message("p2", "能便宜点嘛", conversation="urging", buyer="urging"))
    await service.send(message("p3", "在吗", conversation="open", buyer="open"))
    await page.locator('[data-conversation="open"]').first.click()
    await service.send(message("p4", "人呢", conversation="urging", buyer="urging"))
    await service.send(message("p5", "转人工", conversation="urging", buyer="urging"))
    await expect(sidebar.locator("#queue")).to_contain_text("要人工 · 催了 1 次")
    await expect(page.locator("#conversations .row").first).to_contain_text("要人工 · 催了 1 次")
    await page.locator("#draft").press("Alt+J")
    shown = sidebar.locator("#buyer [data-conversation]")
    await expect(shown).to_have_attribute("data-conversation", "urging")
    await expect(sidebar.locator("#suggestions article").first).to_contain_text("买家说「能便宜点嘛」")
    await page.context.close()


async def test_a_half_written_note_waits_for_its_own_buyer(browser: Browser, service: Service) -> None:
    page, sidebar = await workbench(browser, service)
    await service.send(message("n1", "在吗", conversation="mine", buyer="mine"))
    await service.send(message("n2", "在吗", conversation="other", buyer="other"))
    await page.locator('[data-conversation="mine"]').first.click()
    await sidebar.locator("#notes-summary").click()
    note = sidebar.locator("#note-text")
    await note.fill("喜欢宽松款")
    await page.locator('[data-conversation="other"]').first.click()
    shown = sidebar.locator("#buyer [data-conversation]")
    await expect(shown).to_have_attribute("data-conversation", "other")
    await expect(note).to_have_value("")
    await page.locator('[data-conversation="mine"]').first.click()
    await expect(shown).to_have_attribute("data-conversation", "mine")
    await expect(note).to_have_value("喜欢宽松款")
    await page.context.close()


async def test_while_a_chosen_chat_is_on_its_way_the_one_before_is_not_shown(
    browser: Browser, service: Service
) -> None:
    page, _ = await workbench(browser, service)
    await service.send(message("s1", "第一位买家的话", conversation="mine", buyer="mine"))
    await service.send(message("s2", "第二位买家的话", conversation="other", buyer="other"))
    await page.locator('[data-conversation="mine"]').first.click()
    words = page.get_by_text("第一位买家的话").locator("visible=true")
    await expect(page.locator("#chat .message")).to_be_visible()
    # What is seen in the very moment of the click, before any answer can have come.
    seen = await page.evaluate(
        """() => {
          document.querySelector('#conversations [data-conversation="other"]').click();
          return getComputedStyle(document.querySelector('#chat .messages')).visibility;
        }"""
    )
    assert seen == "hidden"
    await expect(page.locator("#chat")).to_contain_text("第二位买家的话")
    await expect(page.locator("#chat .message")).to_be_visible()
    assert await words.count() <= 1  # in the list of conversations, not in the chat
    await page.context.close()


async def test_two_platforms_may_call_a_chat_alike_and_each_is_opened_answered_and_shown_as_its_own(
    browser: Browser, service: Service
) -> None:
    page, sidebar = await workbench(browser, service)
    for platform, words in (("taobao", "淘宝的买家"), ("jd", "京东的买家")):
        await service.send(message(f"m-{platform}", words, platform=platform, buyer=f"b-{platform}"))
    for platform, words in (("taobao", "淘宝的买家"), ("jd", "京东的买家")):
        row = page.locator(f'[data-conversation="c1"][data-platform="{platform}"].row')
        await row.click()
        await expect(row).to_have_attribute("aria-current", "true")
        await expect(page.locator("#conversations [aria-current]")).to_have_count(1)
        await expect(page.locator("#chat .messages")).to_contain_text(words)
        await expect(sidebar.locator(f'#buyer [data-platform="{platform}"]')).to_be_visible()
        await expect(sidebar.locator("#sidebar")).to_have_attribute("data-phase", "ready")
        await page.locator("#draft").fill(f"这里是{platform}")
        await page.keyboard.press("Enter")
        await expect(page.locator("#chat .messages")).to_contain_text(f"这里是{platform}")

    async def both_are_answered() -> bool:
        return [fact["platform"] for fact in await service.facts("agent.spoke")] == ["taobao", "jd"]

    await until(both_are_answered)
    await page.context.close()
