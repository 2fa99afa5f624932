"""Puts away, by one key, a chat in which the buyer only said thanks, and takes it up again (DOMAIN.md §8.21).

The platform's figures still count such a round as unanswered; the fact says why it was left so.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from assistant import store
from assistant.domain import speech
from assistant.domain.closing_words import MOST, need_no_answer
from assistant.domain.errors import InvalidInput
from assistant.domain.kpi_rows import RoundRow
from assistant.services.desk import Desk
from assistant.store.conversations import Conversation

REASON, UNDONE = "closing_words", "undone"


def offered(tx: store.Transaction, conversation: Conversation) -> bool:
    """Whether the buyer waits, but for nothing."""
    if conversation.waiting_since is None:
        return False
    # Nearly always this decides; the messages before are read only for a goodbye.
    if not speech.closes(store.messages.newest_of_buyer(tx, conversation.id)):
        return False
    run, before = [], None
    for said in reversed(store.messages.last(tx, conversation.id, MOST + 3)):
        if said.side == "agent" and said.origin == "human":
            before = said.text
            break
        if said.side == "buyer" and said.at >= conversation.waiting_since:
            run.append(said.text)
    return need_no_answer(run, before)


def nothing_was_asked(tx: store.Transaction, unanswered: RoundRow, until: datetime) -> bool:
    """Whether what nobody answered by then was nothing but closing words."""
    conversation, asked_at = int(unanswered.conversation), unanswered.asked_at
    run = store.messages.asked(tx, conversation, asked_at, until, MOST + 1)
    # Nearly always this decides, as above.
    if not all(map(speech.closes, run)):
        return False
    return need_no_answer(run, store.messages.answer_before(tx, conversation, asked_at))


def let_go(desk: Desk, conversation: Conversation, *, agent: str) -> None:
    """Nobody waits here any more. Raises InvalidInput while the buyer's words ask for an answer."""
    if conversation.waiting_since is None:
        return
    if not offered(desk.tx, conversation):
        raise InvalidInput("the buyer has said more than thanks: answer before closing", reason="not_only_thanks")
    conversation.state = "closed"
    _record(desk, "conversation.closed", conversation, agent, REASON)


def take_up(desk: Desk, conversation: Conversation, *, agent: str) -> None:
    """It was a slip: the buyer waits as before."""
    if conversation.state != "closed" or conversation.waiting_since is not None:
        return
    conversation.state = "assigned" if conversation.agent else "open"
    _record(desk, "conversation.opened", conversation, agent, UNDONE)


def _record(desk: Desk, name: str, conversation: Conversation, agent: str, reason: str) -> None:
    said = conversation.buyer_at or desk.now
    # After the words it is about, also where the platform's clock runs a little ahead.
    at = max(desk.now, said + timedelta(microseconds=1))
    desk.record(name, at=at, conversation=conversation, agent=agent, reason=reason)
    desk.touch(conversation)
