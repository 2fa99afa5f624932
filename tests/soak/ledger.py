"""What must be true of every database at every moment, whatever was broken: nothing lost, nothing twice, nothing left
behind. Each check gives complaints in words; a sound database has none. Figures are checked in `figures.py`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Engine

from tests.soak import figures, timers
from tests.soak.books import Books, Row, grouped, opened

MOST = 30
# Which column of which table names a row of which other one, and whether it may be empty.
_REFERENCES = {
    "conversations": {"buyer": "buyers"},
    "messages": {"conversation": "conversations"},
    "rounds": {"conversation": "conversations", "buyer": "buyers"},
    "suggestions": {"conversation": "conversations", "buyer": "buyers"},
    "orders": {"buyer": "buyers"},
    "refunds": {"buyer": "buyers"},
    "reviews": {"buyer": "buyers"},
    "ratings": {"conversation": "conversations"},
    "views": {"buyer": "buyers"},
    "tags": {"buyer": "buyers"},
    "notes": {"buyer": "buyers"},
    "follow_ups": {"conversation": "conversations", "buyer": "buyers", "order": "orders"},
    "facts": {"conversation": "conversations", "buyer": "buyers", "order": "orders"},
    "notice_receipts": {"notice": "notices"},
}


def complaints(engine: Engine, acknowledged: Iterable[str] = (), now: datetime | None = None) -> list[str]:
    """All that is wrong, at most `MOST` of it. `acknowledged`: ids of events that were answered with success. With
    `now`: by then everything due must have come up."""
    with opened(engine) as books:
        found = [
            *islice(_lost(books, acknowledged), MOST),
            *islice(_orphans(books), MOST),
            *islice(_doubled(books), MOST),
            *islice(_words(books), MOST),
            *islice(_cards(books), MOST),
            *islice(timers.complaints(books, now), MOST),
            *islice(figures.complaints(books), MOST),
        ]
    return found[:MOST]


def _lost(books: Books, acknowledged: Iterable[str]) -> Iterator[str]:
    stored = {row["id"] for row in books["events"]}
    for id in acknowledged:
        if id not in stored:
            yield f"event {id} was acknowledged and is not there"


def _orphans(books: Books) -> Iterator[str]:
    known = {name: books.by_id(name) for name in ("buyers", "conversations", "orders", "notices")}
    for table, references in _REFERENCES.items():
        for row in books[table]:
            for column, other in references.items():
                yield from _orphan(known[other], table, row, column)


def _orphan(known: Mapping[int, Row], table: str, row: Row, column: str) -> Iterator[str]:
    key = row[column]
    if key is None:
        return
    found = known.get(key)
    if found is None:
        yield f"{table} {dict(row)} names {column} {key}, which is not there"
    elif "shop" in row and row["shop"] != found["shop"]:
        yield f"{table} {dict(row)} of one shop names {column} {key} of another"


def _doubled(books: Books) -> Iterator[str]:
    yield from _twice("message", ((m["conversation"], m["external"]) for m in books["messages"]))
    yield from _twice("rating", ((r["conversation"], r["at"], r["score"]) for r in books["ratings"]))
    yield from _twice("view", ((v["buyer"], v["item"], v["at"]) for v in books["views"]))
    once = ("order.created", "review.received", "refund.requested", "refund.done")
    for name, facts in grouped(books["facts"], "name").items():
        if name in once:
            yield from _twice(name, ((f["conversation"], f["buyer"], f["order"], f["at"]) for f in facts))


def _twice(noun: str, keys: Iterable[Any]) -> Iterator[str]:
    for key, count in Counter(keys).items():
        if count > 1:
            yield f"{noun} {key} is there {count} times"


def _words(books: Books) -> Iterator[str]:
    """What was said is kept with its event and with the one fact that tells of it, or not at all."""
    chats = books.by_id("conversations")
    events = {(row["shop"], row["platform"], row["id"]) for row in books["events"]}
    told = grouped((f for f in books["facts"] if f["name"] in ("buyer.spoke", "agent.spoke")), "conversation")
    for id, said in grouped(books["messages"], "conversation").items():
        platform = chats[id]["platform"] if id in chats else ""
        facts = Counter((f["name"], f["data"].get("message"), f["at"]) for f in told.pop(id, ()))
        for one in said:
            if (one["shop"], platform, one["external"]) not in events:
                yield f"message {one['external']} is there without its event"
            if one["side"] != "system" and facts.pop((f"{one['side']}.spoke", one["external"], one["at"]), 0) != 1:
                yield f"message {one['external']} is not told by exactly one fact"
        yield from (f"fact {fact} tells of a message that is not there" for fact in facts)
    yield from (f"facts of conversation {id} tell of messages that are not there" for id in told)


def _cards(books: Books) -> Iterator[str]:
    """A card is up only while what it answers is unanswered; its facts tell what became of it, once."""
    chats, said = books.by_id("conversations"), grouped(books["messages"], "conversation")
    told = Counter((f["name"], f["data"].get("suggestion")) for f in books["facts"])
    for card in books["suggestions"]:
        if not told["suggestion.shown", card["id"]]:
            yield f"card {card['id']} is up without a fact"
        if told["suggestion.sent", card["id"]] != (card["state"] == "sent"):
            yield f"card {card['id']} is {card['state']}, its facts say otherwise"
        chat = chats.get(card["conversation"])
        if card["closed_at"] is None and chat is not None and not _asks(chat, said.get(chat["id"], ())):
            yield f"card {card['id']} ({card['situation']}) is up although nothing is asked in {chat['external']}"
    up = [card for card in books["suggestions"] if card["closed_at"] is None]
    yield from _twice("open card", ((card["conversation"], card["situation"]) for card in up))


def _asks(chat: Row, said: Iterable[Row]) -> bool:
    answered = chat["answered_at"]
    return any(one["side"] == "buyer" and (answered is None or one["at"] > answered) for one in said)
