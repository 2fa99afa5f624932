"""Keeps notes for orders, with the buyer, in the form they are pasted into the platform's order."""

from __future__ import annotations

from assistant import store
from assistant.domain.errors import NotFound
from assistant.domain.order_notes import OrderNote, note_text
from assistant.services import orders
from assistant.services.desk import Desk
from assistant.store.conversations import Conversation
from assistant.store.notes import Note


def write(desk: Desk, conversation: Conversation, note: OrderNote, *, author: str, name: str = "") -> tuple[int, str]:
    """Keep the note; returns its number and its text. Raises NotFound if the buyer has no such order."""
    buyer = desk.buyer_of(conversation.buyer)
    order = orders.named(desk.tx, buyer.id, note.order)
    if not store.events.first_operation(desk.tx, desk.shop.id, note.key, desk.now):
        known = _written(desk, buyer.id, note.key)
        return known.id, known.text
    text = note_text(note, name or author, desk.now.astimezone(desk.shop.timezone))
    record = {"order": note.order, "kind": note.kind, "key": note.key}
    id = store.notes.add(desk.tx, buyer.id, name or author, text, desk.now, record)
    desk.record("buyer.noted", buyer=buyer, order=order.id, agent=author, kind=note.kind)
    desk.touch(conversation, "buyer")
    return id, text


def _written(desk: Desk, buyer: int, key: str) -> Note:
    """What a repeat wrote the first time: its answer was lost, the note was not."""
    found = next((one for one in store.notes.of(desk.tx, buyer) if (one.record or {}).get("key") == key), None)
    if found is None:
        raise NotFound("this key was used for something else: send a new one")
    return found
