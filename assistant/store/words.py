"""What became of cards and quick replies in a period: counted, and one by one. Composed queries: nobody waits for them.

A buyer is new or not as they were when a text was shown or chosen: whoever bought since would make it look well.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Subquery,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    select,
    type_coerce,
)

from assistant.domain.words import ANSWERS, ORDERS, PAYS, Purchases, Tally
from assistant.store.columns import to_microseconds
from assistant.store.counting import count_of, length
from assistant.store.statements import Transaction
from assistant.store.tables import conversations, facts, messages, orders, quick_reply_uses, suggestions


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose words, when (`start <= at < end`), said to whom; `now` tells whose time to answer is over."""

    shop: str
    start: datetime
    end: datetime
    now: datetime
    platform: str | None = None
    purchases: Purchases | None = None


@dataclass(frozen=True, slots=True)
class Used:
    """One use of a reply; `sent` is the message it became."""

    at: datetime
    agent: str | None
    platform: str
    conversation: str
    buyer: int
    state: str
    edited: bool
    offered: str
    sent: str | None


def cards(tx: Transaction, asked: Asked, only: str | None = None) -> dict[str, Tally]:
    """By `situation/reply`; of the `only` one that is asked for, if one is."""
    return _tallies(tx, asked, _only(_cards(asked), only))


def uses(tx: Transaction, asked: Asked, only: str | None = None) -> dict[str, Tally]:
    """By a quick reply's name, as `cards`. What was looked at or passed over is not known."""
    found = _tallies(tx, asked, _only(_uses(asked), only))
    return {name: replace(tally, shown=None, dismissed=None) for name, tally in found.items()}


def listed(tx: Transaction, asked: Asked, name: str, what: str, limit: int) -> list[Used]:
    """The newest uses of one reply: `what` is shown | inserted | unchanged | edited | dismissed | sent."""
    p = _only(_cards(asked) if "/" in name else _uses(asked), name).c
    wanted = {
        "shown": literal(value=True), "inserted": p.inserted, "unchanged": and_(p.sent, ~p.edited),
        "edited": and_(p.sent, p.edited), "dismissed": p.dismissed, "sent": p.sent,
    }[what]  # fmt: skip
    query = (
        select(
            p.at, p.agent, conversations.c.platform, conversations.c.external, p.buyer, _state(p), p.edited, p.text,
            messages.c.text,
        )
        .join(conversations, conversations.c.id == p.conversation)
        .outerjoin(messages, and_(messages.c.conversation == p.conversation, messages.c.external == p.message))
        .where(wanted)
        .order_by(p.at.desc(), p.conversation.desc())
        .limit(limit)
    )  # fmt: skip
    return [Used(*row) for row in tx.connection.execute(query)]


def _state(p: Any) -> ColumnElement[str]:
    return case((p.sent, "sent"), (p.dismissed, "dismissed"), (p.inserted, "inserted"), else_="shown")


# --- counting --------------------------------------------------------------------------------------------------------


def _tallies(tx: Transaction, asked: Asked, found: Subquery) -> dict[str, Tally]:
    p = found.c
    counts = select(
        p.name, func.count(), count_of(p.inserted), count_of(and_(p.sent, ~p.edited)), count_of(and_(p.sent, p.edited)),
        count_of(p.dismissed),
    ).group_by(p.name)  # fmt: skip
    after = {name: numbers for name, *numbers in tx.connection.execute(_after(asked, found))}
    return {
        name: Tally(*map(int, numbers), *map(int, after.get(name, (0,) * 6)))
        for name, *numbers in tx.connection.execute(counts)
    }


def _after(asked: Asked, found: Subquery) -> Select[Any]:
    """What buyers did after each that was sent, within its window; only windows that are over."""
    p, said, m = found.c, type_coerce(messages.c.at, BigInteger), messages
    heard, moved = messages.alias(), facts.alias()
    answered = exists().where(
        heard.c.conversation == p.conversation, heard.c.side == "buyer", *_within(heard.c.at, said, ANSWERS)
    )
    columns: list[ColumnElement[Any]] = []
    for window, happened in (
        (ANSWERS, answered),
        (ORDERS, _happened(moved, p.buyer, "order.created", said, ORDERS)),
        (PAYS, _happened(moved, p.buyer, "order.paid", said, PAYS)),
    ):
        over = said <= to_microseconds(asked.now) - length(window)
        columns += [count_of(over), count_of(and_(over, happened))]
    sent = and_(m.c.conversation == p.conversation, m.c.external == p.message)
    return select(p.name, *columns).join(m, sent).where(p.sent).group_by(p.name)


def _happened(moved: Any, buyer: Any, name: str, said: Any, window: timedelta) -> ColumnElement[bool]:
    return exists().where(moved.c.buyer == buyer, moved.c.name == name, *_within(moved.c.at, said, window))


def _within(at: Any, said: Any, window: timedelta) -> Iterable[ColumnElement[bool]]:
    then = type_coerce(at, BigInteger)
    return then > said, then <= said + length(window)


# --- what is counted -------------------------------------------------------------------------------------------------


def _cards(asked: Asked) -> Subquery:
    s = suggestions.c
    query = select(
        (s.situation + "/" + s.reply).label("name"), s.conversation, s.buyer, s.agent, s.text, s.shown_at.label("at"),
        s.inserted_at.is_not(None).label("inserted"), (s.state == "sent").label("sent"), s.edited,
        (s.state == "dismissed").label("dismissed"), s.message,
    ).where(s.shop == asked.shop, s.shown_at >= asked.start, s.shown_at < asked.end)  # fmt: skip
    return _narrowed(query, asked, s.conversation, s.buyer, s.shown_at)


def _uses(asked: Asked) -> Subquery:
    u = quick_reply_uses.c
    query = select(
        u.name, u.conversation, u.buyer, u.agent, u.text, u.at, u.inserted_at.is_not(None).label("inserted"),
        u.message.is_not(None).label("sent"), u.edited, false().label("dismissed"), u.message,
    ).where(u.shop == asked.shop, u.at >= asked.start, u.at < asked.end)  # fmt: skip
    return _narrowed(query, asked, u.conversation, u.buyer, u.at)


def _narrowed(query: Select[Any], asked: Asked, conversation: Any, buyer: Any, at: Any) -> Subquery:
    if asked.platform:
        here = conversations.alias()
        query = query.join(here, here.c.id == conversation).where(here.c.platform == asked.platform)
    if asked.purchases:
        before = orders.alias()
        bought = select(func.count()).where(before.c.buyer == buyer, before.c.paid_at < at).scalar_subquery()
        wanted = {"new": bought == 0, "second": bought == 1, "repeat": bought > 1}
        query = query.where(wanted[asked.purchases])
    return query.subquery()


def _only(found: Subquery, name: str | None) -> Subquery:
    return found if name is None else select(found).where(found.c.name == name).subquery()
