"""In a real browser: what buyers and colleagues write stays text on every page, a hidden number is shown awhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from playwright.async_api import Browser, Page, Request, expect
from sqlalchemy import select

from assistant import store
from assistant.domain.drafts import mark
from assistant.domain.notices import MOST_STANDING
from assistant.domain.staff import PUBLIC
from assistant.domain.trials import MOST_ARMS, Trial
from assistant.services import teams
from assistant.services.back_test_runs import Wish
from assistant.store.scripts import Version
from assistant.store.tables import facts
from assistant.web.routes import ADDRESSES
from tests.browser.payloads import MADE, PAYLOADS
from tests.browser.signed_in import opened
from tests.web.service import Service, message, running

WRITTEN = "x-made"  # as a part of what is seen
# Elements and attributes that no page of ours has, however it looks.
FOREIGN = f"""{MADE}, object, base, marquee, iframe[srcdoc], iframe[src^=http], svg image, svg animate, math, video,
  style, meta[http-equiv=refresh],
  [onload], [onerror], [onclick], [onfocus], [ontoggle], [onmouseover], [onbegin], [onstart],
  [href^='javascript:'], [href^='data:text'], [src*='elsewhere'], [action*='elsewhere'], [hx-get*='elsewhere']"""
WATCH = """window.violations = [];
addEventListener('securitypolicyviolation', ({violatedDirective, blockedURI}) =>
  violations.push(`${violatedDirective} ${blockedURI}`));"""
# What is to happen in half a minute is done when the test says so.
LATER = """const {setTimeout: real} = window, later = window.later = [];
window.setTimeout = (call, ms, ...more) => ms === 30_000 ? later.push(call) : real(call, ms, ...more);"""
# What lists buyers and their words, and what colleagues write.
TELLING = {
    "/desk", "/beside", "/notices", "/quick-replies", "/kpi/teams", "/people", "/audit", "/kpi/alerts",
    "/scripts", "/scripts/back-test", "/scripts/trials/1", "/scripts/publish",
}  # fmt: skip
# What pages may be asked for by.
ASKED = (
    "q", "id", "table", "conversation", "platform", "agent", "team", "from", "to", "by", "on", "words", "with", "shop",
    "kind", "person", "name", "situation", "reply", "next", "saved", "told", "order", "page", "form", "grain",
)  # fmt: skip


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("attacks")
    async with running(folder) as made:
        for begin in range(0, len(PAYLOADS), 10):
            events = [one for n in range(begin, begin + 10) if n < len(PAYLOADS) for one in of_a_buyer(n)]
            assert (await made.send(*events)) == (200, {"accepted": len(events), "duplicates": 0})
        await _colleagues(made)
        yield made


def of_a_buyer(number: int) -> list[dict[str, Any]]:
    """Everything a buyer or their platform can say, with one payload in every field that takes words."""
    said, at = PAYLOADS[number], datetime.now(UTC).isoformat()
    name = said[:200]
    who = {"at": at, "buyer": f"b{number}"}
    place = {"conversation": f"c{number}", "buyer": f"b{number}"}
    where, of_order = {"province": name, "city": name}, {"order": f"o{number}"}
    sent = {"at": at, "carrier": name, "tracking_no": name[:128]}
    back = {"refund": f"f{number}", "status": name, "reason": name}
    bought = {"status": "shipped", "amount": "1", "items": [{"sku": f"i{number}", "title": name, "category": name}]}
    review, tags = {"stars": 1, "text": said}, {"tags": [said[:20]], "attributes": {said[:200]: said}}
    way = [{"at": at, "text": said, "city": name, "node": name}]
    return [
        {"id": f"b{number}", "type": "buyer", "nickname": name, **where, **tags, **who},
        {"id": f"i{number}", "type": "item", "at": at, "item": f"i{number}", "title": name, "url": said},
        {"id": f"o{number}", "type": "order", "source": name, **of_order, **where, **bought, **who},
        {"id": f"s{number}", "type": "shipment", "trace": way, **of_order, **sent},
        {"id": f"f{number}", "type": "refund", **back, **of_order, **who},
        {"id": f"r{number}", "type": "review", "review": f"r{number}", **of_order, **who, **review},
        {"id": f"p{number}", "type": "promotion", "at": at, "promotion": f"p{number}", "title": name, "text": said},
        {"id": f"v{number}", "type": "view", "item": f"i{number}", **who},
        message(f"m{number}", said, **place),
        # All of them once more in one chat.
        message(f"all{number}", said, conversation="all", buyer="all"),
    ]  # fmt: skip


async def _colleagues(service: Service) -> None:
    known, at = {"buyer": "all", "phone": "13812345678"}, datetime.now(UTC).isoformat()
    assert (await service.send({"id": "phone", "type": "buyer", "at": at, **known}))[0] == 200
    admin, leader = service.cookie("admin"), service.cookie("leader")
    for number, said in enumerate(PAYLOADS):
        reply = {"title": said[:60], "text": said, "group": said[:30], "shortcut": ""}
        status, answer = await service.call("POST", "/api/v1/quick-replies/own", admin, json=reply)
        assert status == 200 or "{" in said, answer  # what a template may not hold is refused
        assert (await service.call("POST", "/api/v1/buyers/all/notes", json={"text": said}))[0] == 200
        if number < MOST_STANDING:
            assert (await service.call("POST", "/api/v1/notices", leader, json={"text": said[:100]}))[0] == 200
    await _trainers(service)
    await service.parts.desks.store.write(partial(_kept, now=datetime.now(UTC)))


async def _trainers(service: Service) -> None:
    """A row of each table that people read, with a payload in every field that takes words."""
    trainer, asked = service.cookie("trainer"), {"table": "situations", "id": "price-too-high"}
    _, row = await service.call("GET", "/scripts/row", trainer, params=asked)
    (reply, *_), words = row["value"]["replies"], {"name": PAYLOADS[0], "goal": PAYLOADS[1]}
    value = {**row["value"], **words, "phrases": list(PAYLOADS), "replies": [{**reply, "text": PAYLOADS[2]}]}
    rows = [{**asked, "value": value, "seen": row["mark"]}]
    for number in range(0, len(PAYLOADS), 3):
        group, title, text = (PAYLOADS[(number + at) % len(PAYLOADS)] for at in range(3))
        quick = {"id": f"attack-{number}", "group": group, "title": title, "text": text, "phrases": [text]}
        rows.append({"table": "quick_replies", "id": quick["id"], "value": quick, "seen": mark(None)})
    for one in rows:
        status, answer = await service.call("POST", "/scripts/row", trainer, json=one)
        assert status == 200, answer


def _kept(tx: store.Transaction, now: datetime) -> None:
    first = store.scripts.get(tx, "default", 1)
    assert first is not None
    for number, said in enumerate(PAYLOADS):
        texts = PAYLOADS[number : number + MOST_ARMS]
        store.trials.add(tx, Trial(0, "default", "price-too-high", said, texts, "paid", now, said))
        wish = Wish(version=1, changes=0, file=said)
        store.back_tests.end(tx, "default", store.back_tests.add(tx, "default", said, asdict(wish), now), "failed", now)
        if said.isprintable():
            teams.add(tx, "default", f"{number} {said}"[:40], now, by="boss")
        user = store.users.add(tx, f"colleague-{number}", said[:60], "x", now)
        store.users.join(tx, user, "default", "agent")
        store.scripts.add(tx, Version("default", number + 2, now, said[:60], said, first.content, first.model))
        letter = store.outgoing.add(
            tx, shop="default", way="mail", address="a@example.com", about="complaints", period=f"{number}",
            subject=said, text=said, html=None, now=now,
        )  # fmt: skip
        found = store.outgoing.get(tx, "default", letter)
        assert found is not None
        store.outgoing.put(tx, found, "failed", was="waiting", failure=said)


def paths() -> list[str]:
    """Every page, and those of one chat and one version."""
    shown = [one.path for one in ADDRESSES if one.method == "GET" and one.right != PUBLIC and "{" not in one.path]
    pages = [path for path in shown if not path.endswith(("/ws", "/file")) and not path.startswith("/api/")]
    lists = [f"/kpi/{name}" for name in ("buyers_received", "refund_rate", "check_hits")]
    chosen = "table=situations&id=price-too-high"
    rows = [f"/scripts?{chosen}", f"/scripts/words/behind?{chosen}", "/scripts?table=quick_replies&id=attack-6"]
    return [
        *pages,
        *lists,
        *rows,
        "/kpi/conversations/all",
        "/scripts/chats/all",
        "/scripts/versions/3",
        "/scripts/trials/1",
    ]


async def test_what_is_written_stays_text_on_every_page(browser: Browser, service: Service) -> None:
    page, wrong = await opened(browser, service, "/healthz", "admin"), list[str]()

    def asked(request: Request) -> None:
        if not request.url.startswith((service.address, service.address.replace("http", "ws"), "data:")):
            wrong.append(request.url)

    page.on("request", asked)
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.add_init_script(WATCH)
    for path in paths():
        answer = await page.goto(service.address + path + ("?conversation=all" if path == "/beside" else ""))
        wrong += [f"{path}: {found}" for found in lacking(answer.headers if answer else {})]
        if path == "/desk":
            await page.locator('[data-conversation="all"].row').click()
            await expect(page.locator(".message").filter(has_text=WRITTEN).first).to_be_visible()
            await expect(page.frame_locator("#sidebar").locator("#notes")).to_contain_text(WRITTEN)
        if path == "/beside":
            await expect(page.locator("#notes")).to_contain_text(WRITTEN)
        if path in TELLING:  # some ask for their lists once they are here
            await expect(page.locator("body")).to_contain_text(WRITTEN)
        wrong += [f"{path}: {found}" for found in await foreign(page)]
    await page.context.close()
    assert wrong == []
    assert set(paths()) >= TELLING


async def test_what_stands_in_an_address_stays_text_on_the_page_it_asks_for(browser: Browser, service: Service) -> None:
    page, wrong = await opened(browser, service, "/healthz", "admin"), list[str]()
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    await page.add_init_script(WATCH)
    for number, path in enumerate([*paths(), "/kpi/conversations/{id}", "/nowhere/{id}"]):
        said = [PAYLOADS[(number + at) % len(PAYLOADS)] for at in range(len(ASKED))]
        address = path.partition("?")[0].replace("{id}", quote(said[0], safe=""))
        await page.goto(f"{service.address}{address}?{urlencode(dict(zip(ASKED, said, strict=True)))}")
        wrong += [f"{path}: {found}" for found in await foreign(page)]
    await page.context.close()
    assert wrong == []


def lacking(headers: dict[str, str]) -> list[str]:
    """What scanners of pages look for in an answer's headers and do not find."""
    policy, page = headers.get("content-security-policy", ""), headers.get("content-type", "").startswith("text/html")
    always = {
        "nosniff": headers.get("x-content-type-options") == "nosniff",
        "not stored": headers.get("cache-control") == "no-store",
        "no versions": headers.get("server") == "assistant" and "x-powered-by" not in headers,
    }
    of_pages = {
        "no referrer": headers.get("referrer-policy") in ("no-referrer", "same-origin"),
        "only own scripts": "script-src 'self';" in policy and "unsafe" not in policy and "*" not in policy,
        "nothing else": policy.startswith("default-src 'none';") and "base-uri 'none'" in policy,
        "own forms": "form-action 'self'" in policy,
        "not embedded": policy.endswith(("frame-ancestors 'none'", "frame-ancestors 'self'")),
    }
    return [name for name, holds in {**always, **(of_pages if page else {})}.items() if not holds]


async def foreign(page: Page) -> list[str]:
    """What stands on the page, and in the frames in it, that we have not put there, and what the policy has refused."""
    found = []
    for frame in page.frames:
        found += await frame.evaluate(
            "selector => [...document.querySelectorAll(selector)].map(one => one.outerHTML.slice(0, 120))", FOREIGN
        )
        found += await frame.evaluate("window.violations ?? []")
    return found


async def test_a_hidden_number_is_shown_for_a_reason_by_keyboard_and_is_hidden_again(
    browser: Browser, service: Service
) -> None:
    page = await opened(browser, service, "/healthz", viewport={"width": 360, "height": 800})
    await page.add_init_script(LATER)
    await page.goto(f"{service.address}/beside?conversation=all")
    opener = page.locator("#reveal-open")
    await expect(page.locator(".spent")).to_contain_text("138****5678")
    await opener.focus()
    await page.keyboard.press("Enter")
    await expect(opener).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("Tab")
    await expect(page.locator("[data-reveal=call_back]")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("#revealed")).to_have_text("13812345678")
    await expect(page.locator("#revealed")).to_be_visible()
    await page.evaluate("later.forEach(call => call())")
    await expect(page.locator("#reveal")).to_be_hidden()
    await expect(page.locator("#revealed")).to_be_empty()
    # Escape hides it at once.
    await opener.click()
    await page.locator("[data-reveal=delivery]").click()
    await expect(page.locator("#revealed")).to_have_text("13812345678")
    await expect(page.locator("#reveal-hide")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.locator("#revealed")).to_be_empty()
    await expect(opener).to_be_focused()
    await page.context.close()
    assert await service.parts.desks.store.read(revealed) == ["call_back", "delivery"]


def revealed(tx: store.Transaction) -> list[str]:
    """The reasons that were recorded."""
    found = select(facts.c.data).where(facts.c.name == "access.revealed").order_by(facts.c.id)
    return [data["reason"] for data in tx.connection.scalars(found)]
