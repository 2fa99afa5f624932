"""What must be true of follow-ups: each came up once or was ended once, for a reason that holds, none is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from assistant.domain.follow_ups import LATEST, Happening, concerns, effect, latest, reminds_of_payment
from assistant.domain.orders import CLOSED, is_paid
from assistant.domain.scripts import Touchpoint
from assistant.store.columns import from_microseconds
from tests.soak.books import Books, Row, grouped

# From what state to what state each fact leads; no other step exists.
_STEPS: Mapping[str, tuple[tuple[str | None, ...], str | None]] = {
    "follow_up.armed": ((None,), "armed"),
    "follow_up.restarted": (("armed", "due"), "armed"),
    "follow_up.due": (("armed",), "due"),
    "follow_up.snoozed": (("armed", "due"), "armed"),
    "follow_up.done": (("armed", "due"), "done"),
    "follow_up.dismissed": (("armed", "due"), "dismissed"),
    "follow_up.cancelled": (("armed", "due"), "cancelled"),
    "follow_up.withheld": (("armed",), "withheld"),
    "follow_up.missed": (("armed",), "missed"),
}
ACTIVE = ("armed", "due")


@dataclass(frozen=True)
class Case:
    """One follow-up with the facts that tell of it, in the order they were recorded."""

    row: Row
    facts: list[Row]

    def told(self, name: str) -> bool:
        return any(fact["name"] == f"follow_up.{name}" for fact in self.facts)

    def __str__(self) -> str:
        return f"follow-up {self.row['id']} ({self.row['touchpoint']}, {self.row['state']})"


def complaints(books: Books, now: datetime | None) -> Iterator[str]:
    """With `now`, what is due by then must have come up."""
    own = [f for f in books["facts"] if f["name"] in _STEPS]
    told = grouped([{**f, "follow_up": f["data"]["follow_up"]} for f in own], "follow_up")
    cases = [Case(row, told.pop(row["id"], [])) for row in books["follow_ups"]]
    for case in cases:
        yield from _history(case)
        touchpoint = _row(books, case)
        yield from _punctual(case, now, latest(touchpoint) if touchpoint else LATEST)
    yield from (f"facts tell of follow-up {id}, which is not there" for id in told)
    yield from _reasons(books, cases)
    yield from _series(books, cases)


def _row(books: Books, case: Case) -> Touchpoint | None:
    tables = books.scripts.get(case.row["shop"])
    return tables.touchpoint(case.row["touchpoint"]) if tables else None


def _series(books: Books, cases: list[Case]) -> Iterator[str]:
    """Of what recurs at most one stands, none comes twice on a day, and one follows each until all of it ends."""
    own: dict[Any, list[Case]] = {}
    for case in cases:
        if (touchpoint := _row(books, case)) is not None and touchpoint.series:
            own.setdefault((case.row["buyer"], touchpoint.id), []).append(case)
    for (buyer, name), found in own.items():
        found.sort(key=lambda case: case.row["id"])
        standing = [case for case in found if case.row["state"] in ACTIVE]
        if len(standing) > 1:
            yield f"{len(standing)} follow-ups of the series {name} stand for buyer {buyer}"
        for before, after in pairwise(found):
            if before.row["state"] in ACTIVE or after.row["due_at"] <= before.row["due_at"]:
                yield f"{after} of a series does not follow {before}"


def _history(case: Case) -> Iterator[str]:
    state: str | None = None
    for fact in case.facts:
        before, after = _STEPS[fact["name"]]
        if state not in before:
            yield f"{case} was {state} when {fact['name']} was recorded (fact {fact['id']})"
        state = after
    if state != case.row["state"]:
        yield f"{case} is, by its facts, {state}"


def _punctual(case: Case, now: datetime | None, late: timedelta) -> Iterator[str]:
    row = case.row
    if row["state"] == "due" and row["shown_at"] < row["due_at"]:
        yield f"{case} came up at {row['shown_at']}, before {row['due_at']}"
    held = any(str(fact["data"].get("reason", "")).startswith("data:") for fact in case.facts)
    if row["state"] == "missed" and not held and row["closed_at"] - row["due_at"] <= late:
        yield f"{case} was missed at {row['closed_at']} although due only at {row['due_at']}"
    if now is not None and row["state"] == "armed" and row["due_at"] <= now:
        yield f"{case} was due at {row['due_at']} and has not come up"


# --- why they are there ------------------------------------------------------------------------------------------


def _reasons(books: Books, cases: list[Case]) -> Iterator[str]:
    """None is active whose reason is gone, and none is missing whose reason stands."""
    facts = grouped((f for f in books["facts"] if f["buyer"] is not None), "buyer")
    by_buyer: dict[Any, list[Case]] = {}
    for case in cases:
        by_buyer.setdefault(case.row["buyer"], []).append(case)
    for buyer, mine in facts.items():
        tables = books.scripts.get(mine[0]["shop"])
        if tables is None:
            continue
        own = by_buyer.get(buyer, [])
        for touchpoint in tables.touchpoints:
            if touchpoint.keeps_promises:
                continue
            yield from _gone(books, touchpoint, [c for c in own if c.row["touchpoint"] == touchpoint.id], mine)
            yield from _missing(books, touchpoint, own, mine)


def happening(fact: Row) -> Happening:
    return Happening(fact["name"], fact["at"], fact["order"], fact["conversation"])


def _gone(books: Books, touchpoint: Touchpoint, cases: list[Case], facts: list[Row]) -> Iterator[str]:
    for case in cases:
        if case.row["state"] not in ACTIVE:
            continue
        for key, anchor in case.row["anchors"].items():
            since = from_microseconds(anchor)
            if reminds_of_payment(touchpoint) and not _unpaid(books, key):
                yield f"{case} stands although order {key} is settled"
            for fact in facts:
                if _ends(touchpoint, happening(fact), {key}, case.row["conversation"], since):
                    yield f"{case} stands although {fact['name']} at {fact['at']} ended its reason of {since}"


def _ends(touchpoint: Touchpoint, told: Happening, orders: Collection[str], chat: int | None, since: datetime) -> bool:
    # At the very same moment whichever was heard of last holds.
    concerned = told.at > since and concerns(touchpoint, orders, chat, told)
    return concerned and effect(touchpoint, told, since) == "cancel"


def _unpaid(books: Books, key: str) -> bool:
    """By the order itself: a platform may take a payment back."""
    order = books.by_id("orders").get(int(key))
    return order is not None and not is_paid(order["status"]) and order["status"] not in CLOSED


def _missing(books: Books, touchpoint: Touchpoint, cases: list[Case], facts: list[Row]) -> Iterator[str]:
    for fact in facts:
        if fact["name"] != touchpoint.on or str(fact["data"].get("script") or "").startswith(touchpoint.reply):
            continue
        if touchpoint.audience and not _meant(books, fact):
            continue
        if not any(_covers(touchpoint, case, fact) for case in cases) and not _settled(touchpoint, fact, facts):
            yield f"{fact['name']} at {fact['at']} (fact {fact['id']}) has started no {touchpoint.id}"


def _meant(books: Books, fact: Row) -> bool:
    """The audience of the shipped tables: orders that are neither presale nor paid on delivery."""
    order = books.by_id("orders").get(fact["order"])
    return order is not None and not order["cod"] and not order["stages"]


def _covers(touchpoint: Touchpoint, case: Case, fact: Row) -> bool:
    row = case.row
    if row["touchpoint"] != touchpoint.id:
        return False
    same = row["conversation"] == fact["conversation"] if fact["order"] is None and not touchpoint.series else True
    return bool(same and (row["closed_at"] is None or row["closed_at"] >= fact["at"] - timedelta(microseconds=1)))


def _settled(touchpoint: Touchpoint, fact: Row, facts: list[Row]) -> bool:
    order = {str(fact["order"])}
    paid = {"order.paid", "order.closed"} & set(touchpoint.until)
    return any(
        _ends(touchpoint, happening(one), order, fact["conversation"], fact["at"] - timedelta(microseconds=1))
        or (one["name"] in paid and one["order"] == fact["order"])
        for one in facts
    )
