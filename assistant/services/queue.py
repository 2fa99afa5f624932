"""Who waits for an agent and what has come up, over all their chats. Not for one conversation (`sidebar.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assistant import store
from assistant.domain.platforms import profile_of
from assistant.domain.waiting import level
from assistant.services.sidebar_view import QueueView
from assistant.store.queue import Entry


@dataclass(frozen=True, slots=True)
class Queue:
    """All of a shop that asks for somebody, the longest first."""

    waiting: Sequence[Entry] = ()
    due: Sequence[Entry] = ()

    def of(self, agent: str, here: str, now: datetime) -> QueueView:
        """What is the agent's or nobody's; `here` is the conversation they have open: they are led to another one."""
        waiting, due = _theirs(self.waiting, agent), _theirs(self.due, agent)
        late = [entry for entry in waiting if _late(entry, now)]
        return QueueView(len(waiting), len(late), len(due), *_next(waiting, here), *_next(due, here))


def read(tx: store.Transaction, shop: str) -> Queue:
    """The queue of a shop at this moment."""
    return Queue(store.queue.waiting(tx, shop), store.queue.due(tx, shop))


def _theirs(entries: Sequence[Entry], agent: str) -> list[Entry]:
    return [entry for entry in entries if entry.agent in (agent, None)]


def _late(entry: Entry, now: datetime) -> bool:
    return level((now - entry.since).total_seconds(), profile_of(entry.platform)) == "late"


def _next(entries: Sequence[Entry], here: str) -> tuple[str | None, str | None]:
    """Conversation and platform of the first that is not open already."""
    found = next((entry for entry in entries if entry.conversation != here), None)
    return (found.conversation, found.platform) if found else (None, None)
