"""Passes an agent's open follow-ups, promises among them, on to a colleague at the end of a shift (UI.md §2.8).

The chats that are hers go along. Not for transfers that a platform tells of (`conversations.py`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant import store
from assistant.domain.errors import InvalidInput, NotFound
from assistant.services import restating
from assistant.services.desk import Desk
from assistant.store.follow_ups import FollowUp

# Who wrote to buyers so lately is a colleague, also where nobody added a login for them.
SEEN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who can take over; `agent` is how facts name them."""

    agent: str
    name: str


@dataclass(frozen=True, slots=True)
class Load:
    """What an agent would pass on: open follow-ups, and how many of them are promises, or up already."""

    open: int = 0
    promises: int = 0
    due: int = 0


@dataclass(frozen=True, slots=True)
class Passed:
    """What was passed on: the follow-ups' ids and in how many chats; `left` are those beyond what one request takes."""

    follow_ups: tuple[int, ...] = ()
    chats: int = 0
    left: int = 0


def colleagues(tx: store.Transaction, shop: str, now: datetime) -> list[Colleague]:
    """Who works for the shop, by name: its people, and agents of its chats that nobody added as people."""
    known = {user.login: user.name for user in store.users.staff_of(tx, shop)}
    out = {user.login for user in store.users.every(tx) if user.disabled_at is not None}
    seen = store.conversations.agents_since(tx, shop, now - SEEN)
    everybody = {**{agent: agent for agent in seen if agent not in out}, **known}
    return sorted((Colleague(agent, name) for agent, name in everybody.items()), key=lambda one: (one.name, one.agent))


def load(tx: store.Transaction, shop: str, agent: str) -> Load:
    """What an agent holds at this moment."""
    found = store.follow_ups.held_by(tx, shop, agent)
    return Load(len(found), sum(row.promised is not None for row in found), sum(row.state == "due" for row in found))


def pass_on(desk: Desk, agent: str, to: str | None, *, by: str) -> Passed:
    """Give all open follow-ups of an agent to a colleague, or to whoever comes first (None)."""
    _check(desk, agent, to)
    held = store.follow_ups.held_by(desk.tx, desk.shop.id, agent)
    taken = held[: store.follow_ups.PASSED]
    chats = _give(desk, taken, agent, to, by=by, handed_by=agent)
    return Passed(tuple(row.id for row in taken), chats, len(held) - len(taken))


def pass_one(desk: Desk, id: int, to: str | None, *, by: str) -> Passed:
    """Give one open follow-up, and its chat, to a colleague, or to whoever comes first (None). Raises NotFound for what
    is no follow-up of the shop; of one that is over nothing is left to give."""
    row = store.follow_ups.get(desk.tx, desk.shop.id, id)
    if row is None:
        raise NotFound(f"there is no follow-up {id} in this shop")
    row = desk.adopt(row)
    holder = _holder(desk, row)
    _check(desk, holder, to)
    if row.state not in ("armed", "due"):
        return Passed()
    return Passed((row.id,), _give(desk, [row], holder, to, by=by, handed_by=holder))


def _holder(desk: Desk, row: FollowUp) -> str | None:
    """Who has to see to it, as in `store/follow_ups.HOLDER`."""
    chat = desk.conversation_of(row.conversation) if row.conversation is not None else None
    if chat is None or chat.agent is None or chat.agent == row.handed_by:
        return row.agent
    return chat.agent


def _check(desk: Desk, agent: str | None, to: str | None) -> None:
    if to is None:
        return
    if to == agent:
        raise InvalidInput(f"{agent} holds them already: choose a colleague, or nobody in particular", reason="holds")
    known = [one.agent for one in colleagues(desk.tx, desk.shop.id, desk.now)]
    if to not in known:
        others = ", ".join(one for one in known if one != agent) or "nobody else yet"
        raise InvalidInput(f"there is no agent {to!r} in this shop; there is: {others}", reason="no_agent", name=to)


def take_back(desk: Desk, agent: str, ids: Iterable[int], *, by: str) -> Passed:
    """Undo: what the agent handed over and is still open comes back to her."""
    found = (store.follow_ups.get(desk.tx, desk.shop.id, id) for id in ids)
    mine = [row for row in found if row is not None and row.state in ("armed", "due") and row.handed_by == agent]
    holders = dict.fromkeys(row.agent for row in mine)
    taken = [(holder, [row for row in mine if row.agent == holder]) for holder in holders]
    chats = sum(_give(desk, rows, holder, agent, by=by, handed_by=None) for holder, rows in taken)
    return Passed(tuple(row.id for row in mine), chats)


def _give(
    desk: Desk, rows: Sequence[FollowUp], agent: str | None, to: str | None, *, by: str, handed_by: str | None
) -> int:
    """Change the holder of follow-ups and of the chats they stand in; in how many chats."""
    counted = Counter(row.conversation for row in rows if row.conversation is not None)
    for row in map(desk.adopt, rows):
        row.agent, row.handed_by = to, handed_by
        store.follow_ups.save(desk.tx, row)
        restating.follow_up(desk, row)
    for id, count in counted.items():
        _give_chat(desk, id, agent, to, by=by, follow_ups=count)
    return len(counted)


def _give_chat(desk: Desk, id: int, agent: str | None, to: str | None, *, by: str, follow_ups: int) -> None:
    """The chat goes along, unless somebody else holds it: who answers the buyer must be who is reminded."""
    conversation = desk.conversation_of(id)
    assert conversation is not None
    desk.touch(conversation, "follow_ups")
    if conversation.agent not in (agent, None) or conversation.agent == to:
        return
    conversation.agent = to
    desk.record("conversation.transferred", conversation=conversation, agent=to, by=by, follow_ups=follow_ups)
