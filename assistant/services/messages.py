"""Takes in what was said: stores it and records what it does. Not for what follows from that (`reactions.py`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from assistant import store
from assistant.domain import events, speech
from assistant.domain.postponements import postponed_to
from assistant.domain.pressing import press
from assistant.domain.promises import promised_by
from assistant.domain.quick_reply_origins import came_from
from assistant.domain.suggestions import RECOGNISED, alike
from assistant.services import checks, hands, quick_reply_uses, runs
from assistant.services.desk import Desk
from assistant.store.conversations import Conversation


@dataclass(frozen=True, slots=True)
class Source:
    """Which reply a message came from, and whether the agent changed its words."""

    script: str
    edited: bool


def say(desk: Desk, event: events.Message) -> None:
    """Store one message and record its facts."""
    conversation = desk.conversation(event.platform, event.conversation)
    if conversation is None:
        buyer = desk.buyer(event.platform, event.buyer)
        conversation = desk.add_conversation(event.platform, event.conversation, buyer)
        desk.record("conversation.opened", at=event.at, conversation=conversation, implied=True)
        runs.begin(desk, conversation)
    source = _source(desk, conversation, event)
    _store(desk, conversation, event, source)
    hands.after_message(desk, conversation, event)
    runs.carry_on(desk, conversation, event)
    desk.touch(conversation)
    if event.side == "buyer":
        _buyer_spoke(desk, conversation, event)
    elif event.side == "agent":
        _agent_spoke(desk, conversation, event, source)


def _store(desk: Desk, conversation: Conversation, event: events.Message, source: Source | None) -> None:
    store.messages.add(
        desk.tx,
        shop=desk.shop.id,
        conversation=conversation.id,
        external=event.id,
        at=event.at,
        side=event.side,
        agent=event.agent if event.side == "agent" else None,
        origin=event.origin,
        text=event.text,
        script=source.script if source else None,
        item=event.item,
    )


def _buyer_spoke(desk: Desk, conversation: Conversation, event: events.Message) -> None:
    later = postponed_to(event.text, event.at, desk.shop.timezone)
    data: dict[str, Any] = {"postponed_to": later.isoformat()} if later else {}
    if pressed := press(event.text):
        data["pressed"] = pressed
    if speech.closes(event.text):
        data["closes"] = True
    desk.record("buyer.spoke", at=event.at, conversation=conversation, message=event.id, **data)
    if speech.objects(event.text):
        desk.record("buyer.objected", at=event.at, conversation=conversation, message=event.id)


def _agent_spoke(desk: Desk, conversation: Conversation, event: events.Message, source: Source | None) -> None:
    data: dict[str, Any] = {"message": event.id}
    if source is not None:
        data["script"] = source.script
    human = event.origin == "human"

    def record(name: str, **more: Any) -> None:
        desk.record(name, at=event.at, conversation=conversation, agent=event.agent, **data, **more)

    record("agent.spoke", origin=event.origin, edited=bool(source and source.edited))
    if source is not None and "/" not in source.script:
        record("quick_reply.sent")
        quick_reply_uses.sent(desk, conversation, event, source.script, edited=source.edited)
    if human:
        conversation.using = None
    if human and speech.asks_need(event.text):
        record("agent.asked")
    if human and speech.promises(event.text):
        until = promised_by(event.text, event.at, desk.shop.timezone)
        record("agent.promised", **({"until": until.astimezone(desk.shop.timezone).isoformat()} if until else {}))
    if human:
        checks.note(desk, conversation, event, by="hand" if source is None else "reply")
    for what in _told(desk, event, source):
        record("agent.told", what=what)
        if what not in conversation.told:
            conversation.told = [*conversation.told, what]


def _told(desk: Desk, event: events.Message, source: Source | None) -> list[str]:
    """What a message announces: as the event says, as its reply says, or as its words say."""
    told = [event.tells] if event.tells else []
    if source is not None and "/" in source.script:
        situation, reply = source.script.split("/", 1)
        row = desk.shop.scripts.situation(situation)
        told += [r.tells for r in row.replies if r.id == reply and r.tells] if row else []
    if event.origin == "human" and speech.tells_promotion(event.text):
        told.append("promotion")
    return list(dict.fromkeys(told))


def _source(desk: Desk, conversation: Conversation, event: events.Message) -> Source | None:
    """The reply a human message came from: as the event says, by its text among what was offered lately, or by a quick
    reply's words."""
    if event.side != "agent" or event.origin != "human":
        return Source(event.script, False) if event.script else None
    offered = _offered(desk, conversation, event)
    picked = quick_reply_uses.standing(desk, conversation, event.at)
    edited = quick_reply_uses.changed(picked, event) if picked else None
    if event.script:
        if picked and picked.name == event.script:
            return Source(event.script, edited is not False)
        same = [text for script, text in offered if script == event.script]
        return Source(event.script, bool(same) and event.text.strip() not in same)
    for script, text in offered:
        if alike(event.text, text):
            return Source(script, event.text.strip() != text.strip())
    for card in desk.cards(conversation.id):
        if card.state == "inserted" and card.agent == event.agent and came_from(card.text, event.text) is not None:
            return Source(card.script, True)
    if picked is not None and edited is not None:
        return Source(picked.name, edited)
    found = desk.shop.quick_replies.origin(event.text)
    return found and Source(found.id, found.edited)


def _offered(desk: Desk, conversation: Conversation, event: events.Message) -> list[tuple[str, str]]:
    since = event.at - RECOGNISED
    cards = desk.cards(conversation.id)
    found = [(card.script, card.text) for card in cards if (card.inserted_at or card.shown_at or since) >= since]
    for follow_up in desk.follow_ups(conversation.buyer):
        if follow_up.text and follow_up.script and follow_up.state == "due":
            found.append((follow_up.script, follow_up.text))
    return found
