"""What is derived must be what one gets by deriving it anew: rounds, clocks of conversations, purchases, figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from assistant import store
from assistant.domain.moments import shop_day
from assistant.domain.orders import is_paid
from assistant.services import kpi, rounds
from assistant.store.conversations import Conversation
from tests.soak.books import Books, Row, grouped

_OF_ROUNDS = ("number", "asked_at", "answered_at", "agent", "session", "first", "session_asked_at", "held_at")
EVER = datetime.fromisoformat("2000-01-01T00:00:00+00:00"), datetime.fromisoformat("2100-01-01T00:00:00+00:00")


def complaints(books: Books) -> Iterator[str]:
    kept = grouped(books["rounds"], "conversation")
    said = grouped(books["messages"], "conversation")
    for row in books["conversations"]:
        yield from _rounds(books, row, kept.get(row["id"], []))
        yield from _hands(row, said.get(row["id"], []))
    yield from _purchases(books)
    for shop in books["shops"]:
        yield from _counts(books, shop)


def _rounds(books: Books, row: Row, kept: list[Row]) -> Iterator[str]:
    chat, zone = Conversation(**row), ZoneInfo(_shop(books, row["shop"])["timezone"])
    state, found = rounds.rebuilt(books.tx, chat, store.messages.all_of(books.tx, chat.id), (), zone)
    anew = [tuple(asdict(one)[name] for name in _OF_ROUNDS) for one in found]
    stored = [tuple(one[name] for name in _OF_ROUNDS) for one in sorted(kept, key=lambda one: one["number"])]
    if anew != stored:
        yield f"rounds of {chat.external} are {stored}, made anew {anew}"
    if state.waiting_since != chat.waiting_since:
        yield f"{chat.external} waits since {chat.waiting_since}, by its messages since {state.waiting_since}"


def _shop(books: Books, id: str) -> Row:
    return next(shop for shop in books["shops"] if shop["id"] == id)


def _hands(chat: Row, said: list[Row]) -> Iterator[str]:
    """The hands of a conversation stand where its messages put them."""
    buyer = max((m["at"] for m in said if m["side"] == "buyer"), default=None)
    answered = max((m["at"] for m in said if m["side"] == "agent" and m["origin"] == "human"), default=None)
    if (chat["buyer_at"], chat["answered_at"]) != (buyer, answered):
        yield f"{chat['external']} was last heard {chat['buyer_at']}, {chat['answered_at']}; not {buyer}, {answered}"
    if said and chat["last_at"] < max(m["at"] for m in said):
        yield f"{chat['external']} has words newer than its last, {chat['last_at']}"


def _purchases(books: Books) -> Iterator[str]:
    orders = grouped((o for o in books["orders"] if is_paid(o["status"])), "buyer")
    for buyer in books["buyers"]:
        paid = orders.get(buyer["id"], [])
        anew = (
            len(paid),
            sum(o["amount"] for o in paid),
            max((o["paid_at"] for o in paid if o["paid_at"]), default=None),
        )
        if anew != (buyer["paid_orders"], buyer["spent"], buyer["last_paid_at"]):
            yield f"purchases of {buyer['external']} are {dict(buyer)}, by the orders {anew}"


def _counts(books: Books, shop: Row) -> Iterator[str]:
    """Figures of the tables are those that the facts alone give."""
    zone = ZoneInfo(shop["timezone"])
    facts = [fact for fact in books["facts"] if fact["shop"] == shop["id"]]
    (row,) = kpi.rows(books.tx, shop["id"], *EVER, now=EVER[1] - timedelta(days=1))
    for name, anew in _by_facts(facts, zone).items():
        if row[name] != anew:
            yield f"{name} of {shop['id']} is {row[name]}, by the facts {anew}"


def _by_facts(facts: list[Row], zone: ZoneInfo) -> dict[str, Any]:
    names = Counter(fact["name"] for fact in facts)
    spoke = [fact for fact in facts if fact["name"] in ("buyer.spoke", "agent.spoke")]
    human = [fact for fact in spoke if fact["name"] == "agent.spoke" and fact["data"]["origin"] == "human"]
    shown = {fact["data"]["suggestion"] for fact in facts if fact["name"] == "suggestion.shown"}
    came_up = {f["data"]["follow_up"] for f in facts if f["name"] in ("follow_up.due", "follow_up.missed")}
    done = {f["data"]["follow_up"] for f in facts if f["name"] == "follow_up.done"}
    scripted = sum(bool(fact["data"].get("script")) for fact in human)
    return {
        "buyers_consulted": len({(fact["platform"], fact["buyer"], shop_day(fact["at"], zone)) for fact in spoke}),
        "answer_question_ratio": len(human) / names["buyer.spoke"] if names["buyer.spoke"] else None,
        "script_usage_rate": scripted / len(human) if human else None,
        "suggestions_shown": len(shown),
        "follow_ups_done": names["follow_up.done"],
        "follow_ups_missed": names["follow_up.missed"],
        "follow_ups_due": len(came_up | done),
    }
