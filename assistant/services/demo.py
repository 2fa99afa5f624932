"""The demo's scripted buyers: they ask, fall silent, order, pay, all through the ordinary door for events.

Every step has a fixed event id, so a restarted demo goes on where it stood.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
import yaml

from assistant import store
from assistant.domain.durations import parse_duration
from assistant.services.clocks import Clock, real_seconds
from assistant.services.desks import Desks
from assistant.services.intake import read, receive, whom
from assistant.services.scripted_orders import made, made_before

log = structlog.get_logger(__name__)
LOOK_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the play is given."""

    desks: Desks
    clock: Clock
    shop: str

    async def tell(self, found: Iterable[dict[str, Any]]) -> None:
        """Send events as a platform would."""
        now = self.clock.now()
        told = read([{"at": now.isoformat(), **event} for event in found], now, self.shop)
        await self.desks.write(self.shop, now, lambda desk: receive(desk, told), whom(told))

    async def had(self, platform: str, id: str) -> bool:
        return await self.desks.store.read(lambda tx: store.events.had(tx, self.shop, platform, id))

    async def wait(self, until: datetime) -> None:
        while (seconds := real_seconds(self.clock, until)) > 0:  # noqa: ASYNC110 - a clock cannot be awaited
            await asyncio.sleep(min(seconds, 1.0))


def read_play(text: str) -> dict[str, Any]:
    """The play as YAML tells it."""
    found = yaml.safe_load(text)
    assert isinstance(found, dict)
    return found


async def perform(play: dict[str, Any], stage: Stage) -> None:
    """Give the whole play once."""
    await stage.tell(_furniture(play, stage.clock.now()))
    items = {item["id"]: {"title": item["title"], "price": item["price"]} for item in play["items"]}
    results = await asyncio.gather(*(_act(stage, buyer, items) for buyer in play["buyers"]), return_exceptions=True)
    for error in results:
        if isinstance(error, Exception):
            log.error("demo.buyer_failed", exc_info=error)


def _furniture(play: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
    """Items, promotions, and who the buyers are and what they bought before."""
    told = goods(play, {buyer["platform"] for buyer in play["buyers"]}, now)
    for buyer in play["buyers"]:
        told += _person(buyer, now)
    return told


def goods(play: dict[str, Any], platforms: Iterable[str], now: datetime) -> list[dict[str, Any]]:
    """What the shop sells, and what it offers just now."""
    told: list[dict[str, Any]] = []
    for item in play["items"]:
        kept = {k: v for k, v in item.items() if k != "id"}
        about = {"type": "item", "id": f"item-{item['id']}", "item": item["id"], **kept}
        told += [{**about, "platform": platform} for platform in sorted(platforms)]
    for promotion in play["promotions"]:
        ends = (now + timedelta(days=promotion["days"])).isoformat()
        told.append(
            {
                "type": "promotion",
                "id": f"promotion-{promotion['id']}-{now:%Y%m%d}",
                "promotion": promotion["id"],
                "title": promotion["title"],
                "text": promotion["text"],
                "ends_at": ends,
            }
        )
    return told


def _person(buyer: dict[str, Any], now: datetime) -> list[dict[str, Any]]:
    place = {"platform": buyer["platform"], "buyer": buyer["id"]}
    known: dict[str, Any] = {
        k: buyer[k] for k in ("nickname", "tier", "phone", "province", "city", "tags") if k in buyer
    }
    told: list[dict[str, Any]] = [{"type": "buyer", "id": f"who-{buyer['id']}", **place, **known}]
    for n, past in enumerate(buyer.get("past", ())):
        line = {"sku": past["order"], "title": past["title"], "price": past["amount"]}
        told.append(made_before(place, past["order"], line, past["amount"], n, now))
    return told


async def _act(stage: Stage, buyer: dict[str, Any], items: dict[str, dict[str, str]]) -> None:
    for number, step in enumerate(buyer["steps"]):
        id = f"{buyer['id']}-{number}"
        if await stage.had(buyer["platform"], id):
            continue
        if "replied" in step:
            await _replied(stage, buyer)
        await stage.wait(stage.clock.now() + parse_duration(step.get("after") or step["replied"]))
        await stage.tell(_events(id, buyer, step, items))


async def _replied(stage: Stage, buyer: dict[str, Any]) -> None:
    """Until the agent has answered what was said last."""

    def answered(tx: store.Transaction) -> bool:
        found = store.conversations.find(tx, stage.shop, buyer["platform"], _chat(buyer))
        if found is None or found.answered_at is None:
            return False
        return found.buyer_at is None or found.answered_at >= found.buyer_at

    while not await stage.desks.store.read(answered):  # noqa: ASYNC110 - what is waited for is a row, not an event
        await asyncio.sleep(LOOK_SECONDS)


def _chat(buyer: dict[str, Any]) -> str:
    return str(buyer.get("chat") or f"chat-{buyer['id']}")


def _events(
    id: str, buyer: dict[str, Any], step: dict[str, Any], items: dict[str, dict[str, str]]
) -> list[dict[str, Any]]:
    """What the platform tells about one step."""
    place = {"platform": buyer["platform"], "buyer": buyer["id"]}
    if "say" in step:
        said = {"type": "message", "conversation": _chat(buyer), "side": "buyer", "text": step["say"]}
        return [{**place, **said, "id": id}]
    if "view" in step:
        return [{**place, "type": "view", "id": id, "item": step["view"]}]
    bought = items[step["item"]]
    order = {"items": [{"sku": step["item"], **bought}], **{k: step[k] for k in ("order", "amount", "status")}}
    return made(place, _chat(buyer), id, order, bought["title"])
