"""Two wordings of one reply on trial in a real browser: two buyers each see theirs, and the report tells what came."""

from playwright.async_api import Browser, Page, expect

from tests.browser.signed_in import opened
from tests.web.service import Service, message

OTHER = "亲，您想要什么价位的呢？我帮您看看怎么买更划算"


async def words_of(service: Service, chat: str) -> str:
    _, view = await service.call("GET", f"/api/v1/conversations/{chat}/sidebar")
    return str(view["suggestions"][0]["text"])


async def one_of_each_arm(service: Service) -> tuple[str, str]:
    """Chats of two buyers, the first of whom is shown the published words, the second the others."""
    seen: dict[bool, str] = {}
    for n in range(1, 30):
        await service.send(message(f"m{n}", "能便宜点嘛", conversation=f"c{n}", buyer=f"b{n}"))
        seen.setdefault(await words_of(service, f"c{n}") == OTHER, f"c{n}")
        if len(seen) == 2:
            return seen[False], seen[True]
    raise AssertionError("everybody is in one arm")


async def send_by_keyboard(page: Page, chat: str, text: str) -> None:
    row = page.locator(f'[data-conversation="{chat}"]').first
    await row.click()
    card = page.frame_locator("#sidebar").locator("[data-card=suggestion] .text").first
    await expect(card).to_have_text(text)
    await page.locator("#draft").focus()
    await page.keyboard.press("Alt+Digit1")
    await expect(page.locator("#draft")).to_have_value(text)
    await page.keyboard.press("Enter")
    await expect(page.locator("#chat .message:not([data-pending])").filter(has_text=text)).to_be_visible()


async def test_two_buyers_see_their_words_and_the_report_tells_them_apart(browser: Browser, service: Service) -> None:
    trainer = await opened(browser, service, "/scripts/trials", "trainer")
    await service.send(message("m0", "能便宜点嘛", conversation="c0", buyer="b0"))
    _, view = await service.call("GET", "/api/v1/conversations/c0/sidebar")
    card = view["suggestions"][0]
    published, name = card["text"], f"{card['situation']}/{card['reply']}"
    await trainer.locator("[name=name]").first.select_option(name)
    await trainer.get_by_role("button", name="写说法").click()
    await trainer.locator("[name=text]").first.fill(OTHER)
    await trainer.locator("[name=measure][value=unchanged]").check()
    await trainer.get_by_role("button", name="开始").click()
    await expect(trainer.locator("#arms tbody tr")).to_have_count(2)
    usual, other = await one_of_each_arm(service)
    agent = await opened(browser, service, "/desk")
    await send_by_keyboard(agent, usual, published)
    await send_by_keyboard(agent, other, OTHER)
    await trainer.reload()
    rows = trainer.locator("#arms tbody tr")
    for n in (0, 1):
        await expect(rows.nth(n).locator("td").nth(2)).to_have_text("1")
        await expect(rows.nth(n).locator("td").nth(6)).to_contain_text("100%")
    await expect(rows.nth(1)).to_contain_text("买家还太少")
    await trainer.locator("[name=keep][value='1']").check()
    await trainer.get_by_role("button", name="结束").click()
    await expect(trainer.locator("#kept")).to_contain_text("已存为草稿")
    await trainer.locator("#kept a").click()
    await expect(trainer.locator("body")).to_contain_text(OTHER)
    await agent.context.close()
    await trainer.context.close()
