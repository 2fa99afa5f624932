"""What agents send through a host's own interface: asked for by a click, delivered by a connector.

A message is a row before anything leaves the house. Where a repeat does no harm at the host it is tried again; where it
might arrive twice, an unclear outcome goes to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from assistant import store
from assistant.domain import events
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.hosts import LONGEST_TEXT, SENDING, WAITS, unsendable
from assistant.services import checks
from assistant.services.desk import Desk
from assistant.services.intake import receive
from assistant.services.sidebar_view import SendingView
from assistant.store.conversations import Conversation
from assistant.store.host_sendings import Sending
from assistant.store.hosts import Connection

# Whoever took a message has given up after so long.
TAKEN = timedelta(seconds=60)
_REFUSED = {
    "empty": "write something before sending it",
    "blank_left": "fill in the blanks before sending it",
    "template_left": "the text still has {{…}} in it: replace it before sending",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What a host made of a message: its id there, and when, if it says so."""

    external: str
    at: datetime | None = None


def ask(desk: Desk, conversation: Conversation, text: str, *, agent: str, key: str, override: str | None = None) -> int:
    """The agent pressed send; returns the row's id. What checks stop is not sent, and neither is a text with a hole in
    it. Raises InvalidInput where the shop has no connection that sends."""
    known = store.host_sendings.by_key(desk.tx, desk.shop.id, key)
    if known is not None:
        return known.id
    connection = _way(desk.tx, conversation)
    if connection is None:
        raise InvalidInput(
            f"this shop sends nothing to {conversation.platform} itself: copy the text into the chat",
            reason="cannot_send_here",
        )
    if (wrong := unsendable(text)) is not None:
        raise InvalidInput(_REFUSED[wrong], reason=wrong)
    if len(text) > LONGEST_TEXT:
        raise InvalidInput("this is too long for one message", reason="too_long", most=LONGEST_TEXT, n=len(text))
    checks.guard(desk, conversation, text, agent=agent, override=override)
    desk.touch(conversation, "sendings")
    return store.host_sendings.add(
        desk.tx, shop=desk.shop.id, connection=connection.id, conversation=conversation.id, key=key, agent=agent,
        text=text.strip(), now=desk.now,
    )  # fmt: skip


def possible(tx: store.Transaction, conversation: Conversation) -> bool:
    """Whether a click can send here."""
    return _way(tx, conversation) is not None


def _way(tx: store.Transaction, conversation: Conversation) -> Connection | None:
    if conversation.platform not in SENDING:
        return None
    connection = store.hosts.find(tx, conversation.shop, conversation.platform)
    return connection if connection is not None and connection.sends else None


def views(tx: store.Transaction, conversation: Conversation) -> tuple[SendingView, ...]:
    """What of a conversation has not arrived yet, oldest first."""
    if conversation.platform not in SENDING:
        return ()
    shown = {"taken": "waiting"}
    return tuple(
        SendingView(one.id, one.text, shown.get(one.state, one.state), one.failure or "", one.key)
        for one in store.host_sendings.open_in(tx, conversation.id)
    )


def decide(desk: Desk, id: int, action: str) -> None:
    """A person decides about a message that did not get through: `again` or `drop`. Raises NotFound, InvalidInput."""
    sending = store.host_sendings.get(desk.tx, desk.shop.id, id)
    if sending is None:
        raise NotFound("this message is not on its way any more")
    if action not in ("again", "drop"):
        raise InvalidInput(f"{action!r} is nothing one can do with a message: again or drop")
    if sending.state in ("failed", "unclear"):
        state = "waiting" if action == "again" else "dropped"
        store.host_sendings.put(desk.tx, sending, state, was=sending.state, next_at=desk.now)
        _show(desk, sending)


def delivered(desk: Desk, sending: Sending, sent: Sent) -> None:
    """It has arrived: from now on it is a message like any other, told once even if the host tells it too."""
    conversation = desk.conversation_of(sending.conversation)
    assert conversation is not None, "conversations are never deleted"
    store.host_sendings.put(desk.tx, sending, "sent", external=sent.external)
    buyer = desk.buyer_of(conversation.buyer)
    message = events.Message(
        id=sent.external,
        type="message",
        at=min(sent.at or desk.now, desk.now),
        shop=desk.shop.id,
        platform=conversation.platform,
        conversation=conversation.external,
        buyer=buyer.external,
        side="agent",
        text=sending.text,
        agent=sending.agent,
    )
    receive(desk, [message])
    _show(desk, sending)


def not_delivered(desk: Desk, sending: Sending, failure: str, *, again: bool, unclear: bool = False) -> None:
    """It did not arrive, or nobody knows. `again`: a repeat does no harm and may help."""
    tried = sending.attempts + 1
    if again and tried <= len(WAITS):
        due = desk.now + timedelta(seconds=WAITS[tried - 1])
        store.host_sendings.put(desk.tx, sending, "waiting", next_at=due, failure=failure)
    else:
        store.host_sendings.put(desk.tx, sending, "unclear" if unclear else "failed", failure=failure)
        _show(desk, sending)
    store.hosts.failed(desk.tx, sending.connection, f"sending: {failure}", desk.now)


def _show(desk: Desk, sending: Sending) -> None:
    conversation = desk.conversation_of(sending.conversation)
    if conversation is not None:
        desk.touch(conversation, "sendings")
