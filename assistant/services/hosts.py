"""Connections of shops to chat hosts: kept with their secrets sealed, read by one node at a time, told how they fare.

Not for what a host's payloads mean, nor for talking to one (`connectors/`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from assistant import store
from assistant.domain import events
from assistant.domain.errors import Conflict, InvalidEvent, NotFound
from assistant.domain.orders import yuan_text
from assistant.domain.staff import OPERATOR
from assistant.services import audit
from assistant.services.desk import Desk
from assistant.services.intake import Receipt, read, receive
from assistant.services.sealing import kept_seal
from assistant.store.hosts import Connection

# What platforms leave out where they tell an order's number only.
_NEEDED = {"order": ("buyer", "amount"), "refund": ("buyer",)}


@dataclass(frozen=True, slots=True)
class Batch:
    """What a host told at once: events as `POST /api/v1/events` takes them, how far its stream is read with them, what
    it could not tell in a way we can keep. `ours`: the keys of our own sendings by the id of the message they
    became."""

    events: Sequence[dict[str, Any]] = ()
    cursor: str | None = None
    left_out: Sequence[str] = ()
    ours: Mapping[str, str] = field(default_factory=dict)


def connect(
    tx: store.Transaction, *, shop: str, host: str, settings: dict[str, Any], secrets: Mapping[str, str], sends: bool,
    cursor: str | None, now: datetime, by: str = OPERATOR,
) -> None:  # fmt: skip
    """Keep what was proved to work. Raises NotFound for a shop there is not."""
    if store.shops.get(tx, shop) is None:
        raise NotFound(f"there is no shop {shop!r}: `assistant keys add --shop {shop}` makes it")
    sealed = kept_seal(tx).close(secrets)
    store.hosts.put(
        tx, shop=shop, host=host, settings=settings, sealed=sealed, sends=sends, cursor=cursor, now=now
    )  # fmt: skip
    audit.record(tx, shop, "connection.made", now, by=by, of=host)


def opened(tx: store.Transaction, connection: Connection) -> dict[str, Any]:
    """Its settings and its secrets together, by name. Raises InvalidInput if another installation sealed them."""
    return {**connection.settings, **kept_seal(tx).open(connection.sealed)}


def remove(tx: store.Transaction, shop: str, host: str, now: datetime, *, by: str) -> None:
    """Forget the connection and its secrets; what came over it stays. Raises NotFound."""
    if not store.hosts.remove(tx, shop, host):
        raise NotFound(f"shop {shop!r} is not connected to {host}: `assistant connections list` shows what is")
    audit.record(tx, shop, "connection.removed", now, by=by, of=host)


def incomplete(found: Sequence[dict[str, Any]]) -> bool:
    """Whether any of them leaves out what has to be known of it: only then the store need be asked."""
    return any(map(_missing, found))


def _missing(one: Mapping[str, Any]) -> list[str]:
    return [name for name in _NEEDED.get(str(one.get("type")), ()) if name not in one]


def completed(
    tx: store.Transaction, shop: str, found: Sequence[dict[str, Any]]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Orders and refunds as their platform tells them, with the buyer and amount we know; and of which too little is
    known. What is told first is known to what comes after."""
    whole, wrong, heard = list[dict[str, Any]](), list[str](), dict[tuple[str, str], dict[str, str]]()
    for one in found:
        if missing := _missing(one):
            place = one["platform"], one["order"]
            known = heard.get(place) or _known_of(tx, shop, *place)
            if known is None:
                wrong.append(f"order {one['order']}: its buyer or amount is neither known nor told here")
                continue
            one = {**one, **{name: known[name] for name in missing}}
        if one.get("type") == "order":
            heard[one["platform"], one["order"]] = {"buyer": one["buyer"], "amount": one["amount"]}
        whole.append(one)
    return whole, wrong


def _known_of(tx: store.Transaction, shop: str, platform: str, order: str) -> dict[str, str] | None:
    known = store.orders.find(tx, shop, platform, order)
    buyer = store.buyers.get(tx, known.buyer) if known is not None else None
    return None if known is None or buyer is None else {"buyer": buyer.external, "amount": yuan_text(known.amount)}


def readable(found: Sequence[dict[str, Any]], shop: str, now: datetime) -> tuple[list[events.Event], list[str]]:
    """The events that can be kept, and what is wrong with the others: one bad message must not stop a whole stream."""
    good, wrong = list[events.Event](), list[str]()
    for one in found:
        try:
            good += read([one], now, shop)
        except InvalidEvent as error:
            about = error.details[0]
            wrong.append(f"{str(one.get('id'))[:60]}: {about.field} {about.message}"[:200])
    return good, wrong


def take(
    desk: Desk,
    connection: int,
    batch: Batch,
    found: Sequence[events.Event],
    wrong: Sequence[str],
    me: str = "",
) -> Receipt:
    """Keep a batch and how far the stream is read, in one transaction. Raises Conflict if another node reads it now:
    then nothing of this is kept."""
    if batch.cursor is not None and not store.hosts.advance(desk.tx, connection, me, batch.cursor):
        raise Conflict("another node reads this connection now")
    receipt = receive(desk, [_ours(desk, event, batch.ours) for event in found])
    if receipt.accepted:
        store.hosts.heard(desk.tx, connection, receipt.accepted, desk.now)
    if left := [*batch.left_out, *wrong]:
        store.hosts.failed(desk.tx, connection, "left out: " + "; ".join(left[:3]), desk.now)
    return receipt


def _ours(desk: Desk, event: events.Event, ours: Mapping[str, str]) -> events.Event:
    """What we sent for an agent comes back under the name of whoever is signed in at the host."""
    key = ours.get(event.id)
    sent = store.host_sendings.by_key(desk.tx, desk.shop.id, key) if key is not None else None
    if sent is None or not isinstance(event, events.Message):
        return event
    if sent.state in ("taken", "waiting", "unclear"):
        store.host_sendings.put(desk.tx, sent, "sent", was=sent.state, external=event.id)
    return event.model_copy(update={"side": "agent", "agent": sent.agent, "origin": "human"})
