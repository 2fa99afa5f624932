"""Keeps the response rounds of conversations: one step per message, from scratch when one arrives late."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo

from assistant import store
from assistant.domain.facts import Fact
from assistant.domain.moments import SHANGHAI
from assistant.domain.platform_changes import USUAL, Profiles
from assistant.domain.pressing import press
from assistant.domain.rounds import Entry, Handover, LetGo, Message, Round, RoundState, arrives_late, replay, step
from assistant.services import closing_words, restating
from assistant.services.desk import Desk
from assistant.store.conversations import Conversation
from assistant.store.rounds import Place, pack, unpack


def hear(desk: Desk, fact: Fact) -> None:
    """Somebody spoke; the message is stored already."""
    side = "buyer" if fact.name == "buyer.spoke" else "agent"
    origin = fact.data.get("origin", "human")
    message = Message(fact.at, side, fact.agent, origin, str(fact.data["message"]))  # type: ignore[arg-type]
    _enter(desk, fact, message)


def hand_over(desk: Desk, fact: Fact) -> None:
    """The conversation went to another agent."""
    _enter(desk, fact, Handover(fact.at, fact.agent, fact.name))


def let_go(desk: Desk, fact: Fact) -> None:
    """Somebody saw that the buyer waits for nothing, or took that back; a platform's own closing answers nobody."""
    if _is_let_go(fact.data):
        _enter(desk, fact, _let_go(fact.at, fact.name, fact.data))


def _is_let_go(data: Mapping[str, object]) -> bool:
    return data.get("reason") in (closing_words.REASON, closing_words.UNDONE)


def _let_go(at: datetime, name: str, data: Mapping[str, object]) -> LetGo:
    return LetGo(at, data["reason"] == closing_words.UNDONE, f"{name} {data['reason']}")


def _enter(desk: Desk, fact: Fact, entry: Entry) -> None:
    assert fact.conversation is not None
    conversation = desk.conversation_of(fact.conversation)
    assert conversation is not None
    before, profile = _state(desk, conversation), desk.shop.platforms.at(conversation.platform, entry.at)
    if arrives_late(before, entry):
        return recompute(desk, conversation)
    state, event = step(before, entry, profile, desk.shop.timezone)
    if event is not None:
        store.rounds.save(desk.tx, _place(conversation), event.round)
    _remember(desk, conversation, state)
    anew = before.open is None or state.rounds > before.rounds
    _feel_pressed(conversation, fact.data.get("pressed"), anew=anew)
    if fact.data.get("closes") or isinstance(entry, LetGo):
        conversation.thanks = closing_words.offered(desk.tx, conversation)
    elif fact.name == "buyer.spoke" or conversation.waiting_since is None:
        conversation.thanks = False


def _feel_pressed(conversation: Conversation, pressed: object, *, anew: bool) -> None:
    """Count what a waiting buyer presses for; the message that begins the wait (`anew`) can only ask for a person."""
    if anew or conversation.waiting_since is None:
        conversation.urged, conversation.wants_person = 0, False
    if conversation.waiting_since is not None:
        conversation.urged += pressed == "answer" and not anew
        conversation.wants_person |= pressed == "person"


def recompute(desk: Desk, conversation: Conversation) -> None:
    """All rounds of a conversation from what is stored."""
    said = store.messages.all_of(desk.tx, conversation.id)
    before = store.rounds.of(desk.tx, conversation.id)
    state, found = rebuilt(desk.tx, conversation, said, desk.facts, desk.shop.timezone, desk.shop.platforms)
    restating.rounds(desk, before, found)
    store.rounds.replace(desk.tx, _place(conversation), found)
    _remember(desk, conversation, state)
    since = conversation.waiting_since
    asked = sorted((m.at, m.external, m.text) for m in said if m.side == "buyer" and since and m.at >= since)
    pressed = [press(text) for *_, text in asked] or [None]
    _feel_pressed(conversation, pressed[0], anew=True)
    for one in pressed[1:]:
        _feel_pressed(conversation, one, anew=False)
    conversation.thanks = closing_words.offered(desk.tx, conversation)


def rebuilt(
    tx: store.Transaction,
    conversation: Conversation,
    said: Iterable[store.messages.Message],
    unstored: Iterable[Fact] = (),
    zone: tzinfo = SHANGHAI,
    profiles: Profiles = USUAL,
) -> tuple[RoundState, list[Round]]:
    """The rounds of a conversation as its messages, its stored facts and those not stored yet make them."""
    entries = _entries(tx, conversation, said, unstored)
    return replay(entries, lambda at: profiles.at(conversation.platform, at), zone)


def _entries(
    tx: store.Transaction,
    conversation: Conversation,
    said: Iterable[store.messages.Message],
    unstored: Iterable[Fact],
) -> Iterable[Entry]:
    for one in said:
        yield Message(one.at, one.side, one.agent, one.origin, one.external)  # type: ignore[arg-type]
    for at, agent, name in store.facts.handovers(tx, conversation.id):
        yield Handover(at, agent, name)
    for at, name, data in store.facts.lives(tx, conversation.id):
        if _is_let_go(data):
            yield _let_go(at, name, data)
    for fact in unstored:
        if fact.conversation == conversation.id and fact.name in store.facts.HANDOVERS:
            yield Handover(fact.at, fact.agent, fact.name)
        elif fact.conversation == conversation.id and fact.name in store.facts.LIVES and _is_let_go(fact.data):
            yield _let_go(fact.at, fact.name, fact.data)


def _place(conversation: Conversation) -> Place:
    return Place(conversation.shop, conversation.platform, conversation.id, conversation.buyer)


def _state(desk: Desk, conversation: Conversation) -> RoundState:
    """As it was packed; while the row is in memory it need not be unpacked for every message."""
    packed, state = desk.tx.kept.rows("rounds").get(conversation.id, (None, None))
    return state if state is not None and packed is conversation.matching else unpack(conversation.matching)


def _remember(desk: Desk, conversation: Conversation, state: RoundState) -> None:
    conversation.matching = pack(state)
    desk.tx.kept.rows("rounds")[conversation.id] = conversation.matching, state
    conversation.waiting_since = state.waiting_since
