"""Who orders in silence has follow-ups before there is a chat; they belong to the first one that begins.

Not for follow-ups that began in a chat: the buyer's next one shows them, and they stay where they are.
"""

from __future__ import annotations

from assistant import store
from assistant.domain.facts import Fact
from assistant.services.desk import Desk


def bring_along(desk: Desk, fact: Fact) -> None:
    """Give the follow-ups that have no chat the one that has just begun: only so are they counted, led to and kept up
    to date beside it."""
    chat = desk.conversation_of(fact.conversation) if fact.conversation is not None else None
    if chat is None:
        return
    for follow_up in desk.follow_ups(chat.buyer):
        if follow_up.conversation is None:
            follow_up.conversation, follow_up.agent = chat.id, follow_up.agent or chat.agent
            store.follow_ups.save(desk.tx, follow_up)
            desk.touch(chat, "follow_ups")
