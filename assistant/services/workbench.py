"""What the workbench shows: the list of conversations and the messages of the open one. A host like any other:
it sends what it observes through the door for events."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from assistant import store
from assistant.domain import events
from assistant.domain.errors import InvalidInput
from assistant.services.desk import Desk, Shop
from assistant.services.intake import receive
from assistant.services.sidebar import waiting
from assistant.services.sidebar_view import WaitingView
from assistant.store.conversations import Conversation

SHOWN = 200


@dataclass(frozen=True, slots=True)
class RowView:
    id: str
    nickname: str
    tier: str
    last_text: str
    last_at: float | None
    waiting: WaitingView | None
    due: int
    open: bool
    platform: str


@dataclass(frozen=True, slots=True)
class MessageView:
    id: str
    side: str
    text: str
    at: float
    agent: str | None
    origin: str
    day_break: bool


@dataclass(frozen=True, slots=True)
class ChatView:
    id: str
    nickname: str
    messages: tuple[MessageView, ...]


@dataclass(frozen=True, slots=True)
class WorkbenchView:
    conversations: tuple[RowView, ...]
    chat: ChatView | None


def view(tx: store.Transaction, shop: Shop, opened: Conversation | None, now: datetime) -> WorkbenchView:
    """The most recently active conversations, the most urgent first, and the open chat."""
    rows = [_row(entry, opened) for entry in store.conversations.overview(tx, shop.id)]
    return WorkbenchView(by_urgency(rows, now), None if opened is None else _chat(tx, shop, opened))


def by_urgency(rows: Iterable[RowView], now: datetime) -> tuple[RowView, ...]:
    """Buyers who press for an answer, then who has waited too long, then chats with a follow-up that is due, then who
    waits: each the longest first; then the others, the latest first. Time alone moves a row."""
    return tuple(sorted(rows, key=lambda row: _urgency(row, now.timestamp())))


def _urgency(row: RowView, now: float) -> tuple[int, float]:
    quiet_since = row.last_at or 0.0
    if row.waiting is not None:
        late = now - row.waiting.since > row.waiting.late
        return (0 if row.waiting.presses else 1 if late else 2 if row.due else 3), row.waiting.since
    return (2, quiet_since) if row.due else (4, -quiet_since)


def _row(entry: store.conversations.Entry, opened: Conversation | None) -> RowView:
    conversation = entry.conversation
    return RowView(
        id=conversation.external,
        nickname=entry.nickname,
        tier=entry.tier,
        last_text=entry.last_text,
        last_at=conversation.last_at.timestamp() if conversation.last_at else None,
        waiting=waiting(conversation),
        due=entry.due,
        open=opened is not None and opened.id == conversation.id,
        platform=conversation.platform,
    )


def _chat(tx: store.Transaction, shop: Shop, conversation: Conversation) -> ChatView:
    buyer = store.buyers.get(tx, conversation.buyer)
    messages, before = [], None
    for said in store.messages.last(tx, conversation.id, SHOWN):
        day = said.at.astimezone(shop.timezone).date()
        messages.append(
            MessageView(
                said.external, said.side, said.text, said.at.timestamp(), said.agent, said.origin, day != before
            )
        )
        before = day
    nickname = (buyer.nickname if buyer else None) or conversation.external
    return ChatView(conversation.external, nickname, tuple(messages))


def message_id(key: str) -> str:
    """The id of the message that is sent with this key; the page's own bubble has it already."""
    return f"desk-{key}"


def send(desk: Desk, conversation: Conversation, text: str, *, agent: str, key: str) -> None:
    """The agent pressed send: the message goes the way every platform's messages go. `key` makes a repeat harmless."""
    if not text.strip():
        raise InvalidInput("write something before sending it", reason="empty")
    buyer = desk.buyer_of(conversation.buyer)
    message = events.Message(
        id=message_id(key),
        type="message",
        at=desk.now,
        shop=desk.shop.id,
        platform=_platform(conversation),
        conversation=conversation.external,
        buyer=buyer.external,
        side="agent",
        text=text.strip(),
        agent=agent,
    )
    receive(desk, [message])


def _platform(conversation: Conversation) -> events.Platform:
    return conversation.platform  # type: ignore[return-value]  # stored from an event, so it is one of them
