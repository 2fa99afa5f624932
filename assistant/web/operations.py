"""What can be done through a WebSocket, each with the right it needs. A repeated `key` changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from assistant import store
from assistant.domain.errors import InvalidInput, NotAllowed
from assistant.domain.staff import Principal
from assistant.services import (
    buyers,
    closing_words,
    conversations,
    follow_ups,
    notices,
    practice,
    suggestions,
    workbench,
)
from assistant.services.desk import Desk
from assistant.store.buyers import Buyer
from assistant.store.conversations import Conversation

Said = Mapping[str, Any]
LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Operation:
    right: str
    do: Callable[[Desk, Principal, Said], None]


def carry_out(desk: Desk, who: Principal, said: Said) -> None:
    """Do what was said, once for each key."""
    operation, key = OPERATIONS.get(str(said.get("op"))), said.get("key")
    if operation is None:
        raise InvalidInput(f"{said.get('op')!r} is no operation: one of {', '.join(OPERATIONS)}")
    if not who.may(operation.right):
        raise NotAllowed
    if not isinstance(key, str) or not 8 <= len(key) <= 64:
        raise InvalidInput("every operation carries a `key` of 8 to 64 characters, so that a repeat does no harm")
    if store.events.first_operation(desk.tx, desk.shop.id, key, desk.now):
        operation.do(desk, who, said)


def _suggestion(desk: Desk, who: Principal, said: Said) -> None:
    suggestions.act(desk, _whole(said.get("id")), str(said.get("action")), agent=who.agent)


def _follow_up(desk: Desk, who: Principal, said: Said) -> None:
    action = str(said.get("action"))
    if action == "inserted":
        return  # the message really sent will say that it was carried out
    minutes, reason = _whole(said.get("minutes") or 10), str(said.get("reason") or "")
    follow_ups.act(desk, _whole(said.get("id")), action, agent=who.agent, minutes=minutes, reason=reason)


def _tag(desk: Desk, who: Principal, said: Said) -> None:
    on = str(said.get("on")).lower() in ("true", "1", "on")
    buyers.change_tag(desk, _buyer(desk, said), str(said.get("group")), str(said.get("tag")), on, author=who.agent)


def _note(desk: Desk, who: Principal, said: Said) -> None:
    buyers.note(desk, _buyer(desk, said), str(said.get("text") or ""), author=who.agent, name=who.name)


def _record(desk: Desk, who: Principal, said: Said) -> None:
    fields = {name: str(said.get(name) or "") for name in buyers.RECORD_FIELDS}
    about, situation = _buyer(desk, said), str(said.get("situation"))
    buyers.keep_record(desk, about, situation, fields, author=who.agent, name=who.name)


def _let_go(desk: Desk, who: Principal, said: Said) -> None:
    closing_words.let_go(desk, _conversation(desk, said), agent=who.agent)


def _take_up(desk: Desk, who: Principal, said: Said) -> None:
    closing_words.take_up(desk, _conversation(desk, said), agent=who.agent)


def _notice(desk: Desk, who: Principal, said: Said) -> None:
    notices.read(desk, _whole(said.get("id")), agent=who.agent, name=who.name)


def _send(desk: Desk, who: Principal, said: Said) -> None:
    text, key = str(said.get("text") or ""), str(said["key"])
    if len(text) > LONGEST_TEXT:
        message = f"a message has at most {LONGEST_TEXT} characters: this one has {len(text)}"
        raise InvalidInput(message, reason="too_long", most=LONGEST_TEXT, n=len(text))
    practice.refuse_if_over(desk)
    workbench.send(desk, _conversation(desk, said), text, agent=who.agent, key=key)
    practice.note_writing(desk, workbench.message_id(key), said.get("wrote"))


OPERATIONS: Mapping[str, Operation] = {
    "suggestion": Operation("desk.use", _suggestion),
    "follow_up": Operation("desk.use", _follow_up),
    "tag": Operation("desk.use", _tag),
    "note": Operation("desk.use", _note),
    "record": Operation("desk.use", _record),
    "let_go": Operation("desk.use", _let_go),
    "take_up": Operation("desk.use", _take_up),
    "notice": Operation("desk.use", _notice),
    "send": Operation("messages.send", _send),
}


def _conversation(desk: Desk, said: Said) -> Conversation:
    """The conversation the operation names: what is shown may have changed while it was on its way."""
    platform = said.get("platform")
    id = str(said.get("conversation"))
    found = conversations.find(desk.tx, desk.shop.id, id, platform if isinstance(platform, str) else None)
    return desk.conversation(found.platform, found.external) or found


def _buyer(desk: Desk, said: Said) -> Buyer:
    return desk.buyer_of(_conversation(desk, said).buyer)


def _whole(value: object) -> int:
    text = str(value)
    if not text.isdecimal() or len(text) > 18:
        raise InvalidInput(f"{value!r} is no whole number")
    return int(text)
