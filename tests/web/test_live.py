"""The hub with hand-written screens: what fails is tried again and kept apart from what does not."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web

from assistant import store
from assistant.app import opened_store
from assistant.bus.signals import Signal
from assistant.domain.errors import Unavailable
from assistant.domain.staff import Principal
from assistant.web import open_pages
from assistant.web.live import Hub
from assistant.web.open_pages import Parts, Socket, Topic
from tests.until import PATIENCE

AGENT = Principal("default", frozenset({"desk.use"}), "a1")


class Page:
    """A socket's far end that takes everything, or nothing."""

    def __init__(self, takes: bool = True) -> None:
        self.takes, self.closed, self.code = takes, False, 0
        self.got: asyncio.Queue[str] = asyncio.Queue()

    async def send_str(self, text: str) -> None:
        if not self.takes:
            await asyncio.Event().wait()
        self.got.put_nowait(text)

    async def close(self, *, code: int, drain: bool) -> bool:
        self.closed, self.code = True, code
        return True


class Number:
    """A screen that shows how often it was read; its first readings may fail."""

    def __init__(self, name: str, failing: Iterable[Exception] = ()) -> None:
        self.name, self.failing, self.readings = name, list(failing), 0

    @property
    def topic(self) -> Topic:
        return "default", None

    def conversations(self) -> Iterable[int]:
        return ()

    def read(self, tx: store.Transaction, before: object | None, changed: frozenset[str]) -> object:
        if self.failing:
            raise self.failing.pop(0)
        self.readings += 1
        return self.readings

    def moved(self, view: object) -> bool:
        return False

    def beside(self, view: object) -> object:
        return view

    def render(self, view: object, before: object | None) -> Parts:
        return {self.name: str(view)}


@asynccontextmanager
async def at_work(folder: Path, rest_seconds: float) -> AsyncIterator[Hub]:
    with opened_store(f"sqlite:///{folder}/hub.db") as opened:
        made = Hub(opened, lambda name, html: f"{name}={html}", rest_seconds)
        running = asyncio.create_task(made.run())
        yield made
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    """A hub whose screens need no rest."""
    async with at_work(tmp_path, 0.0) as made:
        yield made


@asynccontextmanager
async def showing(hub: Hub, page: Page, screen: Number) -> AsyncIterator[Socket]:
    socket = Socket(cast(web.WebSocketResponse, page), AGENT, "zh-CN")
    hub.add(socket)
    writing = asyncio.create_task(socket.write())
    hub.show(socket, screen)
    try:
        yield socket
    finally:
        hub.remove(socket)
        writing.cancel()


async def told(page: Page) -> Any:
    async with asyncio.timeout(PATIENCE):
        return await page.got.get()


async def test_what_could_not_be_read_is_shown_once_it_can(hub: Hub) -> None:
    page = Page()
    async with showing(hub, page, Number("a", [Unavailable(), Unavailable()])):
        assert await told(page) == "a=1"


async def test_a_screen_with_a_defect_costs_the_others_nothing(hub: Hub) -> None:
    broken, sound = Page(), Page()
    async with showing(hub, broken, Number("a", [ZeroDivisionError()] * 100)), showing(hub, sound, Number("b")):
        first = await told(sound)
        hub.hear(Signal("default", 1))
        assert await told(sound) != first
        assert broken.got.empty()


async def test_a_page_that_keeps_nothing_is_dropped_at_its_backlog(hub: Hub) -> None:
    stuck, sound = Page(takes=False), Page()
    async with showing(hub, stuck, Number("a")) as socket, showing(hub, sound, Number("b")):
        for n in range(open_pages.BACKLOG + 5):
            hub.hear(Signal("default", 1))
            assert await told(sound) == f"b={n + 1}"
        assert socket.dropping is not None
        await socket.dropping
        assert stuck.code == 1013


async def test_a_storm_of_changes_costs_one_rendering_and_the_last_of_them_is_shown(tmp_path: Path) -> None:
    page, screen = Page(), Number("a")
    async with at_work(tmp_path, 0.2) as hub, showing(hub, page, screen):
        assert await told(page) == "a=1"
        for _ in range(50):
            hub.hear(Signal("default", 1))
            await asyncio.sleep(0)
        assert await told(page) == "a=2"
        assert screen.readings == 2


async def test_a_page_that_has_rested_is_told_at_once_and_another_screen_never_waits(tmp_path: Path) -> None:
    page, other = Page(), Number("b")
    async with at_work(tmp_path, 3600.0) as hub, showing(hub, page, Number("a")) as socket:
        assert await told(page) == "a=1"
        hub.show(socket, other)
        assert await told(page) == "b=1"
        socket.rests_until = 0.0
        hub.hear(Signal("default", 1))
        assert await told(page) == "b=2"


async def test_a_removed_page_is_forgotten(hub: Hub) -> None:
    page, other = Page(), Page()
    async with showing(hub, other, Number("b")):
        async with showing(hub, page, Number("a")):
            assert await told(page) == "a=1"
        assert await told(other) == "b=1"
        hub.hear(Signal("default", 1))
        assert await told(other) == "b=2"
        assert page.got.empty()


class Beside(Number):
    """A screen beside which somebody waits."""

    waits = 0

    def read(self, tx: store.Transaction, before: object | None, changed: frozenset[str]) -> object:
        self.readings += 1
        return self.waits

    def beside(self, view: object) -> object:
        return view if view == self.waits else self.waits


async def test_what_stands_beside_is_pushed_without_reading_and_holds_nothing_back(tmp_path: Path) -> None:
    page, screen = Page(), Beside("a")
    async with at_work(tmp_path, rest_seconds=60.0) as hub, showing(hub, page, screen) as socket:
        assert await told(page) == "a=0"
        socket.rests_until = 0.0
        screen.waits = 3
        await hub.look_beside()
        assert await told(page) == "a=3"
        await hub.look_beside()
        assert page.got.empty()
        assert screen.readings == 1
        assert socket.rests_until <= asyncio.get_running_loop().time()
