"""Sixty buyers who write at a bounded rate through the public door, and remember what they said. Scripted, not real."""

from __future__ import annotations

import asyncio
import os
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession

# The short form, which every test run has, makes do with a third of them.
BUYERS = 60 if os.environ.get("SOAK") == "1" else 20
# Whoever has said so much without an answer waits.
PATIENT = 3
STATES = ("none", "unpaid", "paid", "shipped", "signed")
ASKS = (
    "能便宜点嘛", "再优惠一点我就拍", "什么时候能发货呀", "发什么快递", "我穿多大码合适", "165，104斤选什么码",
    "退款几天到账呀", "快递怎么还没动", "可以开发票吗", "会不会起球", "洗了缩水吗", "包邮吗", "有赠品吗",
    "想改一下收货地址", "这个颜色有色差吗", "面料是什么成分", "我要退货，怎么弄", "收到破了个洞", "尺码不合适能换吗",
    "付不了款怎么办",
)  # fmt: skip
REMARKS = ("在吗", "好的", "嗯嗯", "谢谢", "那我看看", "晚点再付", "人呢", "？？")


@dataclass
class Buyer:
    """`said` are the ids of what was acknowledged, oldest first; `open` is how much of it is unanswered."""

    number: int
    said: list[str] = field(default_factory=list)
    open: int = 0

    @property
    def conversation(self) -> str:
        return f"c{self.number:02}"

    @property
    def nickname(self) -> str:
        return f"买家{self.number:02}号"


class Buyers:
    """All of them; `acknowledged` counts messages; `silent` lets them end when the one who speaks has been heard."""

    def __init__(self, http: ClientSession, seed: int) -> None:
        self.every = [Buyer(n) for n in range(BUYERS)]
        self.acknowledged = 0
        self.silent = False
        self._by_conversation = {buyer.conversation: buyer for buyer in self.every}
        self._http, self._random = http, random.Random(seed)
        self._numbers = iter(range(10**9))

    def of(self, conversation: str) -> Buyer:
        return self._by_conversation[conversation]

    async def arrive(self) -> None:
        """Everybody becomes known, with the order they have, and asks something; ten a second."""
        for buyer in self.every:
            about = {"type": "buyer", "buyer": buyer.conversation, "nickname": buyer.nickname}
            state = STATES[buyer.number % len(STATES)]
            order = {"type": "order", "order": f"o{buyer.number}", "buyer": buyer.conversation, "status": state}
            goods = {"amount": "129.00", "items": [{"sku": "k1", "title": "针织开衫"}]}
            await self._post([about, *([order | goods] if state != "none" else [])])
            await self.speak(buyer, self._random.choice(ASKS))
            await asyncio.sleep(0.1)

    async def go_on(self, every: float) -> None:
        """One message each so many seconds, until they are to be silent."""
        while not self.silent:
            patient = [buyer for buyer in self.every if buyer.open < PATIENT]
            if patient:
                text = self._random.choice(REMARKS if self._random.random() < 0.3 else ASKS)
                await self.speak(self._random.choice(patient), text)
            await asyncio.sleep(every)

    async def speak(self, buyer: Buyer, text: str) -> None:
        id = f"{buyer.conversation}-{len(buyer.said)}"
        buyer.open += 1
        place = {"conversation": buyer.conversation, "buyer": buyer.conversation, "side": "buyer", "text": text}
        await self._post([{"id": id, "type": "message", **place}])
        buyer.said.append(id)
        self.acknowledged += 1

    async def _post(self, events: list[dict[str, Any]]) -> None:
        now = datetime.now(UTC)
        dated = [
            {"id": f"event-{next(self._numbers)}", "at": (now - timedelta(milliseconds=n)).isoformat(), **event}
            for n, event in enumerate(events)
        ]
        async with self._http.post("/api/v1/events", json=dated) as answer:
            assert answer.status == 200, await answer.text()
