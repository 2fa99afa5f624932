"""Prices in hand, refunds and order notes as JSON: read, call a service, answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from aiohttp import web

from assistant import store
from assistant.domain.baskets import Basket, Return
from assistant.domain.order_notes import OrderNote, kinds
from assistant.domain.promotion_offers import labels
from assistant.domain.scripts import Promotion
from assistant.domain.sums import Price
from assistant.services import conversations, order_notes, sums
from assistant.services.desk import Desk
from assistant.web import answers
from assistant.web.bodies import body
from assistant.web.keys import CLOCK, DESKS, principal


async def start(request: web.Request) -> web.StreamResponse:
    """What a price, a refund or an order note in a conversation begins with."""
    app, shop, id = request.app, principal(request).shop, request.match_info["id"]
    platform, now = request.query.get("platform"), app[CLOCK].now()
    at = await app[DESKS].shop(shop, now)
    today = at.day(now)

    def read(tx: store.Transaction) -> dict[str, Any]:
        found = asdict(sums.start(tx, at, conversations.find(tx, shop, id, platform), now))
        for order in found["orders"]:
            order["created_at"] = answers.moment(order["created_at"], at.timezone)
        return {**found, "note_kinds": kinds(at.scripts.shop, today)}

    return answers.json_response(await app[DESKS].store.read(read))


async def price(request: web.Request) -> web.StreamResponse:
    """The price in hand of a basket: a sum to paste, and how it came about."""
    basket, app, now = await body(request, Basket), request.app, request.app[CLOCK].now()
    at = await app[DESKS].shop(principal(request).shop, now)
    found, promotion = await app[DESKS].store.read(lambda tx: sums.price(tx, at, now, basket))
    answer = {**_price(found), "text": found.text, "reasons": found.reasons, "promotion": _promotion(promotion)}
    return answers.json_response(answer)


async def refund(request: web.Request) -> web.StreamResponse:
    """What comes back when pieces of an order are returned: a sum to paste, and how it came about."""
    asked, app, now = await body(request, Return), request.app, request.app[CLOCK].now()
    at = await app[DESKS].shop(principal(request).shop, now)
    back = await app[DESKS].store.read(lambda tx: sums.refund(tx, at, now, asked))
    found, whole = back.refund, back.order
    money = {name: str(getattr(found, name)) for name in ("goods", "freight", "total")}
    said = {"text": found.text, "reasons": (*found.reasons, *whole.reasons)}
    before = [{"pieces": one.pieces, "goods": str(one.goods), "freight": str(one.freight)} for one in back.before]
    answer = {**money, **said, "before": before, "order": _price(whole), "promotion": _promotion(back.promotion)}
    return answers.json_response(answer)


async def write_order_note(request: web.Request) -> web.StreamResponse:
    """A note for an order, in the form it is pasted into the platform's order note."""
    note, app, id = await body(request, OrderNote), request.app, request.match_info["id"]
    who, platform = principal(request), request.query.get("platform")

    def work(desk: Desk) -> tuple[int, str]:
        found = conversations.find(desk.tx, desk.shop.id, id, platform)
        return order_notes.write(desk, found, note, author=who.agent, name=who.name)

    number, text = await app[DESKS].write(who.shop, app[CLOCK].now(), work, store.locks.by_chat(id))
    return answers.json_response({"ok": True, "id": number, "text": text})


def _price(price: Price) -> dict[str, Any]:
    lines = [
        {"title": line.title, "price": str(line.price), "quantity": line.quantity, "paid": str(paid)}
        for line, paid in zip(price.lines, price.paid, strict=True)
    ]
    steps = [
        {"rule": step.rule, "label": step.label, "discount": str(step.discount), "left": str(step.left)}
        for step in price.steps
        if step.discount
    ]
    money = {name: str(getattr(price, name)) for name in ("original", "goods", "freight", "total")}
    return {"lines": lines, "steps": steps, "lacking": price.lacking, **money}


def _promotion(promotion: Promotion | None) -> dict[str, Any] | None:
    """By which row it was worked out; its rules are named, so that one of them can be left aside."""
    if promotion is None:
        return None
    rules = [{"rule": rule, "label": label} for rule, label in labels(promotion).items()]
    return {"id": promotion.id, "name": promotion.name, "rules": rules}
