"""What the workbench shows: the list of conversations and the messages of the open one. A host like any other: it sends
what it observes through the door for events; where a chat lives at a host we are connected to, that host delivers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from assistant import store
from assistant.domain import events
from assistant.domain.errors import InvalidInput
from assistant.domain.platform_changes import Profiles
from assistant.domain.waiting import Turn, turn
from assistant.services import checks, host_sendings
from assistant.services.desk import Desk, Shop
from assistant.services.intake import receive
from assistant.services.sidebar import waiting
from assistant.services.sidebar_view import SendingView, WaitingView
from assistant.store.conversations import Conversation

SHOWN = 200


@dataclass(frozen=True, slots=True)
class RowView:
    """A conversation in the list; `earlier` than today was its last message."""

    id: str
    nickname: str
    tier: str
    last_text: str
    last_at: float | None
    waiting: WaitingView | None
    due: int
    open: bool
    platform: str
    earlier: bool = False


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
    """The open chat; `earlier` says that more was said than is shown."""

    id: str
    platform: str
    nickname: str
    messages: tuple[MessageView, ...]
    sendings: tuple[SendingView, ...] = ()
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class WorkbenchView:
    """`versions` of all conversations in the list, by our key: by them it is seen that it is out of date."""

    conversations: tuple[RowView, ...]
    chat: ChatView | None
    versions: Mapping[int, int] = field(default_factory=dict, compare=False)


def view(tx: store.Transaction, shop: Shop, opened: Conversation | None, now: datetime) -> WorkbenchView:
    """The most recently active conversations, the most urgent first, and the open chat."""
    entries = store.conversations.overview(tx, shop.id)
    rows = [_row(entry, opened, shop.day_began(now), shop.platforms) for entry in entries]
    chat = None if opened is None else _chat(tx, shop, opened)
    return WorkbenchView(by_urgency(rows, now), chat, {e.conversation.id: e.conversation.version for e in entries})


def by_urgency(rows: Iterable[RowView], now: datetime) -> tuple[RowView, ...]:
    """Buyers who press for an answer, then who has waited too long, then chats with a follow-up that is due, then who
    waits, then who only said thanks; then the others, the latest first. Of those who wait the one who is late first
    comes first, else the longest. Time alone moves a row."""
    return tuple(sorted(rows, key=lambda row: _urgency(row, now.timestamp())))


def _urgency(row: RowView, now: float) -> tuple[int, float]:
    wait, quiet_since = row.waiting, row.last_at or 0.0
    if wait is None:
        return (2, quiet_since) if row.due else (5, -quiet_since)
    place, at = turn(wait.since, wait.since + wait.late, presses=wait.presses, thanks=wait.thanks)
    if place is Turn.PRESSES:
        return 0, at
    if place is Turn.THANKS:
        return (2, quiet_since) if row.due else (4, at)
    return (1 if now > at else 2 if row.due else 3), at


def _row(
    entry: store.conversations.Entry, opened: Conversation | None, day_began: datetime, profiles: Profiles
) -> RowView:
    conversation = entry.conversation
    return RowView(
        id=conversation.external,
        nickname=entry.nickname,
        tier=entry.tier,
        last_text=entry.last_text,
        last_at=conversation.last_at.timestamp() if conversation.last_at else None,
        waiting=waiting(conversation, profiles),
        due=entry.due,
        open=opened is not None and opened.id == conversation.id,
        platform=conversation.platform,
        earlier=conversation.last_at is not None and conversation.last_at < day_began,
    )


def _chat(tx: store.Transaction, shop: Shop, conversation: Conversation) -> ChatView:
    buyer = store.buyers.get(tx, conversation.buyer)
    messages, before = [], None
    found = store.messages.last(tx, conversation.id, SHOWN + 1)
    for said in found[-SHOWN:]:
        day = shop.day(said.at)
        messages.append(
            MessageView(
                said.external, said.side, said.text, said.at.timestamp(), said.agent, said.origin, day != before
            )
        )
        before = day
    nickname = conversation.external if buyer is None else buyer.nickname or buyer.external
    sendings = host_sendings.views(tx, conversation)
    return ChatView(
        conversation.external, conversation.platform, nickname, tuple(messages), sendings, earlier=len(found) > SHOWN
    )


def message_id(key: str) -> str:
    """The id of the message that is sent with this key; the page's own bubble has it already."""
    return f"desk-{key}"


def send(
    desk: Desk, conversation: Conversation, text: str, *, agent: str, key: str, override: str | None = None
) -> None:
    """The agent pressed send: the message goes the way every platform's messages go. `key` makes a repeat harmless.

    What checks stop is not sent; `override` is the key of the reason to send in spite of a warning.
    """
    if not text.strip():
        raise InvalidInput("write something before sending it", reason="empty")
    if store.events.had(desk.tx, desk.shop.id, _platform(conversation), message_id(key)):
        return  # what is repeated was checked, and an override noted, the first time
    if host_sendings.possible(desk.tx, conversation):
        host_sendings.ask(desk, conversation, text, agent=agent, key=key, override=override)
        return
    checks.guard(desk, conversation, text, agent=agent, override=override)
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
