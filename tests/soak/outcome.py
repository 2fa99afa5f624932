"""What of a shop must be the same whatever order its news came in. What may differ, and why, is said in
`test_any_order.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from assistant.store.columns import from_microseconds
from assistant.store.facts import HANDOVERS
from tests.services.shop import Shop
from tests.soak.books import Books, Row, opened
from tests.soak.timers import ACTIVE

# Told of once, at a time of their own: no other news changes them.
SAME_FACTS = (
    "buyer.spoke buyer.objected agent.spoke agent.asked agent.promised "
    "conversation.assigned conversation.transferred conversation.closed rating.given review.received item.viewed"
).split()
_WHOSE = {"buyer": "buyers", "conversation": "conversations", "order": "orders"}
_WHOLE = ("buyers", "orders", "shipments", "refunds", "reviews", "ratings", "views", "items", "promotions", "rounds")
# Numbers of rows, and what stands in rows only since a moment of our own clock.
_OURS = {"id", "version", "matching", "recorded_at", "received_at"}
_OF_CHATS = "agent state last_at buyer_at answered_at waiting_since urged wants_person thanks".split()
_OF_MESSAGES = "external at side agent origin text item".split()
_OF_FOLLOW_UPS = "touchpoint state armed_at due_at promised promised_by".split()


def outcome(shop: Shop) -> dict[str, object]:
    """All that must not depend on the order of arrival; lists are sorted, keys are the platform's."""
    with opened(shop.desks.store.engine) as books:
        names = _Names(books)
        found: dict[str, object] = {table: _sorted(names.plain(row) for row in books[table]) for table in _WHOLE}
        found["events"] = sorted(row["id"] for row in books["events"])
        found["tags"] = _sorted(names.plain(row) | {"at": None} for row in books["tags"])
        found["messages"] = _sorted({n: row[n] for n in _OF_MESSAGES} for row in books["messages"])
        found["chats"] = {
            row["external"]: {n: row[n] for n in _OF_CHATS} | {"told": sorted(row["told"])}
            for row in books["conversations"]
        }
        found["facts"] = _sorted(names.fact(row) for row in books["facts"] if row["name"] in SAME_FACTS)
        active = [row for row in books["follow_ups"] if row["state"] in ACTIVE]
        found["follow-ups"] = _sorted({n: row[n] for n in _OF_FOLLOW_UPS} | names.of(row) for row in active)
    return found


class _Names:
    """The platform's own names for our keys, which depend on what came first."""

    def __init__(self, books: Books) -> None:
        self._known = {column: books.by_id(table) for column, table in _WHOSE.items()}

    def _name(self, column: str, key: Any) -> Any:
        found = self._known[column].get(key) if isinstance(key, int) else None
        return key if found is None else found["external"]

    def plain(self, row: Row) -> dict[str, Any]:
        return {
            name: self._name(name, value) if name in _WHOSE else value for name, value in row.items()
        } | dict.fromkeys(_OURS & set(row))

    def fact(self, row: Row) -> dict[str, Any]:
        data = {name: value for name, value in row["data"].items() if name not in ("script", "edited")}
        named = row["name"].startswith("agent.") or row["name"] in HANDOVERS
        told = self.plain(row) | {"data": data, "agent": row["agent"] if named else None}
        return told | {"order": None} if row["name"].startswith("review.") else told

    def of(self, row: Row) -> dict[str, Any]:
        anchors = {self._order(key): from_microseconds(at) for key, at in row["anchors"].items()}
        return {"anchors": anchors, "conversation": None if anchors.keys() != {""} else self._chat(row)}

    def _order(self, key: str) -> str:
        return str(self._name("order", int(key))) if key else ""

    def _chat(self, row: Row) -> Any:
        return self._name("conversation", row["conversation"])


def _sorted(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return sorted(map(dict, rows), key=repr)
