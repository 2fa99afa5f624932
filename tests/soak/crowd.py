"""Buyers and agents who talk without end, as a platform tells of them: what is not acknowledged is sent again, some of
it comes twice, late or shuffled. Follow-ups come due within seconds of being sent."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout

from tests.services.shop import ASKS, HOLDS, REFUSES, TELLS

Event = dict[str, Any]
AGENTS = ("a1", "a2", "a3")
# A request that nothing answers is sent again after so many seconds; so does a platform.
PATIENCE = 30.0


class Scene:
    """One buyer's talk, written down as events; `soon` is a moment a few seconds ahead."""

    def __init__(self, rng: random.Random, name: str, now: datetime) -> None:
        self.rng, self.name, self.events = rng, name, list[Event]()
        self.soon = now + timedelta(seconds=rng.uniform(0.2, 3))

    def tell(self, kind: str, at: datetime, **fields: Any) -> None:
        id = f"{self.name}-{len(self.events)}"
        self.events.append({"id": id, "type": kind, "at": at.isoformat(), "platform": "taobao", **fields})

    def says(self, at: datetime, text: str, agent: str | None = None, **more: Any) -> None:
        side = {"side": "buyer"} if agent is None else {"side": "agent", "agent": agent}
        self.tell("message", at, conversation=f"c-{self.name}", buyer=f"b-{self.name}", text=text, **side, **more)

    def order(self, at: datetime, status: str) -> None:
        self.tell("order", at, order=f"o-{self.name}", buyer=f"b-{self.name}", status=status, amount="59.00")

    def becomes(self, at: datetime, state: str, **more: Any) -> None:
        self.tell("conversation", at, conversation=f"c-{self.name}", buyer=f"b-{self.name}", state=state, **more)

    @property
    def agent(self) -> str:
        return self.rng.choice(AGENTS)

    def often(self, share: float) -> bool:
        return self.rng.random() < share


def is_asked(scene: Scene) -> None:
    began = scene.soon - timedelta(minutes=5)
    scene.says(began - timedelta(seconds=20), "在吗")
    scene.says(began, ASKS, scene.agent)
    if scene.often(0.3):
        scene.says(began + timedelta(minutes=2), "平时穿M码")
    elif scene.often(0.3):
        scene.becomes(began + timedelta(minutes=3), "closed")


def is_told(scene: Scene) -> None:
    began = scene.soon - timedelta(minutes=15)
    scene.says(began - timedelta(seconds=20), "能便宜点嘛")
    scene.says(began, TELLS, scene.agent)
    if scene.often(0.3):
        scene.says(began + timedelta(minutes=1), REFUSES)
    elif scene.often(0.3):
        scene.order(began + timedelta(minutes=2), "unpaid")
        scene.order(began + timedelta(minutes=4), "paid")


def orders(scene: Scene) -> None:
    began = scene.soon - timedelta(minutes=15)
    scene.says(began - timedelta(minutes=1), "这款有货吗")
    scene.order(began, "unpaid")
    if scene.often(0.5):
        scene.order(began + timedelta(minutes=3), scene.rng.choice(["paid", "closed_unpaid", "shipped"]))
    scene.tell("buyer", began, buyer=f"b-{scene.name}", nickname="小鱼", tags=["价格敏感"])


def is_promised(scene: Scene) -> None:
    began = scene.soon - timedelta(minutes=2)
    scene.says(began - timedelta(seconds=40), "我的快递怎么还没到")
    scene.says(began, HOLDS, scene.agent)
    if scene.often(0.4):
        scene.becomes(began + timedelta(seconds=20), "transferred", agent=scene.agent)
    if scene.often(0.4):
        scene.says(began + timedelta(minutes=1), "亲，查到了，包裹今天下午派送", scene.agent)


def is_answered(scene: Scene) -> None:
    began = scene.soon - timedelta(minutes=3)
    scene.says(began, "是什么面料的")
    scene.says(began + timedelta(seconds=15), "亲，是纯棉的哦", scene.agent)
    scene.says(began + timedelta(seconds=30), "谢谢")
    scene.becomes(began + timedelta(minutes=2), "closed")
    scene.tell("rating", began + timedelta(minutes=2), conversation=f"c-{scene.name}", score=5)


SCENES: Sequence[Callable[[Scene], None]] = (is_asked, is_told, orders, is_promised, is_answered)


@dataclass
class Crowd:
    """`address` gives a node that may be up. `counts`: requests by what became of them."""

    address: Callable[[], str | None]
    key: str
    seed: int
    pause: float = 0.0
    acknowledged: set[str] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)
    leaving: bool = False

    async def talk(self, senders: int) -> None:
        """Until `leaving`; whoever has begun a scene ends it, however often the service is gone."""
        headers = {"Authorization": f"Bearer {self.key}"}
        async with ClientSession(headers=headers, timeout=ClientTimeout(PATIENCE)) as http:
            await asyncio.gather(*(self._send(http, sender) for sender in range(senders)))

    async def _send(self, http: ClientSession, sender: int) -> None:
        number = 0
        while not self.leaving:
            rng = random.Random(f"{self.seed}-{sender}-{number}")
            scene = Scene(rng, f"{self.seed}-{sender}-{number}", datetime.now(UTC))
            rng.choice(SCENES)(scene)
            for request in _requests(rng, scene.events):
                await self._deliver(http, request)
                await asyncio.sleep(self.pause)
            if rng.random() < 0.3:
                await self._act(http, rng, scene)
            number += 1

    async def _deliver(self, http: ClientSession, events: list[Event]) -> None:
        """Again and again until it is acknowledged."""
        while True:
            status = await self._post(http, "/api/v1/events", events)
            if status == 200:
                self.acknowledged.update(event["id"] for event in events)
                return
            assert status in (None, 429, 503), status
            await asyncio.sleep(0.1)

    async def _post(self, http: ClientSession, path: str, body: object) -> int | None:
        """The answer's status; None where nobody answered."""
        address, status = self.address(), None
        try:
            if address is not None:
                async with http.post(address + path, json=body) as answer:
                    status = answer.status
        except (ClientError, OSError, TimeoutError):
            status = None
        self.counts[str(status or "nobody answered")] += 1
        return status

    async def _act(self, http: ClientSession, rng: random.Random, scene: Scene) -> None:
        """An agent looks at the chat and does something with a card; if nobody answers, she lets it be."""
        address = self.address()
        try:
            async with http.get(f"{address}/api/v1/conversations/c-{scene.name}/sidebar") as answer:
                shown = await answer.json() if answer.status == 200 else {}
        except (ClientError, OSError, TimeoutError, ValueError):
            return
        for follow_up in shown.get("follow_ups", ()):
            action = rng.choice(["done", "dismiss", "snooze"])
            more = {"minutes": 1} if action == "snooze" else {}
            await self._post(http, f"/api/v1/follow-ups/{follow_up['id']}", {"action": action, **more})


def _requests(rng: random.Random, events: list[Event]) -> list[list[Event]]:
    """The events of a scene as a platform delivers them: in order or not, one by one or together, some twice."""
    events = list(events)
    if rng.random() < 0.3:
        rng.shuffle(events)
        # Only a conversation that is known can be rated.
        events.sort(key=lambda event: event["type"] == "rating")
    requests = [events] if rng.random() < 0.3 else [[event] for event in events]
    return [*requests, *rng.sample(requests, k=min(len(requests), int(rng.random() < 0.2)))]
