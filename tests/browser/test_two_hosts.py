"""Two shops at two chat hosts at once: each is read, answered and looked at by its own people, and shows nothing of the
other one, in whatever their pages, sockets and calls bring."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Error, Page, Request, WebSocket, expect

from assistant.connectors.running import Running
from assistant.connectors.stand_ins.chatwoot_demo import ChatwootPages
from tests.browser.signed_in import context_of
from tests.connectors import synapse
from tests.connectors.at_work import connected, reading
from tests.connectors.synapse import Person, Synapse
from tests.until import until
from tests.web.service import Service, running

HERE, THERE = "default", "other-shop"
# What a buyer is called and says, by shop: whoever belongs to the other one must never be sent any of it.
NAMES = {HERE: "小鹿爱吃糖", THERE: "南方小土豆"}
SAID = {HERE: "能便宜点嘛，我要给甲城的妹妹", THERE: "能便宜点嘛，我要给乙城的弟弟"}
LOOKED_AT = {"leader": ("/kpi/now", "/kpi", "/notices", "/kpi/teams"), "admin": ("/connections", "/people", "/audit")}


@pytest.fixture(scope="module")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    with synapse.started(tmp_path_factory.mktemp("synapse")) as made:
        yield made


@pytest.fixture
async def service(tmp_path: Path) -> AsyncIterator[Service]:
    async with running(tmp_path) as made:
        yield made


@dataclass
class Ear:
    """Everything that the service sends to one person's browser."""

    address: str
    heard: list[str] = field(default_factory=list)
    reading: list[asyncio.Task[None]] = field(default_factory=list)

    def listen_to(self, context: BrowserContext) -> None:
        context.on("requestfinished", self._finished)
        context.on("page", lambda page: page.on("websocket", self._opened))

    def _finished(self, request: Request) -> None:
        if request.url.startswith(self.address):
            self.reading.append(asyncio.create_task(self._read(request)))

    async def _read(self, request: Request) -> None:
        with suppress(Error):  # redirects have no body, and Chromium keeps none of a page that was left
            response = await request.response()
            self.heard.append((await response.body()).decode(errors="replace") if response else "")

    def _opened(self, socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: self.heard.append(str(frame)))

    async def all(self) -> str:
        await asyncio.gather(*self.reading)
        return "\n".join(self.heard)


@dataclass
class People:
    """One shop's people, each in a browser of their own."""

    browser: Browser
    service: Service
    shop: str
    ears: dict[str, Ear] = field(default_factory=dict)
    contexts: list[BrowserContext] = field(default_factory=list)

    async def page(self, role: str, path: str) -> Page:
        context = await context_of(self.browser, self.service, role, self.shop)
        self.contexts.append(context)
        self.ears[role] = Ear(self.service.address)
        self.ears[role].listen_to(context)
        page = await context.new_page()
        await page.goto(path if path.startswith("http") else self.service.address + path)
        return page

    async def look_around(self, role: str, chat: str) -> None:
        """At the pages of a role, then for the other shop's chat by its very name."""
        page = await self.page(role, "/healthz")
        for path in LOOKED_AT[role]:
            await page.goto(self.service.address + path)
            await expect(page.locator("h1, h2").first).to_be_visible()
        await self.ask_for(page, chat)

    async def ask_for(self, page: Page, chat: str) -> None:
        call = "async path => (await fetch(path)).status"
        found = await page.evaluate(call, f"/api/v1/conversations/{chat.replace('!', '%21')}/sidebar")
        assert found == 404, (self.shop, chat, found)

    async def close(self) -> None:
        for context in self.contexts:
            await context.close()


@dataclass
class Room:
    """A buyer, an agent and the bot in a room of the homeserver."""

    bot: Person
    agent: Person
    buyer: Person
    id: str

    def texts(self) -> list[tuple[str, str]]:
        return [(event["sender"], event["content"]["body"]) for event in self.buyer.hears(self.id)]


@pytest.fixture
def room(homeserver: Synapse) -> Room:
    bot, agent, buyer = (
        homeserver.person(name, shown) for name, shown in (("bot", None), ("wei", "小卫"), ("bean", NAMES[THERE]))
    )
    made = buyer.room(bot.id, agent.id)
    agent.join(made)
    return Room(bot, agent, buyer, made)


@pytest.fixture
async def chatwoot(service: Service, room: Room) -> AsyncIterator[ChatwootPages]:
    """Both hosts connected, each for its own shop, and read."""
    made, desks, clock = ChatwootPages(), service.parts.desks, service.parts.clock
    made.app_address = f"{service.address}/hosts/chatwoot"
    reads, made.own_token = made.user(1, "管理员"), made.user(12, "林晓")
    made.chat(418, 9031, NAMES[HERE])
    async with made.running():
        await connected(
            desks, clock, HERE, "chatwoot", url=made.address, account_id=3, access_token=reads,
            agents=f"12=agent-{HERE}", agent_tokens=f"agent-{HERE}={made.own_token}",
        )  # fmt: skip
        await connected(
            desks, clock, THERE, "matrix", homeserver=room.bot.address, access_token=room.bot.token,
            agents=f"{room.agent.id}=agent-{THERE}",
        )  # fmt: skip
        async with reading(Running(desks, clock)):
            await until(lambda: made.listeners == 1)
            yield made


async def beside_chatwoot(people: People, chatwoot: ChatwootPages, other: str) -> None:
    """The tab inside Chatwoot opens the window beside; a click there sends as the agent."""
    await chatwoot.buyer_says(418, SAID[HERE])
    page = await people.page("agent", chatwoot.address)
    await page.get_by_role("tab", name="客服助手").click()
    async with page.expect_popup() as popup:
        await page.frame_locator("iframe").get_by_role("link", name="打开助手").click()
    beside = await popup.value
    await expect(beside.locator("#buyer-name")).to_have_text(NAMES[HERE])
    card = beside.locator("[data-card=suggestion]").first
    words = (await card.locator(".text").inner_text()).strip()
    await card.locator("[data-insert]").click()
    await page.get_by_role("tab", name="消息").click()
    await expect(page.locator("#messages p[data-mine]")).to_have_text(words)
    assert [one["sender_id"] for one in chatwoot.chats[418].messages[1:]] == [12]
    await people.ask_for(beside, other)


async def in_the_workbench(people: People, room: Room, other: str) -> None:
    """What is sent from the workbench goes into the room, and is shown as on its way until it is there."""
    page = await people.page("agent", "/desk")
    room.buyer.say(room.id, SAID[THERE])
    await page.locator("#conversations .row").filter(has_text=NAMES[THERE]).click()
    card = page.frame_locator("#sidebar").locator("[data-card=suggestion]").first
    words = (await card.locator(".text").inner_text()).strip()
    await card.locator("[data-insert]").click()
    await expect(page.locator("#draft")).to_have_value(words)
    await page.locator("#draft").press("Enter")
    await expect(page.locator("#chat .message[data-side=agent]:not([data-pending])")).to_contain_text(words)
    await expect(page.locator("#chat .message[data-pending]")).to_have_count(0)
    assert room.texts() == [(room.buyer.id, SAID[THERE]), (room.bot.id, words)]
    await people.ask_for(page, other)


async def its_agent_has_spoken(service: Service, shop: str) -> bool:
    """Whether that alone is kept; a host tells it some time after it has taken the words."""
    _, found = await service.call("GET", "/api/v1/facts?limit=5000", service.key(shop))
    return [fact["agent"] for fact in found["facts"] if fact["name"] == "agent.spoke"] == [f"agent-{shop}"]


async def test_two_shops_at_two_hosts_are_served_at_once_and_see_nothing_of_each_other(
    browser: Browser, service: Service, chatwoot: ChatwootPages, room: Room
) -> None:
    here, there = People(browser, service, HERE), People(browser, service, THERE)
    await asyncio.gather(beside_chatwoot(here, chatwoot, room.id), in_the_workbench(there, room, "418"))
    await asyncio.gather(
        *(people.look_around(role, chat) for people, chat in ((here, room.id), (there, "418")) for role in LOOKED_AT)
    )
    for people, other in ((here, THERE), (there, HERE)):
        for role, ear in people.ears.items():
            heard = await ear.all()
            assert f"agent-{people.shop}" in heard or NAMES[people.shop] in heard, (people.shop, role)
            for mark in (NAMES[other], SAID[other], f"agent-{other}"):
                assert mark not in heard, (people.shop, role, mark)
        await people.close()
    for shop in (HERE, THERE):
        await until(partial(its_agent_has_spoken, service, shop))
    assert len(chatwoot.chats[418].messages) == 2
