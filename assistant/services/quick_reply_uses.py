"""Keeps what became of quick replies: which one was inserted into a chat, and whether the next message was it."""

from __future__ import annotations

from datetime import datetime

from assistant import store
from assistant.domain import events
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.personal_replies import id_of
from assistant.domain.practice import real_shop
from assistant.domain.quick_reply_origins import came_from
from assistant.domain.suggestions import RECOGNISED
from assistant.services.desk import Desk
from assistant.store.conversations import Conversation
from assistant.store.quick_reply_uses import Use

LONGEST = 10_000


def inserted(desk: Desk, conversation: Conversation, name: str, text: str, *, agent: str) -> None:
    """The agent put a quick reply into the composer, with what was filled in. Raises NotFound, InvalidInput."""
    if not text.strip() or len(text) > LONGEST or "\x00" in text:
        raise InvalidInput(f"send the text that was inserted, at most {LONGEST} characters")
    if not _exists(desk, name, agent):
        raise NotFound(f"there is no quick reply {name!r}")
    use = _use(desk, conversation, name, text, agent, desk.now)
    use.inserted_at = desk.now
    store.quick_reply_uses.add(desk.tx, use)
    conversation.using = use.id
    desk.touch(conversation)


def _exists(desk: Desk, name: str, agent: str) -> bool:
    own = id_of(name)
    if own is None:
        return any(reply.id == name for reply in desk.shop.quick_replies.replies)
    return store.personal_replies.get(desk.tx, real_shop(desk.shop.id), agent, own) is not None


def standing(desk: Desk, conversation: Conversation, at: datetime) -> Use | None:
    """The quick reply that was inserted a moment ago and not sent yet."""
    use = store.quick_reply_uses.get(desk.tx, conversation.using) if conversation.using is not None else None
    fresh = use is not None and use.message is None and (use.inserted_at or use.at) >= at - RECOGNISED
    return use if fresh else None


def changed(use: Use, event: events.Message) -> bool | None:
    """Whether a message changed what was inserted; None: it is another message."""
    return came_from(use.text, event.text) if use.agent == event.agent else None


def sent(desk: Desk, conversation: Conversation, event: events.Message, name: str, *, edited: bool) -> None:
    """A message came from a quick reply."""
    use = standing(desk, conversation, event.at)
    if use is None or use.name != name:
        use = _use(desk, conversation, name, event.text, event.agent, event.at)
    use.message, use.edited, use.agent = event.id, edited, event.agent
    if use.id:
        return store.quick_reply_uses.save(desk.tx, use)
    store.quick_reply_uses.add(desk.tx, use)


def _use(desk: Desk, conversation: Conversation, name: str, text: str, agent: str | None, at: datetime) -> Use:
    return Use(0, desk.shop.id, conversation.id, conversation.buyer, agent, name, text, at)
