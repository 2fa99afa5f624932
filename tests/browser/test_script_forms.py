"""The form of every kind of row: it says what the row says, changes nothing by itself, writes what is meant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml
from playwright.async_api import Browser, Page, expect

from assistant.app import tables
from assistant.domain.script_rows import rows, value_of
from assistant.settings import Settings
from tests.browser.signed_in import opened
from tests.web.service import Service, running
from tests.web.small_tables import small_tables

# Shows each row in its form and reads it back; answers with those that came back as something else.
CHANGED = """async rows => {
  const form = await import('/static/js/row_form.js');
  const plain = value => JSON.stringify(value, (_, one) =>
    one && typeof one === 'object' && !Array.isArray(one) ? Object.fromEntries(Object.entries(one).sort()) : one);
  return rows.filter(({table, value}) => {
    form.show(table, value, 'published');
    return plain(form.read()) !== plain(value);
  }).map(({table, id}) => `${table}/${id}`);
}"""
# What is written by hand and by other programs, besides what is shipped.
ODD = {
    "touchpoints": [
        "{id: a, name: x, 'on': order.unpaid, before_deadline: 1h30m, reply: r}",
        "{id: b, name: x, every: {day: 1}, reply: r, holdout: 0.25}",
        "{id: d, name: x, 'on': order.paid, every: {month_days: [15, 1], at: '9:00', lasts: 1d12h}, after: 5m}",
        "{id: c, name: x, 'on': agent.promised, reply: r, window: all day}",
    ],
    "promotions": [
        "{id: a, name: x, every: {reach: 300, minus: '19.90'}, not_stackable: [[tiers, coupon], [per_piece, tiers]]}",
        "{id: b, name: x, freight: {fee: 0, free_from: '99.50', excluded: [新疆, 西藏]}, returns: recalculate}",
    ],
    "checks": [
        "{id: a, name: x, refusable: false, categories: {食品: block}, platforms: {moon: 'off'}, in_tables: note}",
        "{id: b, name: x, refusable: true}",
    ],
    "situations": ["{id: a, name: x, record: [quantity, item], replies: [{id: r, text: t, tells: gift, more: 1}]}"],
    "shop": ["16:00", "{value: [中通, 圆通]}"],
}  # fmt: skip


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("forms")
    async with running(folder, settings=small_tables(folder)) as found:
        yield found


@pytest.fixture(scope="module")
async def page(browser: Browser, service: Service) -> AsyncIterator[Page]:
    found = await opened(browser, service, "/scripts", "trainer")
    yield found
    await found.context.close()


async def test_a_form_that_is_only_looked_at_changes_nothing_of_any_row(page: Page) -> None:
    shipped = [{"table": n.table, "id": n.id, "value": value_of(text)} for n, text in rows(tables(Settings())).items()]
    odd = [
        {"table": table, "id": text, "value": yaml.safe_load(text) if table != "shop" else value_of(text)}
        for table, texts in ODD.items()
        for text in texts
    ]
    assert len(shipped) > 400
    assert await page.evaluate(CHANGED, [*shipped, *odd]) == []


async def written(page: Page) -> str:
    await page.locator("[data-mode=yaml]").click()
    await expect(page.locator("#text")).to_be_visible()
    text = await page.locator("#text").input_value()
    await page.locator("[data-mode=form]").click()
    await expect(page.locator("#form")).to_be_visible()
    return text


async def begin(page: Page, table: str, name: str) -> None:
    await page.locator("#new select").select_option(table)
    await page.locator("#new input").fill(name)
    await page.keyboard.press("Enter")
    await expect(page.locator("#row-title")).to_have_text(name)


async def test_a_follow_up_is_written_without_knowing_any_key(page: Page) -> None:
    await begin(page, "touchpoints", "签收后问一问")
    form = page.locator("#form")
    await form.locator("[data-field=on]").select_option(label="订单签收")
    await form.locator(".delay [data-count]").fill("2")
    await form.locator(".delay [data-unit]").select_option(label="小时")
    await form.locator("[data-field=until] select").select_option(label="买家说话")
    await form.locator("[data-field=until] select").select_option(label="会话结束")
    await form.locator("[data-field=until] [data-value='buyer.spoke']").click()
    await form.locator("[data-group=window] [data-on]").check()
    await form.locator("[data-group=cap] [data-on]").check()
    await form.locator("[data-field=merge]").check()
    await form.locator("[data-field=reply]").fill("promotion-told")
    told = page.locator("#complaints b").first
    await expect(told).to_contain_text("没有叫 `promotion-told` 的话术")
    await expect(form.locator("label:has([data-field=reply]) .told")).to_be_visible()
    await form.locator("[data-field=reply]").fill("unpaid-after-order")
    await expect(form.locator("[data-reply-of] a")).to_have_attribute(
        "href", "/scripts?table=situations&id=unpaid-after-order"
    )
    await expect(page.locator("#looked")).to_have_attribute("data-state", "ok")
    assert value_of(await written(page)) == {
        "id": "qian-shou-hou-wen-yi-wen", "name": "签收后问一问", "on": "order.signed", "after": "2h",
        "until": ["conversation.closed"], "window": {"from": "08:00", "to": "22:00"}, "merge": "buyer",
        "cap": {"count": 1, "within": "1d", "key": "chat"}, "reply": "unpaid-after-order",
    }  # fmt: skip


async def test_that_no_promotion_runs_is_written_and_read_in_words(page: Page) -> None:
    await begin(page, "situations", "没有活动时问价")
    form = page.locator("#form")
    await form.locator(".conditions [data-add=condition]").first.click()
    asked = form.locator(".condition").first
    await asked.locator("[data-path]").select_option(label="正在进行的活动")
    await asked.locator("[data-words]").fill("没有活动、双十一")
    assert value_of(await written(page))["when"] == {"shop.campaign": ["none", "双十一"]}
    await expect(form.locator(".condition [data-words]").first).to_have_value("没有活动、双十一")


async def test_a_promotion_is_written_in_yuan_and_a_wrong_amount_is_told_where_it_stands(page: Page) -> None:
    await begin(page, "promotions", "双十一")
    form = page.locator("#form")
    await form.locator("[data-field=tiers] [data-add]").click()
    tier = form.locator("[data-field=tiers] .item")
    await tier.locator("[data-part=reach]").fill("300")
    await tier.locator("[data-part=minus]").fill("四十")
    await expect(tier.locator("label:has([data-part=minus]) .told")).to_be_visible()
    await tier.locator("[data-part=minus]").fill("19.90")
    await form.locator("[data-field=not_stackable] [data-add]").click()
    for rule in ("满减", "店铺券"):
        await form.locator("[data-field=not_stackable]").get_by_role("button", name=rule, exact=True).click()
    await form.locator("[data-group=coupon] [data-on]").check()
    await form.locator("[data-field='coupon.minus']").fill("15")
    value = value_of(await written(page))
    assert value["tiers"] == [{"reach": 300, "minus": "19.90"}]
    assert (value["coupon"], value["not_stackable"]) == ({"minus": 15}, [["tiers", "coupon"]])


async def test_a_check_has_its_switches_per_platform_and_its_own_examples(page: Page) -> None:
    await begin(page, "checks", "不说保价")
    form = page.locator("#form")
    await form.locator("[data-field=code]").select_option(label="C09 打包票")
    await form.locator("[data-field=words]").fill("保价|价保\n贵就赔")
    await form.locator("[data-field=unless]").fill("申请保价")
    await form.locator("[data-field=reason]").fill("店里没有保价")
    await form.locator("[data-field=instead]").fill("现在就是活动价")
    await form.locator("[data-key=wecom]").select_option(label="不查")
    await form.locator("[data-field=refusable]").uncheck()
    await form.locator("[data-field=catches]").fill("我们保价的\n不降价")
    told = form.locator("label:has([data-field=catches]) .told")
    await expect(told).to_contain_text("第 2 行")
    await form.locator("[data-field=catches]").fill("我们保价的")
    await expect(page.locator("#looked")).to_have_attribute("data-state", "ok")
    value = value_of(await written(page))
    assert (value["platforms"], value["refusable"]) == ({"wecom": "off"}, False)
    assert (value["words"], value["unless"]) == (["保价|价保", "贵就赔"], ["申请保价"])


async def test_what_a_new_row_still_needs_is_said_softly_until_its_field_was_touched(page: Page) -> None:
    await begin(page, "situations", "问能不能刻字")
    goal = page.locator("label:has([data-field=goal])")
    await expect(goal.locator(".told")).to_have_attribute("data-tone", "todo")
    await expect(page.locator("#form [data-field=goal]")).to_be_focused()
    await page.keyboard.type("能")
    await page.keyboard.press("Backspace")
    await expect(goal.locator(".told")).to_have_attribute("data-tone", "bad")
    await page.get_by_role("button", name="数量", exact=True).click()
    await page.locator("#copy").click()
    await expect(page.locator("#row-title")).to_have_text("问能不能刻字（复制）")
    assert value_of(await written(page))["record"] == ["quantity"]


async def test_variables_are_marked_where_they_stand_and_all_are_offered_with_when_they_are_missing(page: Page) -> None:
    text = page.locator(".reply [data-part=text]").first
    await text.fill("亲{{ promotion.title }}，{{ promo.title }}")
    marks = page.locator(".reply .behind mark")
    await expect(marks).to_have_text(["{{ promotion.title }}", "{{ promo.title }}"])
    await expect(marks.first).to_have_attribute("data-tone", "warn")
    await expect(marks.last).to_have_attribute("data-tone", "bad")
    await text.fill("")
    await page.keyboard.type("{{")
    offers = page.locator("#variables [role=option]")
    await expect(page.locator("#variables [data-name='shipment.eta']")).to_contain_text("还没有发货时没有")
    assert await offers.count() > 25
    await page.keyboard.press("Escape")


async def test_the_sample_buyers_order_can_be_looked_at_in_another_state(page: Page) -> None:
    await page.goto(page.url.split("?")[0] + "?table=touchpoints&id=unpaid-15-minutes")
    unpaid = page.locator("#samples [data-sample=unpaid]")
    await expect(unpaid).to_have_attribute("aria-checked", "true")
    await expect(unpaid).to_contain_text("可以发")
    orders = page.frame_locator("#preview").locator("#orders")
    await page.locator("#ordered select").select_option(label="已签收")
    await expect(orders).to_contain_text("已签收")
