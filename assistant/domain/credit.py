"""Who earns an order: the agent in whose chat with the buyer it was made, or whose chat ended last before it.

DOMAIN 1.3 and 8.19. A chat is one agent's part of a session: sessions are told apart by silence. A day is judged by
what was said until its end, so that tomorrow's words change nothing of today's sales. Not for fetching messages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from assistant.domain.platform_changes import USUAL, Profiles

WITHIN: Final = timedelta(days=2)


class Said(NamedTuple):
    """A message of a buyer's conversation; `agent` is None unless a person of the shop wrote it."""

    at: datetime
    conversation: int
    platform: str
    by_buyer: bool
    agent: str | None


@dataclass(frozen=True, slots=True)
class Chat:
    """An agent's part of a session, from its first to its last message, both included."""

    agent: str
    conversation: int
    began: datetime
    ended: datetime


def chats(said: Iterable[Said], profiles: Profiles = USUAL) -> list[Chat]:
    """The chats that messages of one buyer (in order) make up."""
    conversations: defaultdict[int, list[Said]] = defaultdict(list)
    for message in said:
        conversations[message.conversation].append(message)
    sessions = (session for one in conversations.values() for session in _sessions(one, profiles))
    return [chat for session in sessions for chat in _parts(session)]


def _sessions(said: Sequence[Said], profiles: Profiles) -> list[list[Said]]:
    found = [[said[0]]]
    for before, message in pairwise(said):
        if message.at - before.at >= profiles.at(message.platform, message.at).session_gap:
            found.append([])
        found[-1].append(message)
    return found


def _parts(session: Sequence[Said]) -> list[Chat]:
    """Who answers first has had the chat from its beginning, who wrote last to its end."""
    wrote: dict[str, list[datetime]] = {}
    for message in session:
        if message.agent is not None:
            wrote.setdefault(message.agent, []).append(message.at)
    if not wrote:
        return []
    first, last = next(iter(wrote)), max(wrote, key=lambda agent: wrote[agent][-1])
    return [
        Chat(
            agent,
            session[0].conversation,
            session[0].at if agent == first else at[0],
            session[-1].at if agent == last else at[-1],
        )
        for agent, at in wrote.items()
    ]


def earns(found: Iterable[Chat], moment: datetime, spoke: Callable[[int], datetime | None]) -> Chat | None:
    """The chat that earns what happened at a moment; None: nobody did (a silent order).

    `spoke` says when the buyer first wrote in a conversation: before that it is nobody's merit (DOMAIN 8.19).
    """
    heard = [chat for chat in found if (at := spoke(chat.conversation)) is not None and at <= moment]
    during = [chat for chat in heard if chat.began <= moment <= chat.ended]
    if during:
        return max(during, key=lambda chat: (chat.ended, chat.began, chat.agent))
    before = [chat for chat in heard if moment - WITHIN <= chat.ended < moment]
    return max(before, key=lambda chat: (chat.ended, chat.began, chat.agent), default=None)
