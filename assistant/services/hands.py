"""Whose a conversation is and whether it is open: moved by each piece of news, and by what comes late only as far as
nothing newer has been told. Not for facts or figures of it (`conversations.py`, `messages.py`, `rounds.py`)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from assistant import store
from assistant.domain import events
from assistant.services.desk import Desk
from assistant.store.conversations import Conversation
from assistant.store.facts import HANDOVERS, LIVES


class Told(NamedTuple):
    """One fact of a conversation's life: `agent` is who was named to hold it. What only its first words tell, that it
    was opened, is left out."""

    name: str
    agent: str | None


def after_message(desk: Desk, conversation: Conversation, event: events.Message) -> None:
    """Somebody spoke: whoever of the shop speaks last holds the chat, and a buyer's words open it again."""
    newest = conversation.last_at is None or event.at >= conversation.last_at
    conversation.last_at = max(conversation.last_at or event.at, event.at)
    if event.item is not None and newest:
        conversation.item = event.item
    if event.side == "buyer":
        conversation.buyer_at = max(conversation.buyer_at or event.at, event.at)
        if conversation.state == "closed" and (newest or not _closed_since(desk, conversation, event.at)):
            conversation.state = "open"
    elif event.side == "agent" and event.origin == "human":
        last_words = conversation.answered_at is None or event.at >= conversation.answered_at
        conversation.answered_at = max(conversation.answered_at or event.at, event.at)
        if newest or (last_words and not _handed_since(desk, conversation, event.at)):
            conversation.agent = event.agent


def after_news(desk: Desk, conversation: Conversation, event: events.Conversation) -> None:
    """The platform told where a conversation stands and who holds it."""
    newest = conversation.last_at is None or event.at >= conversation.last_at
    conversation.last_at = max(conversation.last_at or event.at, event.at)
    if newest or not _since(desk, conversation, event.at):
        reopened = event.state == "closed" and conversation.buyer_at is not None and conversation.buyer_at > event.at
        conversation.state = "open" if reopened else event.state
    answered_since = conversation.answered_at is not None and conversation.answered_at > event.at
    if event.agent and (newest or not (answered_since or _handed_since(desk, conversation, event.at))):
        conversation.agent = event.agent


def _closed_since(desk: Desk, conversation: Conversation, at: datetime) -> bool:
    return any(told.name == "conversation.closed" for told in _since(desk, conversation, at))


def _handed_since(desk: Desk, conversation: Conversation, at: datetime) -> bool:
    return any(told.name in HANDOVERS and told.agent for told in _since(desk, conversation, at))


def _since(desk: Desk, conversation: Conversation, at: datetime) -> list[Told]:
    """What has been told of a conversation's life that happened after a moment: read only when news come late."""
    found = [Told(name, agent) for when, agent, name in store.facts.handovers(desk.tx, conversation.id) if when > at]
    lives = store.facts.lives(desk.tx, conversation.id)
    found += [Told(name, None) for when, name, data in lives if when > at and not data.get("implied")]
    return found + [
        Told(fact.name, fact.agent)
        for fact in desk.facts
        if fact.conversation == conversation.id and fact.at > at and fact.name in (*HANDOVERS, *LIVES)
        if not fact.data.get("implied")
    ]
