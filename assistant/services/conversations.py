"""Takes in the life of conversations: opened, given to an agent, rated, closed."""

from __future__ import annotations

from typing import Any

from assistant import store
from assistant.domain import events
from assistant.domain.errors import Detail, InvalidEvent, InvalidInput, NotFound
from assistant.services import hands
from assistant.services.desk import Desk
from assistant.store.conversations import Conversation

_FACT = {
    "open": "conversation.opened",
    "assigned": "conversation.assigned",
    "transferred": "conversation.transferred",
    "closed": "conversation.closed",
}


def move(desk: Desk, event: events.Conversation) -> None:
    """A conversation was opened, assigned, transferred or closed."""
    conversation = desk.conversation(event.platform, event.conversation)
    if conversation is None:
        conversation = _made(desk, event)
    hands.after_news(desk, conversation, event)
    desk.touch(conversation)
    desk.record(_FACT[event.state], at=event.at, conversation=conversation, agent=event.agent)


def _made(desk: Desk, event: events.Conversation) -> Conversation:
    if event.buyer is None:
        raise _nobody(event.conversation)
    buyer = desk.buyer(event.platform, event.buyer)
    conversation = desk.add_conversation(event.platform, event.conversation, buyer)
    if event.state != "open":
        desk.record("conversation.opened", at=event.at, conversation=conversation, implied=True)
    return conversation


def _nobody(conversation: str) -> InvalidEvent:
    message = f"conversation {conversation!r} is not known yet: name its buyer"
    return InvalidEvent(details=[Detail(0, "buyer", message)])


def rate(desk: Desk, event: events.Rating) -> None:
    """The buyer was asked to rate a conversation, or did."""
    conversation = _known(desk, event)
    store.ratings.add(desk.tx, desk.shop.id, conversation.id, event.score, event.at)
    name = "rating.invited" if event.score is None else "rating.given"
    data: dict[str, Any] = {} if event.score is None else {"score": event.score}
    desk.record(name, at=event.at, conversation=conversation, **data)


def _known(desk: Desk, event: events.Rating) -> Conversation:
    conversation = desk.conversation(event.platform, event.conversation)
    if conversation is None:
        message = f"conversation {event.conversation!r} is not known: send its messages first"
        raise InvalidEvent(details=[Detail(0, "conversation", message)])
    return conversation


def find(tx: store.Transaction, shop: str, id: str, platform: str | None = None) -> Conversation:
    """The conversation with this platform id; the platform is needed only where two share the id."""
    if platform is not None:
        found = store.conversations.find(tx, shop, platform, id)
        named = [found] if found is not None else []
    else:
        named = store.conversations.named(tx, shop, id)
    if not named:
        raise NotFound(f"there is no conversation {id!r} in this shop")
    if len(named) > 1:
        raise InvalidInput(f"{id!r} is a conversation of several platforms: add ?platform=")
    return named[0]
