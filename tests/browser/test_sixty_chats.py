"""Sixty chats by keyboard: nothing is lost, nothing moves under the agent's hands, no text is for the wrong buyer.

The short form has a third as many and ends when all have been answered; with SOAK=1 it is twenty minutes (or MINUTES).
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, CDPSession, Page

from tests.browser.keyboard_agent import WATCH, Agent
from tests.browser.sixty_buyers import BUYERS, Buyers
from tests.fitted import publish
from tests.until import until
from tests.web.processes import Process

SOAK = os.environ.get("SOAK") == "1"
MINUTES = float(os.environ.get("MINUTES", "20" if SOAK else "0"))
LONGEST = max(600.0, MINUTES * 60 + 120)
SEED = 11
# Messages come so many seconds apart.
APART = 0.9 if SOAK else 0.5
MEGABYTE = 1024 * 1024
STORED = """
    SELECT conversations.external, messages.external, messages.text, messages.side
    FROM messages JOIN conversations ON conversations.id = messages.conversation
"""


@dataclass(frozen=True)
class Sizes:
    """In MB, after everything that can be thrown away has been: the page's heap, its nodes, the service's memory."""

    heap: float
    nodes: int
    service: float


def resident(process: int) -> float:
    """Memory of a process in MB; 0 where the system does not tell."""
    told = Path(f"/proc/{process}/statm")
    return int(told.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / MEGABYTE if told.exists() else 0.0


class Scales:
    def __init__(self, session: CDPSession, process: int) -> None:
        self._session, self._process = session, process

    async def prepare(self) -> None:
        await self._session.send("Performance.enable")

    async def weigh(self) -> Sizes:
        for _ in range(2):
            await self._session.send("HeapProfiler.collectGarbage")
        told = await self._session.send("Performance.getMetrics")
        found = {one["name"]: one["value"] for one in told["metrics"]}
        return Sizes(found["JSHeapUsedSize"] / MEGABYTE, int(found["Nodes"]), resident(self._process))


def name_the_buyer(rows: Any) -> None:
    """Every reply says whom it is for, so that one beside the wrong buyer gives itself away."""
    for name, value in rows.items() if isinstance(rows, dict) else enumerate(rows):
        if isinstance(value, dict | list):
            name_the_buyer(value)
        elif name == "text" and str(value).startswith("亲，"):
            rows[name] = value.replace("亲，", "亲 {{ buyer.nickname }}，", 1)


async def signed_in(page: Page, address: str, stderr: str) -> None:
    password = re.search(r"password (\S+) ", stderr)
    assert password, stderr
    await page.goto(f"{address}/login?next=/desk")
    await page.locator("#name").focus()
    await page.keyboard.type("admin")
    await page.keyboard.press("Tab")
    await page.keyboard.type(password[1])
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#conversations .row")
    await page.frame_locator("#sidebar").locator("#quick").wait_for()


@asynccontextmanager
async def at_work(browser: Browser, folder: Path) -> AsyncIterator[tuple[Agent, Buyers, Scales, Path]]:
    served = Process(folder)
    key = served.add_key()
    publish(served.url, name_the_buyer)
    address = await served.start("serve")
    context = await browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    await context.add_init_script(WATCH)
    page, complaints = await context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None)
    try:
        async with ClientSession(address, headers={"Authorization": f"Bearer {key}"}) as http:
            buyers = Buyers(http, SEED)
            arriving = asyncio.create_task(buyers.arrive())
            await asyncio.sleep(1)
            await signed_in(page, address, (folder / "stderr").read_text())
            await arriving
            scales = Scales(await context.new_cdp_session(page), served.process.pid)
            await scales.prepare()
            yield Agent(page, buyers, SEED), buyers, scales, served.database
        assert complaints == []
    finally:
        await context.close()
        assert await served.end(signal.SIGTERM) == 0


@pytest.mark.timeout(LONGEST)
async def test_sixty_chats_are_handled_by_keyboard_and_nothing_is_lost_or_moves_under_the_hands(
    browser: Browser, tmp_path: Path
) -> None:
    async with at_work(browser, tmp_path) as (agent, buyers, scales, database):
        await agent.press("Alt+J")
        speaking = asyncio.create_task(buyers.go_on(APART))
        sizes, began = [], time.monotonic()
        while len({chat for chat, _ in agent.sent}) < BUYERS:
            await agent.handle_next()
        sizes.append(await scales.weigh())  # every chat has been open once: from now on nothing may grow
        for part in (1, 2):
            while time.monotonic() - began < MINUTES * 30 * part:
                assert not speaking.done(), speaking.exception()
                await agent.handle_next()
            sizes.append(await scales.weigh())
            report(agent, buyers, sizes, time.monotonic() - began)
        buyers.silent = True
        await speaking
        await nothing_is_lost(database, agent, buyers)
        nothing_grows(sizes)


async def nothing_is_lost(database: Path, agent: Agent, buyers: Buyers) -> None:
    """What the agent has done last may still be on its way; what buyers have said has been acknowledged."""
    done = Counter(agent.sent), Counter(text for _, text in agent.notes)
    with suppress(TimeoutError):
        await until(lambda: kept(database)[:2] == done, every=0.1)
    sent, noted, heard = kept(database)
    assert (sent, noted) == done
    assert heard == {(buyer.conversation, id) for buyer in buyers.every for id in buyer.said}


def kept(database: Path) -> tuple[Counter[tuple[str, str]], Counter[str], set[tuple[str, str]]]:
    """(chat, text) of what agents sent, the texts of notes, (chat, id) of what buyers said."""
    with closing(sqlite3.connect(database)) as read:
        rows = read.execute(STORED).fetchall()
        noted = Counter(text for (text,) in read.execute("SELECT text FROM notes"))
    sent = Counter((chat, text) for chat, _, text, side in rows if side == "agent")
    return sent, noted, {(chat, id) for chat, id, _, side in rows if side == "buyer"}


def nothing_grows(sizes: list[Sizes]) -> None:
    first, last = sizes[0], sizes[-1]
    assert last.heap < first.heap * 1.3 + 3, sizes
    assert last.nodes < first.nodes * 1.5 + 3000, sizes
    assert last.service < first.service * 1.15 + 15, sizes


def report(agent: Agent, buyers: Buyers, sizes: list[Sizes], seconds: float) -> None:
    """Into the file REPORT, if it is named: what docs/performance.md quotes."""
    lines = [f"{seconds:.0f} s, {len(agent.sent)} answers, {buyers.acknowledged} messages of buyers; {dict(agent.did)}"]
    for kind, found in agent.latencies.items():
        if len(found) > 1:
            p99 = statistics.quantiles(found, n=100, method="inclusive")[98]
            lines.append(f"{kind}: {len(found)} times, p50 {statistics.median(found):.1f} ms, p99 {p99:.1f} ms")
    lines += [f"heap {one.heap:.2f} MB, {one.nodes} nodes, service {one.service:.1f} MB" for one in sizes]
    Path(os.environ.get("REPORT", os.devnull)).write_text("\n".join(lines) + "\n", encoding="utf-8")
