"""What a platform would tell of a scripted buyer: who comes, what is said, ordered, paid. Every event has a fixed id,
so that doing something twice does no harm."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from assistant.domain.practice import Cast, Order, ScriptedBuyer
from assistant.domain.practice_play import Doing
from assistant.services.scripted_orders import Event, made, made_before

# Longer than anybody practises, and past what they keep of it.
LASTS = timedelta(days=40)


def chat_of(script: ScriptedBuyer) -> str:
    """The id of the buyer's conversation."""
    return f"chat-{script.id}"


def coming(script: ScriptedBuyer, cast: Cast, now: datetime) -> list[Event]:
    """What the shop sells on the buyer's platform, who the buyer is, what was bought before, what is looked at."""
    place = {"platform": script.platform, "buyer": script.id}
    told: list[Event] = [
        {"type": "item", "id": f"item-{one.id}", "platform": script.platform, "item": one.id, **_without_id(one)}
        for one in cast.items
    ]
    told += [
        {"type": "promotion", "id": f"promotion-{one.id}", "platform": script.platform, "promotion": one.id,
         "ends_at": (now + LASTS).isoformat(), **_without_id(one)}
        for one in cast.promotions
    ]  # fmt: skip
    known = script.model_dump(include={"nickname", "tier", "province", "city", "tags"}, exclude_none=True)
    told.append({"type": "buyer", "id": f"who-{script.id}", **place, **known})
    for n, past in enumerate(script.past):
        order = f"past-{script.id}-{n}"
        told.append(made_before(place, order, {"sku": order, "title": past.title}, past.amount, n, now))
    if script.item is not None:
        told.append({"type": "view", "id": f"view-{script.id}", **place, "item": script.item})
    return told


def _without_id(row: Any) -> Event:
    return dict(row.model_dump(exclude={"id"}))


def events_of(script: ScriptedBuyer, doing: Doing, cast: Cast) -> list[Event]:
    """One thing the buyer does; an order is also said in the chat, as platforms do."""
    act, id = doing.act, f"{script.id}-{doing.number}"
    assert act is not None
    place = {"platform": script.platform, "buyer": script.id}
    if act.say is not None:
        about = {"item": script.item} if script.item else {}
        said = {"type": "message", "conversation": chat_of(script), "side": "buyer", "text": act.say}
        return [{**place, **said, **about, "id": id}]
    order, status = (act.order, "unpaid") if act.order else (_ordered(script), "paid")
    title = cast.titles.get(order.item, order.item)
    items = [{"sku": order.item, "title": title}]
    told: Event = {"order": f"order-{script.id}", "amount": order.amount, "status": status, "items": items}
    return made(place, chat_of(script), id, told, title)


def _ordered(script: ScriptedBuyer) -> Order:
    """The buyer's one order, which the reader of the folder has seen to."""
    return next(act.order for turn in script.turns for act in turn.then if act.order)
