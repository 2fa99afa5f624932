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
    checks,
    closing_words,
    conversations,
    follow_ups,
    handovers,
    host_sendings,
    notices,
    practice,
    promises,
    quick_reply_uses,
    suggestions,
    workbench,
)
from assistant.services.desk import Desk
from assistant.store.buyers import Buyer
from assistant.store.conversations import Conversation

Said = Mapping[str, Any]
LONGEST_TEXT = 10_000
MOST_CODES = 20


@dataclass(frozen=True, slots=True)
class Operation:
    right: str
    do: Callable[[Desk, Principal, Said], None]


def carry_out(desk: Desk, who: Principal, said: Said) -> None:
    """Do what was said, once for each key."""
    operation, key = OPERATIONS.get(str(said.get("op"))), said.get("key")
    if operation is None:
        known = ", ".join(("open", "next", *OPERATIONS))
        raise InvalidInput(f"{said.get('op')!r} is no operation: send one of {known}")
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


def _quick_reply(desk: Desk, who: Principal, said: Said) -> None:
    name, text = str(said.get("id")), str(said.get("text") or "")
    quick_reply_uses.inserted(desk, _conversation(desk, said), name, text, agent=who.agent)


def _tag(desk: Desk, who: Principal, said: Said) -> None:
    on = str(said.get("on")).lower() in ("true", "1", "on")
    change = buyers.put_tag if on else buyers.take_tag
    change(desk, _buyer(desk, said), str(said.get("group")), str(said.get("tag")), author=who.agent)


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


def _hand_over(desk: Desk, who: Principal, said: Said) -> None:
    """To a colleague, or (an empty name) to whoever comes first."""
    handovers.pass_one(desk, _whole(said.get("id")), str(said.get("to") or "") or None, by=who.agent)


def _notice(desk: Desk, who: Principal, said: Said) -> None:
    notices.read(desk, _whole(said.get("id")), agent=who.agent, name=who.name)


def _override(desk: Desk, who: Principal, said: Said) -> None:
    codes = said.get("codes")
    given = [str(code) for code in codes[:MOST_CODES]] if isinstance(codes, list) else []
    checks.overrule(desk, _conversation(desk, said), given, str(said.get("reason")), agent=who.agent)


def _vow(desk: Desk, who: Principal, said: Said) -> None:
    promises.vow(desk, _conversation(desk, said), agent=who.agent)


def _send(desk: Desk, who: Principal, said: Said) -> None:
    text, key = str(said.get("text") or ""), str(said["key"])
    if len(text) > LONGEST_TEXT:
        message = f"a message has at most {LONGEST_TEXT} characters: this one has {len(text)}"
        raise InvalidInput(message, reason="too_long", most=LONGEST_TEXT, n=len(text))
    practice.refuse_if_over(desk)
    override = str(said["override"]) if said.get("override") else None
    workbench.send(desk, _conversation(desk, said), text, agent=who.agent, key=key, override=override)
    practice.note_writing(desk, workbench.message_id(key), said.get("wrote"))


def _post(desk: Desk, who: Principal, said: Said) -> None:
    text, key, override = str(said.get("text") or ""), str(said["key"]), said.get("override")
    host_sendings.ask(
        desk, _conversation(desk, said), text, agent=who.agent, key=key, override=str(override) if override else None
    )


def _sending(desk: Desk, who: Principal, said: Said) -> None:
    host_sendings.decide(desk, _whole(said.get("id")), str(said.get("action")))


OPERATIONS: Mapping[str, Operation] = {
    "suggestion": Operation("desk.use", _suggestion),
    "follow_up": Operation("desk.use", _follow_up),
    "quick_reply": Operation("desk.use", _quick_reply),
    "tag": Operation("desk.use", _tag),
    "note": Operation("desk.use", _note),
    "record": Operation("desk.use", _record),
    "let_go": Operation("desk.use", _let_go),
    "take_up": Operation("desk.use", _take_up),
    "hand_over": Operation("chats.assign", _hand_over),
    "notice": Operation("desk.use", _notice),
    "override": Operation("desk.use", _override),
    "vow": Operation("desk.use", _vow),
    "send": Operation("messages.send", _send),
    "post": Operation("desk.use", _post),
    "sending": Operation("desk.use", _sending),
}


_ROWS = {"suggestion": "suggestions", "follow_up": "follow_ups", "hand_over": "follow_ups"}


def whom(said: Said) -> store.locks.Hold:
    """The buyer an operation is about."""
    table, id = _ROWS.get(str(said.get("op"))), str(said.get("id"))
    if table is not None:
        return store.locks.by_row(table, int(id) if id.isdecimal() and len(id) <= 18 else 0)
    return store.locks.by_chat(str(said.get("conversation")))


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
