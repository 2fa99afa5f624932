"""Checks of what agents say: before it goes out, after it was sent, and what a person answered to a warning.

The rules are `domain/checks.py`; here is gathered what makes words true, and what becomes a fact. Facts hold no text.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from assistant import store
from assistant.domain import events
from assistant.domain.check_rows import CODES
from assistant.domain.check_truths import Moment, minds_price
from assistant.domain.checks import Hit
from assistant.domain.errors import InvalidInput
from assistant.services import context
from assistant.services.desk import Desk, Shop
from assistant.services.sidebar_view import CheckedView
from assistant.store.buyers import Buyer
from assistant.store.conversations import Conversation

# One key each; nobody types reasons in the middle of a chat (UI.md §2.8).
OVERRIDES = {"1": "buyers_words", "2": "true", "3": "leader_agreed", "4": "other"}
PRICE_MINDED = "贪小便宜"
HEARD = 20


def find(
    tx: store.Transaction, shop: Shop, now: datetime, text: str, buyer: Buyer | None, chat: Conversation | None = None
) -> tuple[Hit, ...]:
    """What is wrong with a text about to be said; without a buyer nothing is known but the hour. Nothing is stored."""
    if buyer is None:
        return shop.checks.hits(text, Moment(now=now.astimezone(shop.timezone), own=_shops_own(shop, now)))
    return shop.checks.hits(text, lambda: moment(tx, shop, now, buyer, chat))


def moment(tx: store.Transaction, shop: Shop, now: datetime, buyer: Buyer, chat: Conversation | None) -> Moment:
    """What makes words true in this chat: the item talked about, the promotion, the buyer's own number."""
    chat = chat or store.conversations.latest_of(tx, buyer.id)
    about = context.known(tx, shop, now, buyer, chat)
    item, promotion = about.item, about.promotion
    minds = PRICE_MINDED in about.tags or (chat is not None and _minds_price(tx, chat))
    asked = item.price if item is not None else None
    return Moment(
        now=now.astimezone(shop.timezone),
        platform=buyer.platform,
        categories=tuple({one["category"] for order in about.orders for one in order.items if one.get("category")}),
        stock=item.stock if item is not None else None,
        ends_at=promotion.ends_at if promotion is not None else None,
        own=(*((buyer.phone,) if buyer.phone else ()), *_shops_own(shop, now)),
        price_minded=minds,
        enquired=asked,
        dearer=tuple(store.items.dearer(tx, shop.id, buyer.platform, asked)) if minds and asked is not None else (),
    )


def _shops_own(shop: Shop, now: datetime) -> tuple[str, ...]:
    values = shop.handbook.values(shop.day(now)).values()
    return tuple(value for value in values if isinstance(value, str))


def _minds_price(tx: store.Transaction, chat: Conversation) -> bool:
    return minds_price(said.text for said in store.messages.last(tx, chat.id, HEARD) if said.side == "buyer")


# --- after it was said ---------------------------------------------------------------------------------------------


def note(desk: Desk, chat: Conversation, event: events.Message, *, by: str) -> None:
    """A person's message arrived: what is wrong with it is a fact, and stands in the sidebar until the next message.

    `by` says whether it was written by hand or came from a reply.
    """
    hits = desk.shop.checks.hits(
        event.text, lambda: moment(desk.tx, desk.shop, event.at, desk.buyer_of(chat.buyer), chat)
    )
    for hit in _one_each(hits):
        desk.record(
            "check.hit",
            at=event.at,
            conversation=chat,
            agent=event.agent,
            message=event.id,
            code=hit.code,
            severity=hit.severity,
            by=by,
        )
    newest = chat.answered_at is None or event.at >= chat.answered_at
    if newest and (hits or chat.checked):
        chat.checked = [f"{hit.severity} {hit.check}" for hit in _one_each(hits)]


def _one_each(hits: Iterable[Hit]) -> list[Hit]:
    return list({hit.check: hit for hit in hits}.values())


def said(shop: Shop, chat: Conversation) -> tuple[CheckedView, ...]:
    """What was wrong with the agent's last message, in the trainers' words; a check that is gone says nothing."""
    found = []
    for each in chat.checked:
        severity, _, id = each.partition(" ")
        row = shop.checks.rows.get(id)
        if row is not None:
            found.append(CheckedView(row.code, row.name, severity, row.reason, row.instead))
    return tuple(found)


# --- before it is said ---------------------------------------------------------------------------------------------


def guard(desk: Desk, chat: Conversation, text: str, *, agent: str, override: str | None) -> None:
    """Refuse what must not be sent. A warning is overridden by the key of a reason, which becomes a fact; what is
    blocked is not. Raises InvalidInput with the hits."""
    hits = find(desk.tx, desk.shop, desk.now, text, desk.buyer_of(chat.buyer), chat)
    stopped = [hit for hit in hits if hit.severity == "block"]
    doubted = [hit for hit in hits if hit.severity == "warn"]
    if stopped:
        raise _refusal("blocked", stopped)
    if doubted and override not in OVERRIDES:
        raise _refusal("doubted", doubted)
    if doubted:
        overrule(desk, chat, [hit.code for hit in doubted], str(override), agent=agent)


def _refusal(reason: str, hits: list[Hit]) -> InvalidInput:
    first = hits[0]
    message = f"{first.code} {first.name}: {first.words}; {first.reason}"
    return InvalidInput(message, reason=reason, words=first.words, why=first.reason, hits=hits)


def overrule(desk: Desk, chat: Conversation, codes: Iterable[str], key: str, *, agent: str) -> None:
    """A person uses a text in spite of warnings: one fact for each code. Raises InvalidInput."""
    reason, given = OVERRIDES.get(key), list(dict.fromkeys(codes))
    if reason is None:
        raise InvalidInput(f"{key!r} is no reason: one of {', '.join(OVERRIDES)}")
    if not given or not set(given) <= set(CODES):
        raise InvalidInput(f"name the codes of the warnings, among {', '.join(CODES)}")
    for code in given:
        desk.record("check.overridden", conversation=chat, agent=agent, code=code, reason=reason)
