"""The load of `pipeline.py`: raw keep-alive HTTP posts, and one WebSocket per conversation that notes every push."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import time
from datetime import UTC, datetime

import websockets

# About two in five state a situation, as in real chats; the rest are acknowledgements, facts and small talk.
BUYER = (
    "能便宜点嘛",
    "嗯嗯好的",
    "这款还有M码吗",
    "我再看看",
    "什么时候发货呀",
    "谢谢",
    "在的",
    "会不会起球",
    "好的",
    "稍等我问下家里人",
)
AGENT = ("亲，在的", "好的呢", "我帮您看一下", "这款是棉的，不容易起球", "马上给您安排")
# Said in one chat of ten: in recorded chats fewer than one in forty starts a clock.
CLOCKS = ("您平时穿多大码呀", "今天满300减40哦")

# What screens show beside their conversation (`assistant/web/beside.py`).
BESIDE = {"queue", "today"}
TARGET = re.compile(r'hx-target="#([\w-]+)"')


class Load:
    """Speaks to one server as a platform and as the sidebars of its agents, `tokens` of a0, a1 and so on, who share the
    chats out."""

    def __init__(self, host: str, port: int, key: str, tokens: list[str], conversations: int) -> None:
        self._host, self._port, self._key, self._tokens = host, port, key, tokens
        self._conversations = [f"c{n}" for n in range(conversations)]
        self._numbers = itertools.count()
        self._sockets: list[websockets.ClientConnection] = []
        self._readers: list[asyncio.Task[None]] = []
        self._sent_at: dict[str, float] = {}
        self._latencies: list[float] = []
        self.acknowledged = self.pushed = 0

    async def open_sockets(self) -> None:
        """One socket per conversation; every conversation exists first."""
        for conversation in self._conversations:
            await self._post_once(self._event(conversation, "buyer"))
        for n, conversation in enumerate(self._conversations):
            token = self._tokens[n % len(self._tokens)]
            socket = await websockets.connect(
                f"ws://{self._host}:{self._port}/ws",
                subprotocols=[websockets.Subprotocol("assistant.v1"), websockets.Subprotocol(f"bearer.{token}")],
                compression=None,
            )
            await socket.send(json.dumps({"op": "open", "conversation": conversation}))
            self._sockets.append(socket)
            self._readers.append(asyncio.create_task(self._read(socket, conversation)))
        await asyncio.sleep(1.0)

    async def _read(self, socket: websockets.ClientConnection, conversation: str) -> None:
        try:
            async for told in socket:
                if only_beside(told):
                    continue
                self.pushed += 1
                sent = self._sent_at.pop(conversation, None)
                if sent is not None:
                    self._latencies.append(time.perf_counter() - sent)
        except websockets.ConnectionClosed:
            pass

    def _event(self, conversation: str, side: str) -> bytes:
        n = next(self._numbers)
        said: tuple[str, ...] = BUYER if side == "buyer" else AGENT
        if side == "agent" and conversation.endswith("0"):
            said = AGENT + CLOCKS
        event = {
            "id": f"e{n}",
            "type": "message",
            "at": datetime.now(UTC).isoformat(),
            "conversation": conversation,
            "buyer": f"b-{conversation}",
            "side": side,
            # A number at the end, so that nothing that remembers texts is flattered.
            "text": f"{said[n % len(said)]} {n}",
        }
        if side == "agent":
            event["agent"] = f"a{int(conversation[1:]) % len(self._tokens)}"
        body = json.dumps(event, ensure_ascii=False).encode()
        head = (
            f"POST /api/v1/events HTTP/1.1\r\nHost: {self._host}\r\nAuthorization: Bearer {self._key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    async def closed_loop(self, seconds: float, connections: int) -> None:
        """As fast as answers come, for so long."""
        until = time.perf_counter() + seconds
        await asyncio.gather(*(self._pump(until, n, connections) for n in range(connections)))

    async def _pump(self, until: float, start: int, step: int) -> None:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        # In each conversation two buyer messages, then the agent answers: about the mix of real chats.
        mine = self._conversations[start::step] or self._conversations[:1]
        turns = itertools.cycle([(conversation, side) for side in ("buyer", "buyer", "agent") for conversation in mine])
        while time.perf_counter() < until:
            writer.write(self._event(*next(turns)))
            await _answer(reader)
            self.acknowledged += 1
        writer.close()

    async def fixed_rate(self, seconds: float, rate: float) -> list[float]:
        """Seconds from sending an event to its push, at a steady rate."""
        self._latencies.clear()
        self._sent_at.clear()
        streams = [await asyncio.open_connection(self._host, self._port) for _ in range(8)]
        free = asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]]()
        for stream in streams:
            free.put_nowait(stream)
        started, tasks = time.perf_counter(), []
        for n in range(int(seconds * rate)):
            await asyncio.sleep(max(0.0, started + n / rate - time.perf_counter()))
            side = "agent" if n // len(self._conversations) % 3 == 2 else "buyer"
            tasks.append(
                asyncio.create_task(self._timed(free, self._conversations[n % len(self._conversations)], side))
            )
        await asyncio.gather(*tasks)
        await asyncio.sleep(0.5)
        for _, writer in streams:
            writer.close()
        return list(self._latencies)

    async def _timed(
        self, free: asyncio.Queue[tuple[asyncio.StreamReader, asyncio.StreamWriter]], conversation: str, side: str
    ) -> None:
        reader, writer = await free.get()
        self._sent_at[conversation] = time.perf_counter()
        writer.write(self._event(conversation, side))
        await _answer(reader)
        free.put_nowait((reader, writer))

    async def _post_once(self, request: bytes) -> None:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        writer.write(request)
        await _answer(reader)
        writer.close()

    async def close(self) -> None:
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*(socket.close() for socket in self._sockets), return_exceptions=True)


async def _answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    body = await reader.readexactly(length)
    if b" 200 " not in head[:20]:
        raise RuntimeError((head + body).decode())


def only_beside(told: str | bytes) -> bool:
    """Whether a push brings only what is looked up now and then for everybody, which no event has brought."""
    targets = set(TARGET.findall(str(told)))
    return bool(targets) and targets <= BESIDE
