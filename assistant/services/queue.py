"""Who waits for an agent and what has come up, over all their chats. Not for one conversation (`sidebar.py`)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from assistant import store
from assistant.domain.platform_changes import USUAL, Profiles
from assistant.domain.waiting import turn
from assistant.services.sidebar_view import QueueView
from assistant.store.queue import Entry, Handed

# No agent is called so.
NOBODY = ""
# A chat's id and its platform, if that is known.
Place = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class _Share:
    """What of a queue is one agent's or nobody's; `late_from` is when each who waits will count as late, sorted: nobody
    is late for who only said thanks."""

    waiting: Sequence[Entry]
    due: Sequence[Entry]
    late_from: Sequence[datetime]
    taken: Sequence[Handed] = ()


@dataclass(frozen=True)
class Queue:
    """All of a shop that asks for somebody: whoever presses first, then who is late first."""

    waiting: Sequence[Entry] = ()
    due: Sequence[Entry] = ()
    handed: Sequence[Handed] = ()
    platforms: Profiles = field(default_factory=lambda: USUAL, compare=False, repr=False)
    # Every open screen asks, most of them for the same few agents.
    _shares: dict[str, _Share] = field(default_factory=dict, compare=False, repr=False)

    def of(self, agent: str, here: str, now: datetime, platform: str | None = None) -> QueueView:
        """What is the agent's or nobody's; `here` is the conversation they have open, of this platform if that is
        known: they are led to another one."""
        share = self._shares.get(agent) or self._shares.setdefault(agent, self._share(agent))
        late = bisect_left(share.late_from, now)
        open_now = here, platform
        first, up = _next(share.waiting, open_now), _next(share.due, open_now)
        pressed = (first.urged, first.wants_person) if first else (0, False)
        found = QueueView(len(share.waiting), late, len(share.due), *_place(first), *pressed, *_place(up))
        return replace(found, **_taken_over(share.taken, open_now)) if share.taken else found

    @cached_property
    def _in_turn(self) -> list[tuple[datetime, Entry]]:
        """All who wait in the order in which they are to be answered, each with when they will count as late."""
        owed = [(_late_from(entry, self.platforms), entry) for entry in self.waiting]
        return sorted(owed, key=_turn)

    @cached_property
    def _named(self) -> frozenset[str | None]:
        """The agents to whom something in here matters more than to others."""
        taken = {agent for row in self.handed for agent in (row.agent, row.handed_by)}
        return frozenset(taken.union(entry.agent for entry in (*self.waiting, *self.due)))

    def _share(self, agent: str) -> _Share:
        if agent and agent not in self._named:
            # What is nobody's is worked out once for all who have nothing of their own.
            return self._shares.get(NOBODY) or self._shares.setdefault(NOBODY, self._share(NOBODY))
        # What she gave away herself is nothing she took over.
        taken = [row for row in self.handed if row.agent in (agent, None) and row.handed_by != agent]
        owed = [(at, entry) for at, entry in self._in_turn if _is(entry, agent)]
        late = sorted(at for at, entry in owed if not entry.thanks)
        due = [entry for entry in self.due if _is(entry, agent)]
        return _Share([entry for _, entry in owed], due, late, taken)


def read(tx: store.Transaction, shop: str) -> Queue:
    """The queue of a shop at this moment."""
    waiting, due, handed = store.queue.waiting(tx, shop), store.queue.due(tx, shop), store.queue.handed(tx, shop)
    return Queue(waiting, due, handed, store.platforms.profiles(tx, shop))


def _taken_over(taken: Sequence[Handed], here: Place) -> dict[str, Any]:
    there = next((row for row in taken if row.conversation is not None and not _is_at(row, here)), None)
    return {
        "handed": len(taken),
        "handed_by": tuple(dict.fromkeys(row.handed_by for row in taken)),
        "next_handed": there.conversation if there else None,
        "next_handed_platform": there.platform if there else None,
    }


def _is(entry: Entry, agent: str) -> bool:
    """Whether it is the agent's or nobody's."""
    return entry.agent is None or entry.agent == agent


def _late_from(entry: Entry, profiles: Profiles) -> datetime:
    return entry.since + timedelta(seconds=profiles.at(entry.platform, entry.since).alarm.late)


def _turn(owed: tuple[datetime, Entry]) -> tuple[int, datetime]:
    late_from, entry = owed
    return turn(entry.since, late_from, presses=entry.urged > 0 or entry.wants_person, thanks=entry.thanks)


def _next(entries: Sequence[Entry], here: Place) -> Entry | None:
    """The first that is not open already."""
    return next((entry for entry in entries if not _is_at(entry, here)), None)


def _is_at(row: Entry | Handed, here: Place) -> bool:
    """Whether it is this chat: two platforms may call theirs the same."""
    id, platform = here
    return row.conversation == id and platform in (None, row.platform)


def _place(entry: Entry | None) -> tuple[str | None, str | None]:
    return (entry.conversation, entry.platform) if entry else (None, None)
