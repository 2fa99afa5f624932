"""What happened in a shop as events again, so that a trainer can see what other tables would have done with it.

Only what decides about words: messages, states of orders, tiers and provinces. Names and numbers of buyers stay where
they are. How often somebody had bought before the period is not among events, so everybody begins as new.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from typing import Any

from assistant import store
from assistant.domain.orders import yuan_text
from assistant.store.recorded import Moved, Profile, Said

MOST_EVENTS = 200_000
_STATUS = {f"order.{name}": name for name in ("created", "unpaid", "paid", "part_shipped", "shipped", "signed", "done")}


@dataclass(frozen=True, slots=True)
class Recording:
    """Events as JSON Lines in the order in which they happened; `cut`: there were more than are played."""

    lines: tuple[str, ...]
    cut: bool


def recording(tx: store.Transaction, shop: str, start: datetime, end: datetime, most: int = MOST_EVENTS) -> Recording:
    """The events of `start <= at < end`, the first `most` of them."""
    profiles = [_profile(one, start) for one in store.recorded.profiles(tx, shop, start, end)]
    said = [_message(one) for one in store.recorded.said(tx, shop, start, end, most + 1)]
    moved = [event for one in store.recorded.moved(tx, shop, start, end, most + 1) for event in _order(one)]
    played = list(merge(profiles, moved, said, key=lambda event: datetime.fromisoformat(event["at"])))
    return Recording(tuple(json.dumps({**event, "shop": shop}) for event in played[:most]), len(played) > most)


def _message(said: Said) -> dict[str, Any]:
    return {
        "id": said.id, "type": "message", "at": said.at.isoformat(), "platform": said.platform,
        "conversation": said.conversation, "buyer": said.buyer, "side": said.side, "agent": said.agent,
        "origin": said.origin, "text": said.text, "script": said.script, "item": said.item,
    }  # fmt: skip


def _order(moved: Moved) -> Iterator[dict[str, Any]]:
    status = moved.data.get("status") if moved.name == "order.closed" else _STATUS.get(moved.name)
    if status is None:
        return
    yield {
        "id": f"fact-{moved.fact}", "type": "order", "at": moved.at.isoformat(), "platform": moved.platform,
        "order": moved.order, "buyer": moved.buyer, "status": status, "amount": yuan_text(moved.amount),
        "created_at": moved.created_at.isoformat(), "source": moved.source, "cod": moved.cod,
        "pay_deadline": moved.pay_deadline.isoformat() if moved.pay_deadline else None,
        "stages": moved.stages, "items": moved.items,
    }  # fmt: skip


def _profile(profile: Profile, at: datetime) -> dict[str, Any]:
    return {
        "id": f"profile-{profile.platform}-{profile.buyer}"[:128], "type": "buyer", "at": at.isoformat(),
        "platform": profile.platform, "buyer": profile.buyer, "tier": profile.tier, "province": profile.province,
    }  # fmt: skip
