"""A node as a process of its own on a shared PostgreSQL and Valkey, and what a test asks of it."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse, CookieJar

from tests.until import until
from tests.web.open_page import OpenPage
from tests.web.processes import CLEAN, command
from tests.web.service import message

# The first start on an empty database fits the shop's tables.
PATIENCE = 180.0
# So long what a signal brings may take on a busy machine; by itself it takes some milliseconds.
AT_ONCE = 60.0


class Node:
    """`assistant serve` in a folder of its own; `address` once it is ready, `key` is shared by all nodes of a test."""

    def __init__(self, folder: Path, database: str, redis: str | None) -> None:
        self._errors = folder / "stderr"
        self.environment = CLEAN | {"ASSISTANT_DATABASE": database}
        if redis is not None:
            self.environment["ASSISTANT_REDIS"] = redis
        self.address = self.key = ""

    # --- its life

    async def begin(self, *words: str) -> None:
        with self._errors.open("ab") as errors:
            self.process = await asyncio.create_subprocess_exec(
                *command(*words, "--port", "0"), env=self.environment, stdout=asyncio.subprocess.PIPE, stderr=errors
            )

    async def ready(self) -> None:
        assert self.process.stdout is not None
        said = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)
        assert said, self.log()
        self.address = said.decode().split()[-1]

    async def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send this signal and wait for the end; the exit code."""
        self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), PATIENCE)

    async def gone(self) -> None:
        """At the end of a test, whatever became of it."""
        with suppress(ProcessLookupError, AttributeError):
            await self.end()

    def log(self) -> str:
        return self._errors.read_text()

    def workers(self) -> list[int]:
        """The processes that serve, of a node with several."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [pid for pid in map(int, children.split()) if _serves(pid)]

    # --- what is asked of it

    def run(self, *words: str) -> str:
        """What another command on the same database says."""
        ran = subprocess.run(command(*words), env=self.environment, capture_output=True, encoding="utf-8", check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def http(self) -> ClientSession:
        return ClientSession(self.address, headers={"Authorization": f"Bearer {self.key}"})

    async def ask(self, method: str, path: str, **more: Any) -> tuple[int, Any, Any]:
        """Status, JSON (or text) and headers of one request, over a connection of its own."""
        async with self.http() as http, http.request(method, path, **more) as answer:
            told = await (answer.json() if answer.content_type == "application/json" else answer.text())
            return answer.status, told, answer.headers

    async def send(self, *events: dict[str, Any]) -> None:
        status, told, _ = await self.ask("POST", "/api/v1/events", json=list(events))
        assert status == 200, told

    async def keep_sending(self, chat: str, acknowledged: set[str], enough: asyncio.Event) -> None:
        """Until nobody answers any more."""
        async with self.http() as http:
            for n in range(100_000):
                event = message(f"{chat}-{n}", "在吗", conversation=chat, buyer=chat)
                try:
                    async with http.post("/api/v1/events", json=event) as answer:
                        assert answer.status == 200, await answer.text()
                except (ClientError, OSError):
                    return
                acknowledged.add(event["id"])
                if len(acknowledged) >= 40:
                    enough.set()

    @asynccontextmanager
    async def sidebar(self, conversation: str) -> AsyncIterator[Screen]:
        """A sidebar that shows a conversation."""
        screen = await Screen.opened(self.address, self.key, conversation)
        try:
            yield screen
        finally:
            await screen.leave()

    @asynccontextmanager
    async def person(self, login: str, password: str) -> AsyncIterator[ClientSession]:
        """Somebody who is signed in at this node."""
        async with ClientSession(self.address, cookie_jar=CookieJar(unsafe=True)) as http:
            async with http.post("/login", data={"name": login, "password": password}) as answer:
                assert answer.status == 200, await answer.text()
            yield http

    @asynccontextmanager
    async def workbench(self, password: str) -> AsyncIterator[Screen]:
        """The administrator's list of conversations."""
        http = ClientSession(self.address, cookie_jar=CookieJar(unsafe=True))  # of an address in numbers
        async with http.post("/login", data={"name": "admin", "password": password}) as answer:
            assert answer.status == 200, await answer.text()
        screen = Screen(http, await http.ws_connect("/desk/ws"))
        try:
            await screen.parts("conversations")
            yield screen
        finally:
            await screen.leave()


Pair = tuple[Node, Node]


def _serves(pid: int) -> bool:
    """Whether it is a worker, and alive."""
    try:
        return "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return False


class Screen(OpenPage):
    """A page with connections of its own, so that it does not notice what happens to others."""

    def __init__(self, http: ClientSession, ws: ClientWebSocketResponse) -> None:
        super().__init__(ws)
        self._http = http

    @classmethod
    async def opened(cls, address: str, key: str, conversation: str) -> Screen:
        """A sidebar that shows a conversation. Raises OSError, or AssertionError for a socket that was closed."""
        http = ClientSession(address)
        try:
            screen = cls(http, await http.ws_connect("/ws", protocols=("assistant.v1", f"bearer.{key}")))
        except BaseException:
            await http.close()
            raise
        try:
            await screen.open(conversation)
            await screen.parts("buyer")
        except BaseException:
            await screen.leave()
            raise
        return screen

    async def leave(self) -> None:
        await self.ws.close()  # the session alone would leave the socket's connection to the garbage collector
        await self._http.close()


async def reopened(addresses: list[str], key: str, conversation: str) -> Screen:
    """A sidebar whose node died: tries the addresses in turn until one shows the conversation, as a page does."""
    found: list[Screen] = []

    async def shows() -> bool:
        addresses.append(addresses.pop(0))
        with suppress(ClientError, OSError, AssertionError):
            found.append(await Screen.opened(addresses[-1], key, conversation))
        return bool(found)

    await until(shows)
    return found[0]


def said(chat: str, n: int, text: str, **more: Any) -> dict[str, Any]:
    return message(f"{chat}-{n}", text, conversation=chat, buyer=chat, **more)
