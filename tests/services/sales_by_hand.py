"""Asking, ordering and paying worked out the slow way from raw events (DOMAIN 1.2, 1.3, 8.19, 8.22).

What a day is worth is judged by what was said until its end. Not the product's way: each order asks all messages.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from tests.services.figures_by_hand import Day, Figures, is_human, share
from tests.services.rounds_by_hand import Event, Talk, day, end_of

TWO_DAYS, THREE_WEEKS = timedelta(days=2), timedelta(days=21)


@dataclass(frozen=True)
class Bought:
    """An order as all its events together tell."""

    buyer: str
    platform: str
    made: datetime
    paid: datetime | None
    fen: int
    pieces: int
    back: int


def bought(events: Iterable[Event]) -> list[Bought]:
    every = list(events)
    told = {(one["platform"], one["order"]): one for one in every if one["type"] == "order"}
    paid = {(one["platform"], one["order"]): one["paid"] for one in every if one["type"] == "order" and one["paid"]}
    back = {(one["platform"], one["order"]) for one in every if one["type"] == "refund" and counts(one)}
    return [
        Bought(
            one["buyer"], one["platform"], one["made"], paid.get(key), round(float(one["amount"]) * 100),
            one["items"][0]["quantity"], one["items"][0]["quantity"] if key in back else 0,
        )
        for key, one in told.items()
    ]  # fmt: skip


def counts(refund: Event) -> bool:
    return refund["status"] == "SUCCESS" and refund["reason"] not in ("缺货", "物流", "退定金重拍")


# --- who earned it ---------------------------------------------------------------------------------------------------


def parts(talk: Talk, said: Sequence[Event]) -> list[tuple[datetime, datetime, str]]:
    """(ended, began, agent) of each agent's part of each session of one conversation."""
    sessions: list[list[Event]] = [[said[0]]] if said else []
    for before, one in pairwise(said):
        if one["moment"] - before["moment"] >= talk.rule(one, "gap"):
            sessions.append([])
        sessions[-1].append(one)
    found = []
    for session in sessions:
        humans = [one for one in session if is_human(one)]
        for agent in {one["agent"] for one in humans}:
            mine = [one["moment"] for one in humans if one["agent"] == agent]
            began = session[0]["moment"] if humans[0]["agent"] == agent else mine[0]
            ended = session[-1]["moment"] if humans[-1]["agent"] == agent else mine[-1]
            found.append((ended, began, agent))
    return found


def earner(found: Day, order: Bought, at: datetime, until: datetime) -> str | None:
    chats = []
    for talk in found.talks:
        said = [one for one in talk.said if one["moment"] < until]
        if said and (said[0]["platform"], said[0]["buyer"]) == (order.platform, order.buyer):
            wrote = [one["moment"] for one in said if one["side"] == "buyer"]
            chats += parts(talk, said) if wrote and wrote[0] <= at else []
    inside = [chat for chat in chats if chat[1] <= at <= chat[0]]
    before = [chat for chat in chats if at - TWO_DAYS <= chat[0] < at]
    chosen = max(inside or before, default=None)
    return chosen[2] if chosen else None


# --- figures ---------------------------------------------------------------------------------------------------------


def sales_figures(found: Day, events: Iterable[Event]) -> Figures:
    return figures_of(sold(found, events))


def figures_of(counts: Counter[str]) -> Figures:
    """The figures of counts, which may be those of several days, agents or shops added up."""
    sales, buyers = counts["fen"] / 100, counts["buyers"]
    return {
        "sales_amount": f"{sales:.2f}",
        "buyers_paid": buyers,
        "amount_per_buyer": f"{sales / buyers:.2f}" if buyers else None,
        "items_per_buyer": share(counts["pieces"], buyers),
        "order_to_paid_rate": share(counts["ordered_paid"], counts["ordered"]),
        "repeat_buyer_rate": share(counts["again"], buyers),
        "refund_rate": share(counts["back"], counts["pieces"]),
        **{name: counts[name] for name in ("paid_own", "paid_others", "paid_silent_order", "paid_silent")},
        "inquiry_buyers": counts["inquiries"],
        "inquiry_to_order_rate": share(counts["asked_ordered"], counts["inquiries"]),
        "inquiry_to_paid_rate": share(counts["asked_paid"], counts["inquiries"]),
    }


def sold(found: Day, events: Iterable[Event]) -> Counter[str]:
    every, zone = bought(events), found.zone
    made = [one for one in every if day(one.made, zone) in found.days]
    ordered = [one for one in made if _mine(found, earner(found, one, one.made, end_of(one.made, zone)))]
    paid = [one for one in every if one.paid and day(one.paid, zone) in found.days]
    credited = [one for one in paid if one.paid and _mine(found, earner(found, one, one.paid, end_of(one.paid, zone)))]
    buyers = {(day(one.paid, zone), one.platform, one.buyer) for one in credited if one.paid}
    again = {(at, on, who) for at, on, who in buyers if any(_before(one, at, on, who, zone) for one in every)}
    return (
        asked(found, every)
        + _kinds(found, paid)
        + Counter(
            fen=sum(one.fen for one in credited),
            buyers=len(buyers),
            again=len(again),
            pieces=sum(one.pieces for one in credited),
            back=sum(one.back for one in credited),
            ordered=len(ordered),
            ordered_paid=sum(one.paid is not None for one in ordered),
        )
    )


def _kinds(found: Day, paid: Iterable[Bought]) -> Counter[str]:
    """Whose order a payment was of, as far as known at the end of the day of paying."""
    counts = Counter[str]()
    for one in paid:
        assert one.paid is not None
        until = end_of(one.paid, found.zone)
        by, made = earner(found, one, one.paid, until), earner(found, one, one.made, until)
        if by is None and found.agent is None:
            counts["paid_silent"] += 1
        elif by is not None and found.agent in (None, by):
            counts["paid_own" if made == by else "paid_others" if made else "paid_silent_order"] += 1
    return counts


def _mine(found: Day, agent: str | None) -> bool:
    return agent is not None and found.agent in (None, agent)


def _before(one: Bought, at: Any, platform: str, buyer: str, zone: Any) -> bool:
    return (one.platform, one.buyer) == (platform, buyer) and one.paid is not None and day(one.paid, zone) < at


def asked(found: Day, every: Sequence[Bought]) -> Counter[str]:
    first: dict[Any, datetime] = {}
    for one in found.said:
        if one["side"] == "buyer":
            first[found.buyer_day(one)] = min(one["moment"], first.get(found.buyer_day(one), one["moment"]))
    counts = Counter[str]()
    for key in found.consulted() & first.keys():
        at, theirs = first[key], [one for one in every if (one.platform, one.buyer) == key[1:]]  # type: ignore[index]
        end = end_of(end_of(at, found.zone), found.zone)
        new = [one for one in theirs if at <= one.made < end]
        lately = any(one.paid and at - THREE_WEEKS <= one.paid < at for one in theirs)
        counts["askers"] += 1
        counts["inquiries"] += bool(new) or not lately
        counts["asked_ordered"] += bool(new)
        counts["asked_paid"] += any(one.paid for one in new)
    return counts
