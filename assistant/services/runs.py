"""The buyer's unanswered run of messages: what situations are recognised from. Carried on in memory from one message to
the next; read from the database when the order of messages, or a restart, leaves it unknown.
"""

from __future__ import annotations

from datetime import datetime

from assistant import store
from assistant.domain import events
from assistant.services.desk import Desk
from assistant.store.conversations import Conversation
from assistant.store.messages import Said


def of(desk: Desk, conversation: Conversation) -> list[Said]:
    """What the buyer has said since a person answered, oldest first; the newest `store.messages.RUN` of it."""
    return desk.tx.kept.answer(
        "messages", conversation.id, lambda: store.messages.run_after(desk.tx, conversation.id, _answered(conversation))
    )


def begin(desk: Desk, conversation: Conversation) -> None:
    """The conversation is new: nothing has been said in it."""
    desk.tx.kept.rows("messages")[conversation.id] = []


def carry_on(desk: Desk, conversation: Conversation, event: events.Message) -> None:
    """A message was stored and the conversation's hands were moved on."""
    runs = desk.tx.kept.rows("messages")
    run: list[Said] | None = runs.get(conversation.id)
    if run is None:
        return
    answered = _answered(conversation)
    if event.side == "agent" and event.origin == "human" and event.at == answered:
        runs[conversation.id] = [said for said in run if said.at > answered]
    elif event.side == "buyer" and event.at >= answered:
        if run and event.at < run[-1].at:
            del runs[conversation.id]  # it arrived late
        else:
            runs[conversation.id] = [*run, Said(event.at, event.text)][-store.messages.RUN :]


def _answered(conversation: Conversation) -> datetime:
    return conversation.answered_at or store.messages.EVER
