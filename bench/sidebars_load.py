"""The load of `sidebars.py`: thousands of open sidebars, of which some are busy, from one process."""

from __future__ import annotations

import asyncio
import itertools
import json
import secrets
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from aiohttp import ClientConnectionError, ClientSession, ClientWebSocketResponse, TCPConnector, WSMsgType

from bench.pipeline_load import only_beside

# Posted together, and opened together, while nothing is measured.
AT_ONCE = 500
BUYER = ("能便宜点嘛", "这款还有M码吗", "什么时候发货呀", "会不会起球", "谢谢")
AGENT = ("亲，在的", "我帮您看一下", "这款是棉的，不容易起球")


class Load:
    """So many chats and their sidebars at one server."""

    def __init__(self, host: str, port: int, key: str, tokens: Sequence[str], sidebars: int, compressed: bool = False):
        self._key, self._tokens, self.sidebars = key, tokens, sidebars
        self._http = ClientSession(f"http://{host}:{port}", connector=TCPConnector(limit=0))
        self._compress = 15 if compressed else 0
        self._run, self._numbers = secrets.token_hex(4), itertools.count()
        self._sockets: dict[int, ClientWebSocketResponse] = {}
        self._readers: set[asyncio.Task[None]] = set()
        self._posted_at: dict[int, float] = {}
        self._shown: set[int] = set()
        self._all_shown = asyncio.Event()
        self.latencies: list[float] = []
        self.pushed = self.bytes = 0

    # --- chats

    async def fill(self) -> None:
        """Every chat has an order and a buyer's question; in two of three its agent has answered."""
        for start in range(0, self.sidebars, AT_ONCE):
            chats = range(start, min(start + AT_ONCE, self.sidebars))
            await self.post(*map(self._orders, chats))
            await self.post(*map(self._asks, chats))
            await self.post(*(self._answers(chat) for chat in chats if chat % 3))

    def _asks(self, chat: int) -> dict[str, Any]:
        return self._event(chat, type="message", side="buyer", text=BUYER[chat % len(BUYER)])

    def _answers(self, chat: int) -> dict[str, Any]:
        said, agent = AGENT[chat % len(AGENT)], f"a{chat % len(self._tokens)}"
        return self._event(chat, type="message", side="agent", agent=agent, text=said)

    def _orders(self, chat: int) -> dict[str, Any]:
        lines = [{"item": f"i{chat % 50}", "sku": "M", "title": "针织开衫", "quantity": 1, "price": "128.00"}]
        return self._event(chat, type="order", order=f"o{chat}", status="paid", amount="128.00", items=lines)

    def _event(self, chat: int, **more: Any) -> dict[str, Any]:
        at = datetime.now(UTC).isoformat()
        whose = {"conversation": f"c{chat}", "buyer": f"b{chat}"}
        if more["type"] == "order":
            del whose["conversation"]
        return {"id": f"{self._run}-{next(self._numbers)}", "at": at, **whose, **more}

    async def post(self, *events: dict[str, Any]) -> float:
        """Seconds until they are answered."""
        began, headers = time.perf_counter(), {"Authorization": f"Bearer {self._key}"}
        async with self._http.post("/api/v1/events", json=events, headers=headers) as answer:
            if answer.status != 200:
                raise RuntimeError((await answer.text())[:500])
        return time.perf_counter() - began

    async def push_plainly(self, text: str) -> None:
        """To a bare server: the same text to every socket."""
        for start in range(0, self.sidebars, AT_ONCE):
            chats = range(start, min(start + AT_ONCE, self.sidebars))
            await self.post(*({"conversation": f"c{chat}", "text": text} for chat in chats))

    # --- sidebars

    async def open(self, chats: Sequence[int], at_once: int = AT_ONCE) -> None:
        """Open the sidebars of these chats, so many at once."""
        places = asyncio.Semaphore(at_once)
        self._shown.clear()
        self._all_shown.clear()
        await asyncio.gather(*(self._open(chat, places) for chat in chats))

    async def _open(self, chat: int, places: asyncio.Semaphore) -> None:
        token = self._tokens[chat % len(self._tokens)]
        async with places:
            socket = await self._connected(token)
            while socket is None:
                await asyncio.sleep(0.5)
                socket = await self._connected(token)
        self._sockets[chat] = socket
        reader = asyncio.create_task(self._read(socket, chat))
        self._readers.add(reader)
        reader.add_done_callback(self._readers.discard)
        await socket.send_str(json.dumps({"op": "open", "conversation": f"c{chat}"}))

    async def _connected(self, token: str) -> ClientWebSocketResponse | None:
        with suppress(ClientConnectionError):
            return await self._http.ws_connect(
                "/ws", protocols=("assistant.v1", f"bearer.{token}"), compress=self._compress, max_msg_size=0
            )
        return None

    async def _read(self, socket: ClientWebSocketResponse, chat: int) -> None:
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            self.pushed += 1
            self.bytes += len(message.data.encode())
            if 'hx-target="#buyer"' in message.data:
                self._note_shown(chat)
            if not only_beside(message.data) and (posted := self._posted_at.pop(chat, None)) is not None:
                self.latencies.append(time.perf_counter() - posted)

    def _note_shown(self, chat: int) -> None:
        self._shown.add(chat)
        if len(self._shown) == self.sidebars:
            self._all_shown.set()

    async def shown(self, seconds: float) -> None:
        """Wait until every sidebar shows its chat."""
        async with asyncio.timeout(seconds):
            await self._all_shown.wait()

    async def cut(self) -> None:
        """All connections break, as when a network does."""
        for socket in self._sockets.values():
            if (transport := socket.get_extra_info("transport")) is not None:
                transport.abort()
            socket._response.close()  # the only door to the connection there is
        await asyncio.gather(*self._readers, return_exceptions=True)
        self._sockets.clear()

    # --- busy ones

    async def busy(self, chats: Sequence[int], rate: float, seconds: float) -> list[float]:
        """Buyer and agent take turns in these chats at a steady rate; seconds from an event to its push, in order."""
        self.latencies.clear()
        self._posted_at.clear()
        began, tasks = time.perf_counter(), []
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            chat, step = chats[number % len(chats)], (self._asks, self._answers)[number // len(chats) % 2]
            self._posted_at[chat] = time.perf_counter()
            tasks.append(asyncio.create_task(self.post(step(chat))))
        await asyncio.gather(*tasks)
        await asyncio.sleep(1.0)
        return sorted(self.latencies)

    async def posts_until(self, over: asyncio.Event, chats: Sequence[int], rate: float) -> list[float]:
        """Events at a steady rate, answered or not; how many seconds each waited for its answer, in order."""
        began, tasks = time.perf_counter(), list[asyncio.Task[float]]()
        while not over.is_set():
            tasks.append(asyncio.create_task(self.post(self._asks(chats[len(tasks) % len(chats)]))))
            await asyncio.sleep(max(0.0, began + len(tasks) / rate - time.perf_counter()))
        return sorted(await asyncio.gather(*tasks))

    async def close(self) -> None:
        await self.cut()
        await self._http.close()
