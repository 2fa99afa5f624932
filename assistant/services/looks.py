"""Who looked into an agent's chats: people are told what is seen of their work. Looking itself: `kpi_behind.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant import store
from assistant.store.facts import LATEST_LOOKS

BACK = timedelta(days=90)
LISTED = 200


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody opened a chat; `name` is how people call them, `conversation` the platform's id."""

    at: float
    agent: str
    name: str
    platform: str | None
    conversation: str | None


@dataclass(frozen=True, slots=True)
class LooksView:
    """The latest looks; `cut`: there were more."""

    rows: tuple[Look, ...]
    cut: bool


def at_chats_of(tx: store.Transaction, shop: str, agent: str, now: datetime) -> LooksView:
    """Others' looks into chats in which an agent had part, newest first."""
    names, found = store.users.called(tx, shop), store.facts.looks(tx, shop, now - BACK)
    rows = [
        Look(at.timestamp(), by or "", names.get(by or "", by or ""), platform, conversation)
        for at, by, platform, conversation, data in found
        if agent in data.get("of", ()) and by != agent
    ]
    return LooksView(tuple(rows[:LISTED]), len(rows) > LISTED or len(found) == LATEST_LOOKS)
