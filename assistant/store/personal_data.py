"""Where something of a buyer is kept, in one list: for handing all of it out, and for erasing it.

`tests/services/test_personal_data.py` holds the list against the whole schema. Facts stay, with our keys only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, delete, exists, func, literal, select, type_coerce, update

from assistant.domain.erasing import OWN_WORDS_BUT, bare_data, bare_items, bare_reason
from assistant.store.buyers import Buyer
from assistant.store.columns import to_json
from assistant.store.statements import Transaction
from assistant.store.tables import (
    back_tests,
    buyers,
    conversations,
    facts,
    follow_ups,
    host_sendings,
    messages,
    notes,
    orders,
    quick_reply_uses,
    ratings,
    refunds,
    reviews,
    rounds,
    shipments,
    suggestions,
    tags,
    views,
)

# Between these two, and once for each time of erasing, stands what nobody outside can foresee.
_ERASED = "erased-"
Whose = Callable[[Buyer], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Holding:
    """A table with something of buyers. `whose` says which rows are about one; erasing gives `blank` columns the
    values beside them, or (None) deletes the rows; `counted` are columns that name nobody and stay for figures."""

    table: Any
    whose: Whose
    blank: Mapping[str, Any] | None = None
    counted: frozenset[str] = frozenset()


def _their(column: ColumnElement[Any]) -> Whose:
    return lambda buyer: column == buyer.id


def _said_with(column: ColumnElement[Any]) -> Whose:
    return lambda buyer: column.in_(select(conversations.c.id).where(conversations.c.buyer == buyer.id))


def _sent_to(buyer: Buyer) -> ColumnElement[bool]:
    order = and_(
        orders.c.buyer == buyer.id,
        orders.c.shop == shipments.c.shop,
        orders.c.platform == shipments.c.platform,
        orders.c.external == shipments.c.order,
    )
    return exists().where(order)


def _counted(*names: str) -> frozenset[str]:
    return frozenset(names)


_PLACE = ("shop", "platform", "agent")
HOLDINGS = (
    Holding(tags, _their(tags.c.buyer)),
    Holding(notes, _their(notes.c.buyer)),
    Holding(views, _their(views.c.buyer)),
    Holding(shipments, _sent_to),
    Holding(host_sendings, _said_with(host_sendings.c.conversation)),
    Holding(
        messages, _said_with(messages.c.conversation), {"text": "", "item": None},
        _counted("shop", "agent", "side", "origin", "script"),
    ),
    Holding(
        suggestions, _their(suggestions.c.buyer), {"text": "", "why": "", "missing": [], "message": None},
        _counted("shop", "agent", "situation", "reply", "state"),
    ),
    Holding(
        quick_reply_uses, _their(quick_reply_uses.c.buyer), {"text": "", "message": None},
        _counted("shop", "agent", "name"),
    ),
    Holding(
        follow_ups, _their(follow_ups.c.buyer), {"text": None, "promised": None, "missing": []},
        _counted(*_PLACE, "touchpoint", "anchors", "state", "reason", "script", "promised_by", "handed_by"),
    ),
    Holding(refunds, _their(refunds.c.buyer), {}, _counted("shop", "platform", "status", "reason", "kind")),
    Holding(reviews, _their(reviews.c.buyer), {"text": ""}, _counted("shop", "platform")),
    Holding(ratings, _said_with(ratings.c.conversation), {}, _counted("shop")),
    Holding(rounds, _their(rounds.c.buyer), {}, _counted(*_PLACE)),
    Holding(facts, _their(facts.c.buyer), {}, _counted(*_PLACE, "name", "data")),
    Holding(
        orders, _their(orders.c.buyer), {"province": None, "city": None},
        _counted("shop", "platform", "status", "source", "stages", "items"),
    ),
    Holding(
        conversations, _their(conversations.c.buyer),
        {
            "state": "closed", "last_at": None, "waiting_since": None, "matching": None, "told": [], "item": None,
            "urged": 0, "wants_person": False, "thanks": False, "checked": [], "using": None,
        },
        _counted(*_PLACE),
    ),
    Holding(
        buyers, _their(buyers.c.id),
        {
            "nickname": None, "phone": None, "tier": "none", "province": None, "city": None, "registered_at": None,
            "birthday": None, "baby_birthday": None, "consent": {}, "attributes": {}, "modified_at": None,
            "paid_orders": 0, "spent": 0, "last_paid_at": None,
        },
        _counted("shop", "platform"),
    ),
)  # fmt: skip
# Tables in which the platform's own id gives way to one that leads nowhere.
RENAMED = (conversations, orders, refunds, reviews, buyers)


def everything(tx: Transaction, buyer: Buyer) -> dict[str, list[dict[str, Any]]]:
    """All rows about a buyer, by table."""
    found = {}
    for holding in HOLDINGS:
        rows = tx.connection.execute(select(holding.table).where(holding.whose(buyer)))
        found[holding.table.name] = [dict(row) for row in rows.mappings()]
    return found


def close_follow_ups(tx: Transaction, buyer: Buyer, now: datetime, late: datetime, reason: str) -> None:
    """End what is open. Cards that came up before `late` were not carried out in time, which figures count."""
    theirs, up = follow_ups.c.buyer == buyer.id, follow_ups.c.state == "due"
    ended = case((and_(up, follow_ups.c.due_at < late), "dismissed"), else_="cancelled")
    still = update(follow_ups).where(theirs, follow_ups.c.state.in_(("armed", "due")))
    tx.connection.execute(still.values(state=ended, closed_at=now, reason=reason))
    # People may have said in their own words why one was done or put away.
    put_away = (follow_ups.c.state.in_(("done", "dismissed")), follow_ups.c.reason.not_in((*OWN_WORDS_BUT, reason)))
    tx.connection.execute(update(follow_ups).where(theirs, *put_away).values(reason="agent"))
    cards = update(suggestions).where(suggestions.c.buyer == buyer.id, suggestions.c.closed_at.is_(None))
    tx.connection.execute(cards.values(closed_at=now))


def erase(tx: Transaction, buyer: Buyer, now: datetime, mark: str) -> None:
    """Take away everything that tells who it was; `mark` is random. What was counted is counted as before."""
    _forget_reports(tx, buyer)
    _thin_out(tx, buyer)
    _follow_orders(tx, buyer, mark)
    for holding in HOLDINGS:
        here = holding.whose(buyer)
        if holding.blank is None:
            tx.connection.execute(delete(holding.table).where(here))
            continue
        values = dict(holding.blank)
        if holding.table in RENAMED:
            values["external"] = _handle(holding.table, mark)
        if holding.table is messages:
            values["external"] = literal(_ERASED) + cast(messages.c.id, Text)
        if holding.table is conversations:
            values["version"] = conversations.c.version + 1
        if holding.table is buyers:
            values["erased_at"] = now
        if values:
            tx.connection.execute(update(holding.table).where(here).values(values))
    tx.kept.forget()


def _handle(table: Any, mark: str) -> ColumnElement[str]:
    return literal(f"{_ERASED}{mark}-") + cast(table.c.id, Text)


def _follow_orders(tx: Transaction, buyer: Buyer, mark: str) -> None:
    """What names an order goes on naming it by its new id."""
    for table in (refunds, reviews):
        same = (orders.c.shop == table.c.shop, orders.c.platform == table.c.platform)
        renamed = select(_handle(orders, mark)).where(*same, orders.c.external == table.c.order)
        known = func.coalesce(renamed.where(orders.c.buyer == buyer.id).scalar_subquery(), _handle(table, mark))
        tx.connection.execute(update(table).where(table.c.buyer == buyer.id).values(order=known))


def _thin_out(tx: Transaction, buyer: Buyer) -> None:
    """Structured values keep what figures need of them."""
    for id, items in tx.connection.execute(select(orders.c.id, orders.c["items"]).where(orders.c.buyer == buyer.id)):
        tx.connection.execute(update(orders).where(orders.c.id == id).values(items=bare_items(items)))
    for id, reason in tx.connection.execute(select(refunds.c.id, refunds.c.reason).where(refunds.c.buyer == buyer.id)):
        tx.connection.execute(update(refunds).where(refunds.c.id == id).values(reason=bare_reason(reason)))
    told = select(facts.c.id, facts.c.name, facts.c.data).where(facts.c.buyer == buyer.id)
    for id, name, data in tx.connection.execute(told).all():
        bare = bare_data(name, data)
        if bare != data:
            tx.connection.execute(update(facts).where(facts.c.id == id).values(data=bare))


def _forget_reports(tx: Transaction, buyer: Buyer) -> None:
    """Back-tests quote chats: those that quote one of this buyer's go."""
    chats = select(conversations.c.external).where(conversations.c.buyer == buyer.id)
    for (chat,) in tx.connection.execute(chats).all():
        said = type_coerce(back_tests.c.result, Text)
        quoted = said.contains(to_json(chat), autoescape=True)
        tx.connection.execute(delete(back_tests).where(back_tests.c.shop == buyer.shop, quoted))
